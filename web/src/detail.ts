/** One incident: its clip, the evidence for and against, and the verdict. */
import { fill, h } from "./dom";
import { riskMeter, verdictBadge } from "./incidents";
import { clipUrl, pictureUrl, postVerdict } from "./server";
import type { Evidence, Incident, VerdictWord } from "./types";
import { Who } from "./who";
import { type Clock, evidenceWords, factor, kVerdicts, percent, title, verdictLabel } from "./words";

const kNameKey = "shrike.by";

export class Detail {
  readonly element: HTMLElement;
  private readonly head = h("div", { class: "detail-head" });
  private readonly media = h("div", { class: "media" });
  private readonly evidence = h("div", { class: "evidence" });
  private readonly history = h("div", { class: "history" });
  private readonly fault = h("p", { class: "fault", role: "alert", hidden: true });
  private readonly buttons = new Map<VerdictWord, HTMLButtonElement>();
  private readonly by = h("input", { type: "text", name: "by", maxlength: 64, autocomplete: "name", placeholder: "Your name" });
  private readonly note = h("textarea", { name: "note", maxlength: 2000, rows: 2, placeholder: "What you saw" });
  private readonly who: Who | null;
  private mediaState = "";
  private video: HTMLVideoElement | null = null;

  constructor(private incident: Incident, private readonly clock: Clock, close: () => void,
              private readonly judged: (incident: Incident) => void, others: () => Incident[]) {
    this.by.value = localStorage.getItem(kNameKey) ?? "";
    this.who = incident.visit_id === "" ? null : new Who(incident, clock, others, () => this.by.value.trim());
    this.element = h("div", { class: "detail-body" }, this.head,
      h("button", { type: "button", class: "quiet close", onclick: close }, "Close"),
      h("div", { class: "left" }, this.media, this.verdictForm()),
      h("div", { class: "right" }, this.evidence, this.history, this.who?.element));
    this.update(incident);
  }

  update(incident: Incident): void {
    this.incident = incident;
    const at = incident.camera === "" ? incident.source : incident.camera;
    fill(this.head, h("h2", {}, title(incident)), verdictBadge(incident.verdict),
      h("p", { class: "lead" }, incident.summary),
      h("p", { class: "faint" }, [at, this.clock.long(incident.time),
        incident.source === "shrike" ? "" : `reported by ${incident.source}`].filter(Boolean).join(" · ")),
      riskMeter(incident));
    this.showMedia();
    this.showEvidence();
    this.showHistory();
    for (const [word, button] of this.buttons) button.setAttribute("aria-pressed", String(incident.verdict === word));
  }

  /** Frees the clip: a video that is only taken off the page keeps its connection. */
  end(): void {
    this.who?.end();
    this.video?.pause();
    this.video?.removeAttribute("src");
    this.video?.load();
  }

  togglePlay(): void {
    if (this.video?.paused) void this.video.play();
    else this.video?.pause();
  }

  async judge(verdict: VerdictWord): Promise<void> {
    const by = this.by.value.trim();
    localStorage.setItem(kNameKey, by);
    this.busy(true);
    try {
      const after = await postVerdict(this.incident.event_id, verdict, by, this.note.value.trim());
      this.note.value = "";
      this.fault.hidden = true;
      this.update(after);
      this.judged(after);
    } catch (error) {
      fill(this.fault, `The verdict was not kept: ${error instanceof Error ? error.message : String(error)}. Try again.`);
      this.fault.hidden = false;
    }
    this.busy(false);
  }

  private busy(is: boolean): void {
    for (const button of this.buttons.values()) button.disabled = is;
  }

