// Pictures of the page for whoever changes it: desktop and phone, light and dark.
// usage: HUB_TEST_SERVER=build/release/tests/e2e/hub_test_server node tests/e2e/screens.mjs OUT_FOLDER
import fs from "node:fs";
import path from "node:path";
import { makeFolder, makeMedia, startBrowser, startHub } from "./server.mjs";

const out = process.argv[2] ?? "out/screens";
fs.mkdirSync(out, { recursive: true });
const folder = makeFolder();
makeMedia(folder);
const hub = await startHub(folder);
const browser = await startBrowser();
const ids = [];
for (const camera of ["Aisle 3", "Door/left", "Aisle 3", "Stock room"]) ids.push((await hub.tell(`incident ${camera}`)).split(" ")[1]);
await hub.tell(`clip ${ids[2]}\tclip.mp4`);
await hub.tell(`clip ${ids[0]}\tclip.mp4`);
await hub.tell("state Stock room\tstalled");
await fetch(`${hub.url}/api/v1/incidents/${ids[1]}/verdict`, { method: "POST", headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ verdict: "honest", by: "Ana", note: "Paid at till 2, seen on camera 4" }) });
await fetch(`${hub.url}/api/alerts`, { method: "POST", headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ type: "concealment", timestamp: Date.now() - 60_000, objects: ["person", "handbag"], source: "jetson-1", position: [0.4, 0.7] }) });

for (const [name, width, height] of [["desktop", 1440, 900], ["wide", 1920, 1080], ["phone", 360, 740]]) {
  for (const scheme of ["light", "dark"]) {
    const page = await browser.newPage({ viewport: { width, height }, colorScheme: scheme, deviceScaleFactor: name === "phone" ? 2 : 1 });
    page.on("console", (m) => console.log(name, scheme, m.type(), m.text()));
    await page.goto(hub.url);
    await page.waitForSelector(".card");
    if (name === "phone") {
      await page.screenshot({ path: path.join(out, `${name}-${scheme}-list.png`) });
      await page.click("button[data-view=cameras]");
    }
    await page.waitForSelector("canvas[data-seq]");
    await page.screenshot({ path: path.join(out, `${name}-${scheme}-cameras.png`) });
    await page.evaluate((id) => { location.hash = id; }, ids[2]);
    await page.waitForFunction(() => document.querySelector("video")?.readyState >= 2);
    await page.screenshot({ path: path.join(out, `${name}-${scheme}-detail.png`), fullPage: false });
    if (name === "phone") {
      await page.evaluate(() => { document.querySelector("#detail").scrollTop = 420; });
      await page.screenshot({ path: path.join(out, `${name}-${scheme}-detail2.png`) });
    }
    await page.evaluate(() => { location.hash = "figures"; });
    await page.waitForSelector("#figures .reliability");
    await page.screenshot({ path: path.join(out, `${name}-${scheme}-figures.png`) });
    for (const movement of ["none", "steady", "shifted"]) {
      await hub.tell(`movement ${movement}`);
      await page.evaluate(() => { location.hash = ""; });
      await page.waitForSelector("#figures", { state: "hidden" });
      await page.evaluate(() => { location.hash = "figures"; });
      await page.waitForSelector("#movement p");
      await page.locator("#movement").scrollIntoViewIfNeeded();
      await page.screenshot({ path: path.join(out, `${name}-${scheme}-movement-${movement}.png`) });
    }
    await page.close();
  }
}
await browser.close();
await hub.stop();
fs.rmSync(folder, { recursive: true });
