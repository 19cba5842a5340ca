// A hub to test against, and a browser to test with.
import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import readline from "node:readline";
import { chromium } from "playwright-core";

const video = "/usr/share/doc/opencv-doc/examples/data/vtest.avi";

/** Pictures of a camera, and a clip as cameras send it: of real pedestrians where opencv-doc is installed. */
export function makeMedia(folder) {
  const source = fs.existsSync(video) ? ["-i", video] : ["-f", "lavfi", "-i", "testsrc2=size=768x576:rate=10"];
  const ffmpeg = (...args) => execFileSync("ffmpeg", ["-v", "error", "-y", ...args]);
  fs.mkdirSync(path.join(folder, "pictures"));
  ffmpeg(...source, "-t", "6", "-q:v", "4", path.join(folder, "pictures", "%03d.jpg"));
  ffmpeg(...source, "-t", "6", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-movflags", "+faststart",
    path.join(folder, "clip.mp4"));
  fs.copyFileSync(path.join(folder, "pictures", "020.jpg"), path.join(folder, "picture.jpg"));
}

export function makeFolder() {
  return fs.mkdtempSync(path.join(os.tmpdir(), "shrike_e2e_"));
}

/** Every hub that runs: a test that fails leaves its own behind, and the test program would wait for it for ever. */
const running = new Set();
export function killHubs() {
  for (const process_ of running) process_.kill("SIGKILL");
}

/** Starts the hub; `tell(line)` resolves with the line it answers. */
export async function startHub(folder, token) {
  const args = [folder, path.join(folder, "pictures")];
  if (token) {
    fs.writeFileSync(path.join(folder, "token"), token);
    args.push(path.join(folder, "token"));
  }
  const process_ = spawn(process.env.HUB_TEST_SERVER, args, { stdio: ["pipe", "pipe", "inherit"] });
  running.add(process_);
  process_.on("exit", () => running.delete(process_));
  const lines = readline.createInterface({ input: process_.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error("the hub ended");
    return value;
  };
  const url = (await next()).replace("url ", "");
  return {
    url,
    tell: (line) => {
      process_.stdin.write(`${line}\n`);
      return next();
    },
    kill: () => new Promise((done) => {
      process_.on("exit", done);
      process_.kill("SIGKILL");
    }),
    stop: () => new Promise((done) => {
      process_.on("exit", done);
      process_.stdin.end();
    }),
  };
}

export function startBrowser() {
  return chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync"],
  });
}
