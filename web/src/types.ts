import type { components } from "./api";

export type Incident = components["schemas"]["Incident"];
export type IncidentEvent = components["schemas"]["IncidentEvent"];
export type Evidence = components["schemas"]["Evidence"];
export type VerdictWord = components["schemas"]["VerdictWord"];
export type Camera = components["schemas"]["Camera"];
export type CameraStatus = components["schemas"]["CameraStatus"];
export type Zone = components["schemas"]["Zone"];
export type Frame = components["schemas"]["Frame"];
export type Track = components["schemas"]["Track"];
export type Visit = components["schemas"]["Visit"];
export type MovementReport = components["schemas"]["MovementReport"];
export type RiskReport = components["schemas"]["RiskReport"];
/** What an officer says of who somebody is: one of the three bodies of the visits' API. */
export type VisitWord = { staff: boolean } | { camera_visit: string } | { from: string };
export interface CameraList {
  store_id: string;
  time_zone: string;
  cameras: Camera[];
}
export interface IncidentPage {
  incidents: Incident[];
  next: string | null;
}
