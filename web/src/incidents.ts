/** The list of incidents: what the server holds, as filtered, and what arrives. */
import { byId, fill, h } from "./dom";
import { getIncidents, pictureUrl } from "./server";
import type { Incident } from "./types";
import { capital, type Clock, knownTypes, kVerdicts, percent, title, typeWords, verdictLabel } from "./words";

const kPageSize = "50";
const kPeriods: [value: string, label: string, hours: number][] = [
  ["", "All", 0], ["1", "Last hour", 1], ["24", "Last 24 hours", 24], ["168", "Last 7 days", 168],
];

/** A bar and a number: how likely, after all evidence. */
export function riskMeter(incident: Incident): HTMLElement {
  if (incident.source !== "shrike" && incident.risk === 0) return h("span", { class: "faint" }, "risk not given");
  const bar = h("span", { class: "meter-fill" });
  bar.style.width = `${Math.round(incident.risk * 100)}%`;
  return h("span", { class: "risk", "data-level": incident.risk >= 0.8 ? "high" : incident.risk >= 0.5 ? "medium" : "low" },
    h("span", { class: "meter", "aria-hidden": "true" }, bar), h("span", {}, `${percent(incident.risk)} risk`));
}

export function verdictBadge(verdict: string): HTMLElement {
  return h("span", { class: "badge verdict", "data-verdict": verdict }, verdict === "" ? "To judge" : verdictLabel(verdict));
}

export class IncidentList {
  private readonly known = new Map<string, Incident>();
  /** What was told since the last load began: its answer may be older. */
  private readonly arrived = new Set<string>();
  private readonly unseen = new Set<string>();
  private readonly cards = new Map<string, HTMLElement>();
  private readonly form = byId<HTMLFormElement>("filters");
  private readonly list = byId("list");
  private readonly older = byId<HTMLButtonElement>("older");
  private next: string | null = null;
  private chosen = "";
  private loading = 0;
  private failed = "";

  constructor(private readonly clock: Clock, cameras: string[]) {
    this.options("verdict", [["", "All"], ["none", "To judge"], ...kVerdicts.map((v) => [v.word, v.label] as [string, string])]);
    this.options("camera", [["", "All"], ...cameras.map((c) => [c, c] as [string, string])]);
    this.options("type", [["", "All"], ...knownTypes.map((t) => [t, capital(typeWords(t))] as [string, string])]);
    this.options("period", kPeriods.map(([value, label]) => [value, label]));
    this.form.addEventListener("change", () => void this.load());
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.older.addEventListener("click", () => void this.loadOlder());
  }

  get(id: string): Incident | undefined {
    return this.known.get(id);
  }

  all(): Incident[] {
    return [...this.known.values()];
  }

  /** Takes what is newer than what is known; true where the incident was not known before. */
  take(incident: Incident, isNew: boolean): boolean {
    if (this.knows(incident)) return false;
    const before = this.known.get(incident.event_id);
    if (!before && !isNew && this.next !== null && incident.event_id < this.next) return false;  // on a page not loaded yet
    this.known.set(incident.event_id, incident);
    this.arrived.add(incident.event_id);
    if (isNew && !before) this.unseen.add(incident.event_id);
    this.render();
    return before === undefined;
  }

  choose(id: string): void {
    this.chosen = id;
    this.unseen.delete(id);
    this.render();
    this.cards.get(id)?.scrollIntoView({ block: "nearest" });
  }

  /** The id `step` cards after the chosen one; the first where none is. */
  neighbour(step: number): string | undefined {
    const ids = this.shown().map((i) => i.event_id);
    const at = ids.indexOf(this.chosen);
    return at < 0 ? ids[0] : ids[Math.min(Math.max(at + step, 0), ids.length - 1)];
  }

  get toJudge(): number {
    return [...this.known.values()].filter((i) => i.verdict === "").length;
  }

  /** Loads the first page anew, as the filters say. */
  async load(): Promise<void> {
    const turn = ++this.loading;
    this.arrived.clear();
    try {
      const page = await getIncidents(this.query());
      if (turn !== this.loading) return;
      for (const id of this.known.keys()) if (!this.arrived.has(id)) this.known.delete(id);
      this.keep(page.incidents);
      this.next = page.next;
      this.failed = "";
    } catch (error) {
      if (turn !== this.loading) return;
      this.failed = error instanceof Error ? error.message : String(error);
    }
    this.render();
  }

