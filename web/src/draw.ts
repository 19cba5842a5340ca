/** A frame as it is shown: the picture, the zones on it, and who is in them. */
import type { Frame, Track, Zone } from "./types";
import { percent } from "./words";

export interface Layers {
  zones: boolean;
  boxes: boolean;
  poses: boolean;
}

const kZoneColours: Record<Zone["kind"], string> = {
  entrance: "#38bdf8",
  exit: "#38bdf8",
  checkout: "#4ade80",
  high_risk: "#fbbf24",
  shelf: "#cbd5e1",
  restricted: "#f87171",
  staff: "#c084fc",
  fitting_room: "#94a3b8",
};

/** COCO's joints that a line joins, by side: arms and legs of the person's left in one colour, right in another. */
const kBones: [number, number, string][] = [
  [5, 6, "#f8fafc"], [11, 12, "#f8fafc"], [5, 11, "#f8fafc"], [6, 12, "#f8fafc"],
  [5, 7, "#34d399"], [7, 9, "#34d399"], [11, 13, "#34d399"], [13, 15, "#34d399"],
  [6, 8, "#60a5fa"], [8, 10, "#60a5fa"], [12, 14, "#60a5fa"], [14, 16, "#60a5fa"],
];
const kWrists = [9, 10];
const kJointSeen = 0.25;  // score from which a joint is drawn

const kPersonColour = "#f8fafc";
const kObjectColour = "#94a3b8";
const kFont = "system-ui, sans-serif";

/** The colour of a risk: none, worth a look, over the usual threshold. */
function riskColour(risk: number): string {
  return risk >= 0.5 ? "#ef4444" : risk >= 0.1 ? "#f59e0b" : kPersonColour;
}

/** Draws onto a canvas of `width` × `height` pixels, `scale` of them to a CSS pixel. */
export function drawFrame(canvas: HTMLCanvasElement, picture: ImageBitmap, frame: Frame, zones: Zone[], layers: Layers): void {
  const scale = Math.min(window.devicePixelRatio || 1, 2);
  const width = Math.round((canvas.clientWidth || 320) * scale);
  const height = Math.round((width * picture.height) / picture.width);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const pen = canvas.getContext("2d");
  if (pen === null) return;
  pen.drawImage(picture, 0, 0, width, height);
  if (layers.zones) for (const zone of zones) drawZone(pen, zone, scale);
  if (layers.boxes) {
    // People last, the riskiest on top: a bag must not hide who carries it.
    const order = (t: Track): number => (t.label === "person" ? 1 + t.risk : 0);
    for (const track of [...frame.tracks].sort((a, b) => order(a) - order(b))) drawTrack(pen, track, scale);
  }
  if (layers.poses) for (const track of frame.tracks) if (track.pose !== null) drawPose(pen, track.pose, scale);
}

function drawZone(pen: CanvasRenderingContext2D, zone: Zone, scale: number): void {
  const { width, height } = pen.canvas;
  const corners = zone.polygon.map(([x, y]) => [(x ?? 0) * width, (y ?? 0) * height] as const);
  const first = corners[0];
  if (first === undefined) return;
  pen.beginPath();
  corners.forEach(([x, y], i) => (i === 0 ? pen.moveTo(x, y) : pen.lineTo(x, y)));
  pen.closePath();
  pen.fillStyle = `${kZoneColours[zone.kind]}26`;
  pen.fill();
  pen.lineWidth = 1.5 * scale;
  pen.setLineDash([6 * scale, 4 * scale]);
  pen.strokeStyle = kZoneColours[zone.kind];
  pen.stroke();
  pen.setLineDash([]);
  // At the zone's foot: where people stand, their own labels are far above.
  const foot = corners.reduce((a, b) => (b[1] > a[1] || (b[1] === a[1] && b[0] < a[0]) ? b : a), first);
  label(pen, zone.name, foot[0], foot[1], kZoneColours[zone.kind], scale);
}

function drawTrack(pen: CanvasRenderingContext2D, track: Track, scale: number): void {
  const { width, height } = pen.canvas;
  const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = track.box;
  const isPerson = track.label === "person";
  const colour = isPerson ? riskColour(track.risk) : kObjectColour;
  pen.lineWidth = (isPerson ? 2 : 1) * scale;
  pen.strokeStyle = "rgb(0 0 0 / 0.6)";
  pen.strokeRect(x1 * width - 1, y1 * height - 1, (x2 - x1) * width + 2, (y2 - y1) * height + 2);
  pen.strokeStyle = colour;
  pen.strokeRect(x1 * width, y1 * height, (x2 - x1) * width, (y2 - y1) * height);
  const risk = isPerson && track.risk >= 0.01 ? ` ${percent(track.risk)}` : "";
  label(pen, isPerson ? `${track.id}${risk}` : track.label, x1 * width, y1 * height, colour, scale);
}

/** The skeleton, thin enough that hands and what they hold stay visible. */
function drawPose(pen: CanvasRenderingContext2D, pose: number[][], scale: number): void {
  const { width, height } = pen.canvas;
  const at = (i: number): readonly [number, number] | null => {
    const [x = 0, y = 0, score = 0] = pose[i] ?? [];
    return score >= kJointSeen ? [x * width, y * height] : null;
  };
  pen.lineCap = "round";
  for (const [shade, thickness] of [["rgb(0 0 0 / 0.55)", 3.5], ["", 1.5]] as const) {
    for (const [from, to, colour] of kBones) {
      const a = at(from), b = at(to);
      if (a === null || b === null) continue;
      pen.beginPath();
      pen.moveTo(...a);
      pen.lineTo(...b);
      pen.lineWidth = thickness * scale;
      pen.strokeStyle = shade === "" ? colour : shade;
      pen.stroke();
    }
  }
  pen.lineCap = "butt";
  for (const i of kWrists) {
    const wrist = at(i);
    if (wrist === null) continue;
    pen.beginPath();
    pen.arc(...wrist, 2.5 * scale, 0, 2 * Math.PI);
    pen.fillStyle = "#facc15";
    pen.fill();
  }
}

/** A word on a dark plate, whose lower left corner is at x, y; moved in where it would leave the picture. */
function label(pen: CanvasRenderingContext2D, text: string, x: number, y: number, colour: string, scale: number): void {
  const size = 11 * scale;
  pen.font = `600 ${size}px ${kFont}`;
  const width = pen.measureText(text).width + 8 * scale;
  const height = size + 5 * scale;
  const left = Math.max(0, Math.min(x, pen.canvas.width - width));
  const top = Math.max(0, Math.min(y - height, pen.canvas.height - height));
  pen.fillStyle = "rgb(8 12 20 / 0.78)";
  pen.fillRect(left, top, width, height);
  pen.fillStyle = colour;
  pen.textBaseline = "middle";
  pen.fillText(text, left + 4 * scale, top + height / 2 + scale / 2);
}
