/** A frame as it is shown: the picture, the zones on it, and who is in them. */
import type { Frame, Track, Zone } from "./types";
import { percent } from "./words";

export interface Layers {
  zones: boolean;
  boxes: boolean;
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