  /** The media stay untouched while neither clip nor picture changed: an update must not stop a clip that plays. */
  private showMedia(): void {
    const { event_id, clip_state, has_snapshot, source } = this.incident;
    const state = `${clip_state} ${has_snapshot}`;
    if (state === this.mediaState) return;
    this.mediaState = state;
    const picture = has_snapshot ? h("img", { src: pictureUrl(event_id), alt: `Picture of this incident` }) : null;
    if (clip_state === "ready") {
      this.video = h("video", { controls: true, playsinline: true, preload: "auto", autoplay: true, muted: true, src: clipUrl(event_id),
        "aria-label": "Clip of this incident", poster: has_snapshot ? pictureUrl(event_id) : undefined });
      this.video.muted = true;  // browsers start only what is silent by itself
      this.video.addEventListener("error", () => fill(this.media, picture, h("p", { class: "media-note" }, "The clip cannot be played.")));
      fill(this.media, this.video);
      return;
    }
    const why = clip_state === "pending" ? "The clip is being cut" : source === "shrike" ? "There is no clip of this" : "This device sends no clip";
    fill(this.media, picture, h("p", { class: "media-note" }, why));
  }

  private verdictForm(): HTMLElement {
    const buttons = kVerdicts.map(({ word, label, hint }, i) => {
      const button = h("button", { type: "button", class: "verdict-button", "data-verdict": word, "aria-pressed": "false", title: hint,
        onclick: () => void this.judge(word) }, h("kbd", { "aria-hidden": "true" }, i + 1), label);
      this.buttons.set(word, button);
      return button;
    });
    return h("section", { class: "verdict-form", "aria-label": "Verdict" },
      h("h3", {}, "Your verdict"),
      h("div", { class: "verdict-buttons", role: "group", "aria-label": "Verdict" }, ...buttons),
      h("div", { class: "verdict-words" }, h("label", {}, "Name", this.by), h("label", {}, "Note", this.note)),
      this.fault);
  }

  private showEvidence(): void {
    const { evidence, prior, risk, source } = this.incident;
    const largest = Math.max(1, ...evidence.map((e) => Math.abs(e.contribution)));
    const rows = evidence.map((e) => this.evidenceRow(e, largest));
    if (source !== "shrike") {
      fill(this.evidence, h("h3", {}, "What the device said"), h("ul", {}, ...evidence.map((e) => h("li", {}, e.detail))),
        h("p", { class: "faint" }, "Not weighed by Shrike."));
      return;
    }
    fill(this.evidence,
      h("h3", {}, "Evidence"),
      h("table", {},
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "What was seen"), h("th", { scope: "col" }, "Where, when"),
          h("th", { scope: "col", class: "weigh" }, h("span", {}, "against"), h("span", {}, "for")))),
        h("tbody", {},
          h("tr", { class: "sum" }, h("th", { scope: "row", colspan: 2 }, "Before any evidence"), h("td", {}, percent(prior))),
          ...rows,
          h("tr", { class: "sum" }, h("th", { scope: "row", colspan: 2 }, "After all evidence"), h("td", {}, percent(risk))))),
      h("p", { class: "faint" }, "Each fact multiplies or divides the odds of a theft. It stays “possible” until someone judges."));
  }

  private evidenceRow(e: Evidence, largest: number): HTMLElement {
    const bar = h("span", { class: "bar", "data-side": e.contribution < 0 ? "against" : "for" });
    bar.style.width = `${(Math.abs(e.contribution) / largest) * 50}%`;
    return h("tr", {},
      h("td", {}, h("strong", {}, evidenceWords(e.kind)), h("br"), h("span", { class: "faint" }, e.detail)),
      h("td", { class: "faint" }, e.zone === "" ? e.source : e.zone, h("br"), this.clock.short(e.from)),
      h("td", { class: "weigh" }, h("span", { class: "scale", "aria-hidden": "true" }, bar),
        h("span", { class: "number", title: `log-odds ${e.contribution.toFixed(2)}` }, factor(e.contribution))));
  }

  private showHistory(): void {
    const { verdicts } = this.incident;
    if (verdicts.length === 0) {
      fill(this.history);
      return;
    }
    fill(this.history, h("h3", {}, verdicts.length === 1 ? "Judged" : "Judged, newest first"),
      h("ol", {}, ...verdicts.map((v) => h("li", {}, h("strong", {}, verdictLabel(v.verdict)),
        ` · ${v.by === "" ? "no name given" : v.by} · ${this.clock.short(v.time)}`, v.note === "" ? null : h("p", {}, v.note)))));
  }
}