  private async loadOlder(): Promise<void> {
    if (this.next === null) return;
    const query = this.query();
    query.set("cursor", this.next);
    this.older.disabled = true;
    try {
      const page = await getIncidents(query);
      this.keep(page.incidents);
      this.next = page.next;
    } catch (error) {
      this.failed = error instanceof Error ? error.message : String(error);
    }
    this.older.disabled = false;
    this.render();
  }

  /** Whether it is known as it is here, or as it was later. */
  private knows(incident: Incident): boolean {
    const known = this.known.get(incident.event_id);
    return known !== undefined && known.revision >= incident.revision;
  }

  private keep(incidents: Incident[]): void {
    for (const incident of incidents) if (!this.knows(incident)) this.known.set(incident.event_id, incident);
  }

  private value(name: string): string {
    return String(new FormData(this.form).get(name) ?? "");
  }

  private since(): Date | null {
    const hours = Number(this.value("period"));
    return hours > 0 ? new Date(Date.now() - hours * 3_600_000) : null;
  }

  private query(): URLSearchParams {
    const query = new URLSearchParams({ limit: kPageSize });
    for (const name of ["verdict", "camera", "type"]) if (this.value(name) !== "") query.set(name, this.value(name));
    const since = this.since();
    if (since) query.set("since", since.toISOString());
    return query;
  }

  private matches(incident: Incident): boolean {
    const verdict = this.value("verdict"), since = this.since();
    return (verdict === "" || incident.verdict === (verdict === "none" ? "" : verdict)) &&
      (this.value("camera") === "" || incident.camera === this.value("camera")) &&
      (this.value("type") === "" || incident.type === this.value("type")) &&
      (since === null || new Date(incident.time) >= since);
  }

  /** Newest first. The chosen one stays, so that a verdict does not take the card from under the finger. */
  private shown(): Incident[] {
    return [...this.known.values()].filter((i) => this.matches(i) || i.event_id === this.chosen)
      .sort((a, b) => (a.event_id < b.event_id ? 1 : -1));
  }

  private options(name: string, options: [string, string][]): void {
    const select = this.form.elements.namedItem(name) as HTMLSelectElement;
    fill(select, ...options.map(([value, label]) => h("option", { value }, label)));
  }

  private render(): void {
    const shown = this.shown();
    const cards = shown.map((incident) => this.card(incident));
    if (this.list.childElementCount !== cards.length || cards.some((card, i) => this.list.children[i] !== card)) {
      this.list.replaceChildren(...cards);
    }
    const filtered = [...new FormData(this.form).values()].some((v) => v !== "");
    const empty = byId("list-empty");
    empty.hidden = shown.length > 0 && this.failed === "";
    empty.classList.toggle("fault", this.failed !== "");
    fill(empty, this.failed !== "" ? `The incidents could not be loaded: ${this.failed}.`
      : filtered ? "No incident is like that."
      : "Nothing so far. When a visit's risk crosses the threshold, it appears here by itself.");
    this.older.hidden = this.next === null;
    fill(byId("shown"), shown.length === 0 ? "" : `${shown.length}${this.next === null ? "" : "+"} shown`);
    const count = byId("to-judge");
    count.hidden = this.toJudge === 0;
    fill(count, this.toJudge);
    count.setAttribute("aria-label", `${this.toJudge} to judge`);
  }

  /** A card is made anew only where its incident changed, so that pictures do not flicker. */
  private card(incident: Incident): HTMLElement {
    const id = incident.event_id;
    const state = `${incident.revision} ${this.chosen === id} ${this.unseen.has(id)}`;
    const there = this.cards.get(id);
    if (there?.dataset["state"] === state) return there;
    const thumb = incident.has_snapshot
      ? h("img", { class: "thumb", src: pictureUrl(id), alt: "", loading: "lazy", width: 96, height: 72 })
      : h("span", { class: "thumb none", "aria-hidden": "true" }, "No picture");
    const card = h("li", { "data-state": state, "data-id": id },
      h("a", { href: `#${id}`, class: `card${this.unseen.has(id) ? " new" : ""}`, "aria-current": this.chosen === id ? "true" : undefined },
        thumb,
        h("strong", {}, title(incident)),
        h("span", { class: "card-where faint" },
          [incident.camera || incident.source, this.clock.short(incident.time)].join(" · ")),
        h("span", { class: "card-summary" }, incident.summary),
        h("span", { class: "card-foot" }, riskMeter(incident), verdictBadge(incident.verdict))));
    if (there?.parentElement === this.list) there.replaceWith(card);
    this.cards.set(id, card);
    return card;
  }
}
