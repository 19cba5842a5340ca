/** The wall of live pictures. */
import { drawFrame, type Layers } from "./draw";
import { byId, fill, h } from "./dom";
import { getFrame, getPicture } from "./server";
import type { Camera, CameraStatus, Frame } from "./types";
import { type Clock, clockWords, stateWords } from "./words";

const kPause_ms = 100;        // between two frames of a live camera
const kMany = 4;              // from so many on tiles are small
const kQuietPause_ms = 1500;  // where nothing new is to be expected

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** One camera: asks for frames while it can be seen, and draws boxes only on the picture that they were found in. */
class Tile {
  readonly element: HTMLElement;
  private readonly canvas: HTMLCanvasElement;
  private readonly badge = h("span", { class: "badge" });
  private readonly figures = h("span", { class: "faint figures" });
  private readonly message = h("p", { class: "tile-message" });
  private visible = false;
  private running = false;
  private drawn: { picture: ImageBitmap; frame: Frame } | null = null;

  constructor(private camera: Camera, private readonly clock: Clock, private readonly layers: Layers) {
    this.canvas = h("canvas", { role: "img", "aria-label": `Live picture of camera ${camera.name}`, width: 640, height: 360 });
    const enlarge = h("button", { type: "button", class: "tile-picture", "aria-pressed": "false",
      "aria-label": `Enlarge camera ${camera.name}`, onclick: () => {
        const large = this.element.classList.toggle("large");
        enlarge.setAttribute("aria-pressed", String(large));
        this.redraw();
      } }, this.canvas, this.message);
    this.element = h("article", { class: "tile" }, enlarge,
      h("footer", {}, h("h3", {}, camera.name), this.badge, this.figures));
    new IntersectionObserver((entries) => {
      this.visible = entries.some((e) => e.isIntersecting);
      void this.run();
    }).observe(this.element);
    document.addEventListener("visibilitychange", () => void this.run());
    new ResizeObserver(() => this.redraw()).observe(this.canvas);
    this.show(camera);
  }

  show(status: CameraStatus): void {
    this.camera = { ...this.camera, ...status };
    fill(this.badge, stateWords(status.state));
    this.badge.dataset["state"] = status.state;
    this.element.dataset["state"] = status.state;
    this.tell();
  }

  redraw(): void {
    if (this.drawn) drawFrame(this.canvas, this.drawn.picture, this.drawn.frame, this.camera.zones, this.layers);
  }

  /** What is said over the picture: why it does not move. */
  private tell(): void {
    const { state, last_error, since, fps, clock_offset_s } = this.camera;
    const when = since === null ? "" : ` since ${this.clock.short(since)}`;
    const words = state === "live" ? (this.drawn ? "" : "Waiting for a picture")
      : state === "ended" ? `Played to its end${since === null ? "" : ` at ${this.clock.short(since)}`}`
      : state === "connecting" ? "Connecting"
      : `${stateWords(state)}${when}${last_error === "" ? "" : `: ${last_error}`}`;
    fill(this.message, words);
    this.message.hidden = words === "";
    const people = this.drawn?.frame.tracks.filter((t) => t.label === "person").length ?? 0;
    const seen = this.drawn ? `${people} ${people === 1 ? "person" : "people"}` : "";
    const rate = state === "live" ? `${fps.toFixed(fps < 10 ? 1 : 0)} fps` : "";
    fill(this.figures, [seen, rate, clockWords(clock_offset_s)].filter(Boolean).join(" · "));
  }

  private async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    while (this.visible && !document.hidden) {
      const fresh = await this.next().catch(() => false);
      await pause(fresh ? kPause_ms : this.camera.state === "live" ? 2 * kPause_ms : kQuietPause_ms);
    }
    this.running = false;
  }

  /** Draws the newest frame; false where it is the one that is drawn already, or has no picture yet. */
  private async next(): Promise<boolean> {
    const frame = await getFrame(this.camera.name);
    if (frame === null || !frame.has_picture || frame.seq === this.drawn?.frame.seq) return false;
    const picture = await getPicture(this.camera.name, frame.seq);
    this.drawn?.picture.close();
    this.drawn = { picture, frame };
    this.canvas.dataset["seq"] = String(frame.seq);
    this.redraw();
    this.tell();
    return true;
  }
}

export class CameraWall {
  private readonly tiles = new Map<string, Tile>();
  private readonly states = new Map<string, CameraStatus["state"]>();
  private readonly layers: Layers = { zones: true, boxes: true, poses: true };

  constructor(cameras: Camera[], clock: Clock) {
    const wall = byId("wall");
    for (const camera of cameras) {
      const tile = new Tile(camera, clock, this.layers);
      this.tiles.set(camera.name, tile);
      this.states.set(camera.name, camera.state);
      wall.append(tile.element);
    }
    wall.dataset["count"] = String(cameras.length);
    if (cameras.length > kMany) wall.dataset["many"] = "";
    if (cameras.length === 0) fill(wall, h("p", { class: "empty" }, "No camera is configured. Add one under cameras: in shrike.yml."));
    for (const layer of ["zones", "boxes", "poses"] as const) {
      byId<HTMLInputElement>(`show-${layer}`).addEventListener("change", (event) => {
        this.layers[layer] = (event.target as HTMLInputElement).checked;
        for (const tile of this.tiles.values()) tile.redraw();
      });
    }
  }

  show(status: CameraStatus): void {
    this.states.set(status.name, status.state);
    this.tiles.get(status.name)?.show(status);
  }

  /** Whether there is nothing left to watch: every camera was a recording, and is through. */
  get allEnded(): boolean {
    return this.states.size > 0 && [...this.states.values()].every((s) => s === "ended");
  }
}
