/** The movement model in plain words: how old it is, whether the store still moves as it learnt, how it was trained last. */
import { h } from "./dom";
import type { MovementReport } from "./types";
import { capital, type Clock } from "./words";

type Model = NonNullable<MovementReport["model"]>;
type Drift = NonNullable<MovementReport["drift"]>;
type Training = NonNullable<MovementReport["last_training"]>;

const kDriftWords: Record<Drift["verdict"], string> = {
  steady: "normal days as before",
  watch: "visits move a little differently than on the days it learnt from",
  shifted: "visits do not move as on the days it learnt from. After a change of layout it must be trained anew",
};
const kLate_days = 2;  // after the day that it should have been trained anew

const many = (n: number, one: string, more = `${one}s`): string => `${n.toLocaleString("en")} ${n === 1 ? one : more}`;

function ageWords(days: number): string {
  return days < 1 ? "" : ` It is ${many(Math.floor(days), "day")} old.`;
}

function driftWords(report: MovementReport, model: Model): string {
  const drift = report.drift;
  if (drift) return `drift ${drift.psi.toFixed(2)} over the newest ${many(drift.visits, "visit")}: ${kDriftWords[drift.verdict]}.`;
  const since = report.visits_ranked === 0 ? "no visit has left since" : `${many(report.visits_ranked, "visit")} so far`;
  const then = model.tried ? ` On the days that it was tried on it was ${model.tried.psi.toFixed(2)}.` : "";
  return `drift not known yet: it takes 50 visits that left, ${since}.${then}`;
}

function nextWords(report: MovementReport, model: Model): string {
  if (report.training) return "A new one learns at this moment; this one stays in use until the new one is as good.";
  return model.retrain_days > 0 ? `A new one is trained every ${many(model.retrain_days, "day")}, at night.`
    : "It is never trained anew by itself; `shrike train movement … --every 7` changes that.";
}

function trainingWords(last: Training, clock: Clock): { text: string; bad: boolean } {
  const when = `Last training, ${clock.day(last.time)}`;
  switch (last.outcome) {
    case "promoted": return { text: `${when}: the new model was taken into use. ${capital(last.why)}.`, bad: false };
    case "refused": return { text: `${when}: the new model was refused, and this one stays. ${capital(last.why)}.`, bad: true };
    case "nothing_new": return { text: `${when}: ${last.why}.`, bad: false };
    case "failed": return { text: `${when}: it failed. ${capital(last.why)}.`, bad: true };
  }
}

function none(report: MovementReport): string {
  const kept = report.days_kept ?? 0;
  const seen = kept < report.days_wanted ? `: ${kept} of ${report.days_wanted} seen.`
    : `, and ${many(kept, "day")} are seen: enough. \`shrike train movement\` makes one.`;
  return `No movement model yet. It is learnt from the store's own days${seen}`;
}

/** What the figures say of it; a paragraph of class `warning` is something to do. */
export function movementParts(report: MovementReport, clock: Clock): HTMLElement[] {
  const parts: HTMLElement[] = [];
  const say = (text: string, kind = ""): void => void parts.push(h("p", { class: kind }, text));
  const model = report.model;
  if (report.problem !== "") say(`The movement model cannot be used: ${report.problem}`, "warning");
  if (model === null) {
    if (report.problem === "") say(none(report));
    return parts;
  }
  const shifted = report.drift?.verdict === "shifted";
  say(`Movement model of ${clock.day(model.known_to)}, ${driftWords(report, model)}`, shifted ? "warning" : "");
  if (!report.enabled) say("It is switched off by `rules:`; no visit is ranked.");
  const late = model.retrain_days > 0 && model.age_days > model.retrain_days + kLate_days;
  say(`Learnt from ${many(model.visits, "visit")}, ${clock.day(model.learnt_from)} to ${clock.day(model.learnt_to)}.${ageWords(model.age_days)} ${nextWords(report, model)}` +
    (late && !report.training ? " That is overdue." : ""), late ? "warning" : "faint");
  if (report.last_training) {
    const last = trainingWords(report.last_training, clock);
    say(last.text, last.bad ? "warning" : "faint");
  }
  return parts;
}
