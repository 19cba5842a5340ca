/** Who an incident is about: where its visit was seen, and an officer's corrections of that. */
import { fill, h } from "./dom";
import { correctVisit, getVisit } from "./server";
import type { Incident, Visit, VisitWord } from "./types";
import { type Clock, percent, title } from "./words";

const kLook_ms = 1500;
const kLooksMax = 20;
const kNear_ms = 30 * 60_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export class Who {
  readonly element = h("section", { class: "who", "aria-label": "Who this is" });
  private visit: Visit | null = null;
  private fault = "";
  private over = false;

  /** `others`: incidents that may be of the same person; `by`: the officer's name as typed now. */
  constructor(private readonly incident: Incident, private readonly clock: Clock, private readonly others: () => Incident[],
              private readonly by: () => string) {
    void this.look();
  }

  end(): void {
    this.over = true;
  }

  /** Shows the visit as it is kept now, and again while a correction of it waits to be done. */
  private async look(): Promise<void> {
    for (let i = 0; i < kLooksMax && !this.over; ++i) {
      this.visit = await getVisit(this.incident.visit_id).catch(() => null);
      this.show();
      if (!this.visit?.corrections.some((c) => c.state === "waiting")) return;
      await pause(kLook_ms);
    }
  }

  private async say(word: VisitWord): Promise<void> {
    this.fault = "";
    try {
      await correctVisit(this.incident.visit_id, word, this.by());
    } catch (error) {
      this.fault = `That was not kept: ${error instanceof Error ? error.message : String(error)}.`;
    }
    await this.look();
    this.show();
  }

  private show(): void {
    fill(this.element, h("h3", {}, "Who this is"),
      this.visit === null ? h("p", { class: "faint" }, "The visit goes on; where it was seen is kept once it is over.") : this.parts(this.visit),
      h("div", { class: "who-words" },
        h("button", { type: "button", onclick: () => void this.say({ staff: true }) }, "This is staff"),
        h("button", { type: "button", onclick: () => void this.say({ staff: false }) }, "Not staff"),
        this.sameAs()),
      this.fault === "" ? null : h("p", { class: "fault", role: "alert" }, this.fault),
      this.visit === null ? null : this.said(this.visit));
  }

  private parts(visit: Visit): HTMLElement {
    return h("table", {},
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Camera"), h("th", { scope: "col" }, "From, to"),
        h("th", { scope: "col" }, "Same person"), h("th", { scope: "col" }))),
      h("tbody", {}, ...visit.parts.map((part) => h("tr", {},
        h("td", {}, part.camera),
        h("td", { class: "faint" }, `${this.clock.short(part.from)} – ${this.clock.short(part.to)}`),
        h("td", {}, percent(part.probability)),
        h("td", {}, part.camera_visit === visit.visit_id ? null
          : h("button", { type: "button", class: "quiet", title: "Takes this part, and what was seen in it, out of the visit",
            onclick: () => void this.say({ camera_visit: part.camera_visit }) }, "Somebody else"))))));
  }

  private sameAs(): HTMLElement | null {
    const time = Date.parse(this.incident.time);
    const near = this.others().filter((i) => i.visit_id !== "" && i.visit_id !== this.incident.visit_id &&
      Math.abs(Date.parse(i.time) - time) < kNear_ms);
    if (near.length === 0) return null;
    const select = h("select", { "aria-label": "The same person as in another incident" }, h("option", { value: "" }, "Same person as …"),
      ...near.map((i) => h("option", { value: i.visit_id }, `${title(i)}, ${i.camera}, ${this.clock.short(i.time)}`)));
    select.addEventListener("change", () => {
      if (select.value !== "") void this.say({ from: select.value });
    });
    return select;
  }

  private said(visit: Visit): HTMLElement | null {
    if (visit.corrections.length === 0) return null;
    const words = { merge: "Two visits are one person", split: "A part is somebody else", staff: "Staff", not_staff: "Not staff" };
    return h("ol", { class: "faint" }, ...visit.corrections.map((c) =>
      h("li", {}, `${words[c.action]} · ${c.by === "" ? "no name given" : c.by} · ${this.clock.short(c.time)} · ${c.state}`)));
  }
}
