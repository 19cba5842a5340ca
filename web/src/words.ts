/** How things are said to a person. */
import type { CameraStatus, Incident, VerdictWord } from "./types";

export const kVerdicts: { word: VerdictWord; label: string; hint: string }[] = [
  { word: "theft", label: "Theft", hint: "Goods left unpaid, on purpose" },
  { word: "attempted", label: "Attempted", hint: "Stopped, or gave up" },
  { word: "honest", label: "Honest", hint: "Nothing was taken" },
  { word: "staff_error", label: "Staff error", hint: "A mistake at the till or in handling" },
  { word: "unsure", label: "Unsure", hint: "It cannot be told from this" },
];

const kTypes: Record<string, string> = {
  CONCEALMENT: "concealment",
  CHECKOUT_BYPASS: "checkout bypass",
  LOITERING: "loitering",
  REPEATED_VISIT: "repeated visit",
  ZONE_VIOLATION: "entry to a restricted area",
};

export const knownTypes = Object.keys(kTypes);

export function typeWords(type: string): string {
  return kTypes[type] ?? type.toLowerCase().replace(/_/g, " ");
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function title(incident: Incident): string {
  return `Possible ${typeWords(incident.type)}`;
}

export function verdictLabel(word: string): string {
  return kVerdicts.find((v) => v.word === word)?.label ?? word;
}

export function evidenceWords(kind: string): string {
  return capital(kind.replace(/_/g, " "));
}

/** 0.712 to "71 %"; small ones keep a digit that says something. */
export function percent(probability: number): string {
  const p = probability * 100;
  if (p === 0) return "0 %";
  if (p > 0 && p < 0.1) return "< 0.1 %";
  if (p > 99 && p < 100) return "> 99 %";
  return `${p < 1 ? p.toFixed(1) : Math.round(p)} %`;
}

/** What a fact makes of the odds, from the log-odds it moves: 4.6 to "× 99", −1.1 to "÷ 3.0". */
export function factor(contribution: number): string {
  const times = Math.exp(Math.min(Math.abs(contribution), 20));
  const text = times < 10 ? times.toFixed(1) : Math.round(times).toLocaleString("en");
  return `${contribution < 0 ? "÷" : "×"} ${text}`;
}

const kStates: Record<CameraStatus["state"], string> = {
  connecting: "Connecting",
  live: "Live",
  stalled: "Stalled",
  ended: "Ended",
  failed: "Failed",
};

export function stateWords(state: CameraStatus["state"]): string {
  return kStates[state];
}

/** Times are the store's, wherever the reader sits. */
export class Clock {
  private readonly time: Intl.DateTimeFormat;
  private readonly full: Intl.DateTimeFormat;
  private readonly date: Intl.DateTimeFormat;
  private readonly shortDay: Intl.DateTimeFormat;

  constructor(zone: string) {
    const options = { timeZone: safeZone(zone), hourCycle: "h23" } as const;
    this.time = new Intl.DateTimeFormat("en-GB", { ...options, hour: "2-digit", minute: "2-digit", second: "2-digit" });
    this.full = new Intl.DateTimeFormat("en-GB", { ...options, dateStyle: "medium", timeStyle: "long" });
    this.date = new Intl.DateTimeFormat("en-CA", { ...options, dateStyle: "short" });
    this.shortDay = new Intl.DateTimeFormat("en-GB", { ...options, day: "numeric", month: "short" });
  }

  /** "12:03:20", and the day before it where that is not today. */
  short(rfc3339: string): string {
    const date = new Date(rfc3339);
    const time = this.time.format(date);
    return this.date.format(date) === this.date.format(new Date()) ? time : `${this.shortDay.format(date)}, ${time}`;
  }

  /** "21 Nov" */
  day(rfc3339: string): string {
    return this.shortDay.format(new Date(rfc3339));
  }

  long(rfc3339: string): string {
    return this.full.format(new Date(rfc3339));
  }
}

/** A zone that this browser does not know must not take the page down. */
function safeZone(zone: string): string {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return zone;
  } catch {
    return "UTC";
  }
}

/** A camera whose clock is off, in words; empty while it agrees with its neighbours. */
export function clockWords(ahead_s: number): string {
  return Math.abs(ahead_s) < 0.5 ? "" : `clock ${Math.abs(ahead_s).toFixed(1)} s ${ahead_s > 0 ? "ahead" : "behind"}`;
}
