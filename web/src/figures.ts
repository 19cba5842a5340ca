/** How well alerts do: the false-alert budget, and what officers' verdicts say. */
import { fill, h } from "./dom";
import { movementParts } from "./movement";
import { getMovement, getRisk } from "./server";
import type { MovementReport, RiskReport } from "./types";
import { percent, type Clock } from "./words";

const kSize = 260, kEdge = 44;
const kDaysLeast = 0.9;  // below that a rate a day says nothing

function svg(name: string, attributes: Record<string, string | number>, ...children: (SVGElement | string)[]): SVGElement {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

/** Stated risk against the share judged theft, with 90 % intervals; on the line the two agree. */
function diagram(report: RiskReport): SVGElement {
  const at = (share: number): number => kEdge + share * (kSize - 2 * kEdge);
  const up = (share: number): number => kSize - at(share);
  const marks: SVGElement[] = [];
  for (const bin of report.reliability.bins) {
    if (bin.visits === 0) continue;
    const x = at(bin.predicted);
    marks.push(svg("line", { x1: x, x2: x, y1: up(bin.low), y2: up(bin.high), class: "interval" }),
      svg("circle", { cx: x, cy: up(bin.thefts / bin.visits), r: 4, class: "point" },
        svg("title", {}, `${bin.thefts} of ${bin.visits} judged theft; stated ${percent(bin.predicted)}`)));
  }
  const ticks = [0, 0.5, 1].flatMap((t) => [
    svg("text", { x: at(t), y: kSize - 14, "text-anchor": "middle" }, percent(t)),
    svg("text", { x: kEdge - 6, y: up(t) + 4, "text-anchor": "end" }, percent(t))]);
  return svg("svg", { viewBox: `0 0 ${kSize} ${kSize}`, class: "reliability", role: "img", "aria-label": "Stated risk against the share judged theft" },
    svg("rect", { x: kEdge, y: kEdge, width: kSize - 2 * kEdge, height: kSize - 2 * kEdge, class: "frame" }),
    svg("line", { x1: at(0), y1: up(0), x2: at(1), y2: up(1), class: "ideal" }), ...ticks, ...marks,
    svg("text", { x: kSize / 2, y: kSize - 2, "text-anchor": "middle" }, "stated risk"),
    svg("text", { x: kEdge, y: kEdge - 8 }, "share judged theft"));
}

function fact(label: string, value: string, more: string): HTMLElement {
  return h("div", { class: "figure" }, h("span", { class: "faint" }, label), h("strong", {}, value), h("span", { class: "faint" }, more));
}

function interval(low: number, high: number, words: (n: number) => string): string {
  return `90 %: ${words(low)} to ${words(high)}`;
}

function shown(report: RiskReport, movement: MovementReport, clock: Clock): (HTMLElement | SVGElement)[] {
  const judged = report.thefts + report.honest;
  const wrong = report.false_alerts_per_store_day, precision = report.precision;
  const known = report.days >= kDaysLeast;
  const number = (n: number): string => n.toFixed(n < 10 ? 1 : 0);
  const canary = report.canary;
  return [
    h("p", { class: "lead" }, `${report.incidents} incidents of ${report.visits} visits in ${number(report.days)} store-days; ${report.not_judged} wait for a verdict.`),
    h("div", { class: "figures-grid" },
      fact("False alerts a day", known ? number(wrong.mean) : "–",
        known ? interval(wrong.low, wrong.high, number) : "less than a day is known"),
      fact("Budget", report.budget > 0 ? `${number(report.budget)} a day` : "not set",
        report.budget > 0 ? `expected at its threshold: ${number(report.expected_false_alerts_per_store_day)}`
          : `3 a day would be a threshold of ${percent(report.threshold_for_budget)}`),
      fact("Alerts that were theft", judged > 0 ? percent(precision.mean) : "–",
        judged > 0 ? `${report.thefts} of ${judged} judged; ${interval(precision.low, precision.high, percent)}` : "no verdict yet"),
      fact("Alert from", percent(report.threshold), `weights: ${report.weights}`)),
    ...(judged > 0 ? [h("h3", {}, "What was said, and what was judged"), diagram(report),
      h("p", { class: "faint" }, `Expected calibration error ${percent(report.reliability.ece)}. Points below the line: the risk was stated too high.`)] : []),
    ...(canary ? [h("h3", {}, "Candidate weights"),
      h("p", {}, `${canary.canary}: of ${canary.visits} visits ${canary.incidents_of_both} are incidents by both, ${canary.only_in_use} only by those in use, ` +
        `${canary.only_canary} only by the candidate.`)] : []),
    h("h3", {}, "Movement"), h("div", { id: "movement" }, ...movementParts(movement, clock)),
  ];
}

/** Fills `section` anew each time it is opened. */
export async function showFigures(section: HTMLElement, clock: Clock, close: () => void): Promise<void> {
  const head = (): HTMLElement => h("div", { class: "section-head" }, h("h2", {}, "How alerts do: the last 28 days"),
    h("button", { type: "button", class: "quiet", onclick: close }, "Close"));
  fill(section, head(), h("p", { class: "faint" }, "Counting"));
  try {
    const [risk, movement] = await Promise.all([getRisk(), getMovement()]);
    fill(section, head(), ...shown(risk, movement, clock));
  } catch (error) {
    fill(section, head(), h("p", { class: "fault" }, `The figures could not be loaded: ${error instanceof Error ? error.message : String(error)}.`));
  }
}
