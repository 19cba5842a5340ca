/** Every request that the page makes. */
import type { CameraList, Frame, Incident, IncidentPage, MovementReport, RiskReport, VerdictWord, Visit, VisitWord } from "./types";

export class ServerError extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

const kTimeout_ms = 15_000;

async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), kTimeout_ms);
  try {
    const response = await fetch(path, { ...init, signal: stop.signal });
    if (response.ok) return response;
    if (response.status === 401) location.reload();  // the session is over: the server answers with the sign-in page
    const body: unknown = await response.json().catch(() => null);
    throw new ServerError(response.status, messageOf(body) ?? `the server answered ${response.status}`);
  } finally {
    clearTimeout(timer);
  }
}

function messageOf(body: unknown): string | undefined {
  const error = (body as { error?: { message?: unknown } } | null)?.error;
  return typeof error?.message === "string" ? error.message : undefined;
}

async function json<T>(path: string): Promise<T> {
  return (await ask(path)).json() as Promise<T>;
}

const camera = (name: string): string => `/api/v1/cameras/${encodeURIComponent(name)}`;
const incident = (id: string): string => `/api/v1/incidents/${encodeURIComponent(id)}`;

export const clipUrl = (id: string): string => `${incident(id)}/clip`;
export const pictureUrl = (id: string): string => `${incident(id)}/picture`;

export const getCameras = (): Promise<CameraList> => json("/api/v1/cameras");
/** What is seen now; null where the camera has not shown anything yet. */
export async function getFrame(name: string): Promise<Frame | null> {
  const response = await ask(`${camera(name)}/frame`);
  return response.status === 204 ? null : (response.json() as Promise<Frame>);
}
export const getIncident = (id: string): Promise<Incident> => json(incident(id));
export const getIncidents = (query: URLSearchParams): Promise<IncidentPage> => json(`/api/v1/incidents?${query.toString()}`);

/** The picture of exactly that frame. */
export async function getPicture(name: string, seq: number): Promise<ImageBitmap> {
  const response = await ask(`${camera(name)}/frame.jpg?seq=${seq}`);
  return createImageBitmap(await response.blob());
}

const post = (path: string, body: object): Promise<Response> =>
  ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

export const getMovement = (): Promise<MovementReport> => json("/api/v1/movement");
export const getRisk = (): Promise<RiskReport> => json("/api/v1/risk");

const visit = (id: string): string => `/api/v1/visits/${encodeURIComponent(id)}`;
export const getVisit = (id: string): Promise<Visit> => json(visit(id));
export async function correctVisit(id: string, word: VisitWord, by: string): Promise<void> {
  const action = "staff" in word ? "staff" : "camera_visit" in word ? "split" : "merge";
  await post(`${visit(id)}/${action}`, { ...word, by });
}

export async function postVerdict(id: string, verdict: VerdictWord, by: string, note: string): Promise<Incident> {
  const response = await post(`${incident(id)}/verdict`, { verdict, by, note });
  return response.json() as Promise<Incident>;
}
