/** The live page: cameras, incidents as they come, and their verdicts. */
import { CameraWall } from "./cameras";
import { Detail } from "./detail";
import { byId, fill, h } from "./dom";
import { listen } from "./events";
import { showFigures } from "./figures";
import { IncidentList } from "./incidents";
import { getCameras, getIncident } from "./server";
import type { CameraList, Incident } from "./types";
import { Clock, kVerdicts, title } from "./words";

const kRetry_ms = 3000;
const kThemeKey = "shrike.theme";
const kThemes = ["auto", "light", "dark"] as const;

function setConnection(state: "connecting" | "live" | "lost"): void {
  const badge = byId("connection");
  badge.dataset["state"] = state === "lost" ? "stalled" : state;
  fill(badge, state === "live" ? "Connected" : state === "lost" ? "Reconnecting" : "Connecting");
}

function setNotice(text: string): void {
  const notice = byId("notice");
  notice.hidden = text === "";
  fill(notice, text);
}

function setUpTheme(): void {
  const button = byId("theme");
  const show = (theme: (typeof kThemes)[number]): void => {
    if (theme === "auto") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = theme;
    fill(button, h("span", { class: "theme-word" }, "Colours: "), theme);
    button.setAttribute("aria-label", `Colours: ${theme === "auto" ? "as the system" : theme}`);
  };
  const kept = (): (typeof kThemes)[number] => kThemes.find((t) => t === localStorage.getItem(kThemeKey)) ?? "auto";
  button.addEventListener("click", () => {
    localStorage.setItem(kThemeKey, kThemes[(kThemes.indexOf(kept()) + 1) % kThemes.length] ?? "auto");
    show(kept());
  });
  show(kept());
}

/** On a narrow screen one of the two views is shown at a time. */
function setUpViews(): void {
  byId<HTMLDetailsElement>("filter-box").open = !window.matchMedia("(max-width: 860px)").matches;
  const buttons = [...document.querySelectorAll<HTMLButtonElement>(".views button")];
  for (const button of buttons) {
    button.addEventListener("click", () => {
      document.querySelector("main")?.setAttribute("data-view", button.dataset["view"] ?? "");
      for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
      if (location.hash !== "") location.hash = "";
    });
  }
}

class Page {
  private readonly list: IncidentList;
  private readonly wall: CameraWall;
  private readonly clock: Clock;
  private detail: { id: string; view: Detail } | null = null;

  constructor(private readonly store: CameraList) {
    this.clock = new Clock(store.time_zone);
    fill(byId("store"), store.store_id);
    byId("store").title = `Times are ${store.time_zone}`;
    this.wall = new CameraWall(store.cameras, this.clock);
    this.list = new IncidentList(this.clock, store.cameras.map((c) => c.name));
    window.addEventListener("hashchange", () => void this.open());
    document.addEventListener("keydown", (event) => this.key(event));
    listen({
      incident: (event) => this.take(event.after, event.type === "new"),
      camera: (status) => {
        this.wall.show(status);
        this.showNotice();
      },
      reset: () => void this.list.load(),
      connection: (state) => {
        setConnection(state);
        this.connected = state === "live";
        this.showNotice();
        // What came between the first list and the first word of the stream is in neither: the stream tells what follows.
        if (this.connected && !this.told) void this.list.load();
        this.told ||= this.connected;
      },
    });
    void this.list.load().then(() => this.open());
    this.showNotice();
  }

  private connected = true;
  private told = false;

  private showNotice(): void {
    setNotice(!this.connected ? "The connection to the store's hub is lost. What you see may be old; it comes back by itself."
      : this.wall.allEnded ? "Every recording has played to its end: no new incidents will come. Those found stay here to be judged."
      : "");
  }

  private take(incident: Incident, isNew: boolean): void {
    const first = this.list.take(incident, isNew);
    if (this.detail?.id === incident.event_id) this.detail.view.update(incident);
    if (first && isNew) fill(byId("announce"), `${title(incident)}, ${incident.camera}. ${incident.summary}`);
    this.showTitle();
  }

  private showTitle(): void {
    document.title = `${this.list.toJudge > 0 ? `(${this.list.toJudge}) ` : ""}Shrike · ${this.store.store_id}`;
  }

  /** Shows the incident that the address names, so that one can be linked to and "back" closes it. */
  private async open(): Promise<void> {
    const id = decodeURIComponent(location.hash.slice(1));
    this.showTitle();
    if (this.detail?.id === id) return;
    this.detail?.view.end();
    this.detail = null;
    const close = (): void => void (location.hash = "");
    byId("figures").hidden = id !== "figures";
    if (id === "figures") void showFigures(byId("figures"), this.clock, close);
    const section = byId("detail");
    const isIncident = /^[0-9A-Z]{26}$/.test(id);
    const incident = isIncident ? this.list.get(id) ?? (await getIncident(id).catch(() => null)) : null;
    if (decodeURIComponent(location.hash.slice(1)) !== id) return;  // another was chosen while this one was fetched
    section.hidden = !isIncident;
    document.body.classList.toggle("has-detail", isIncident || id === "figures");
    this.list.choose(incident ? id : "");
    if (incident === null) {
      fill(section, isIncident ? h("p", { class: "empty" }, "There is no such incident. ", h("a", { href: "#" }, "Close")) : null);
      return;
    }
    this.detail = { id, view: new Detail(incident, this.clock, close, (after) => this.take(after, false), () => this.list.all()) };
    fill(section, this.detail.view.element);
    section.scrollTop = 0;
    byId("stage").scrollTop = 0;
    section.focus({ preventScroll: true });
  }

  private key(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey || target.closest("input[type=text], textarea, select")) return;
    const key = event.key.toLowerCase();
    const verdict = kVerdicts[Number(key) - 1];
    if (key === "j" || key === "k") location.hash = this.list.neighbour(key === "j" ? 1 : -1) ?? "";
    else if (key === "escape" && location.hash !== "") location.hash = "";
    else if (key === "p" && this.detail) this.detail.view.togglePlay();
    else if (verdict && this.detail) void this.detail.view.judge(verdict.word);
    else return;
    event.preventDefault();
  }
}

async function start(): Promise<void> {
  try {
    new Page(await getCameras());
  } catch {
    setNotice("The store's hub does not answer. Trying again.");
    setConnection("lost");
    setTimeout(() => void start(), kRetry_ms);
    return;
  }
}

setUpTheme();
setUpViews();
setConnection("connecting");
void start();
