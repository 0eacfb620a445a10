/** Painting of the sheet on its canvas. */
import type { Point, Stroke } from "./drawing.ts";
import { PLACES } from "./drawing.ts";
import { radiusOf, type Sheet, SIDE } from "./ink.ts";

/** A picture of 28 x 28 as a canvas of that size: ink of a colour, as opaque as the pixel. */
export const pictureCanvas = (pixels: Uint8Array, color: string): HTMLCanvasElement => {
  const canvas = document.createElement("canvas");
  canvas.width = SIDE;
  canvas.height = SIDE;
  const context = canvas.getContext("2d")!;
  context.fillStyle = color;
  context.fillRect(0, 0, SIDE, SIDE);
  const image = context.getImageData(0, 0, SIDE, SIDE);
  for (const [k, ink] of pixels.entries()) image.data[4 * k + 3] = ink;
  context.putImageData(image, 0, 0);
  return canvas;
};

/** The canvas's context in units of its CSS pixels, cleared; the canvas gets as many pixels as the screen has there. */
const clearedContext = (canvas: HTMLCanvasElement): CanvasRenderingContext2D => {
  const size = Math.max(1, Math.round(canvas.clientWidth * devicePixelRatio));
  if (canvas.width !== size) {
    canvas.width = size;
    canvas.height = size;
  }
  const context = canvas.getContext("2d")!;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, size, size);
  return context;
};

const paintStroke = (context: CanvasRenderingContext2D, stroke: Stroke, scale: number): void => {
  context.globalCompositeOperation = stroke.erases ? "destination-out" : "source-over";
  context.lineWidth = 2 * radiusOf(stroke) * scale;
  context.beginPath();
  for (const [k, [x, y]] of stroke.points.entries())
    if (k === 0) context.moveTo(x * scale, y * scale);
    else context.lineTo(x * scale, y * scale);
  // A line to its own start paints the dot of a single point.
  if (stroke.points.length === 1) context.lineTo(stroke.points[0]![0] * scale, stroke.points[0]![1] * scale);
  context.stroke();
};

export interface Cursor {
  readonly at: Point;
  readonly erases: boolean;
  readonly isDown: boolean;
}

/** Paints the sheet, and the cursor of the keyboard where there is one. */
export const paintSheet = (
  canvas: HTMLCanvasElement,
  { digit, drawing }: Sheet,
  cursor: Cursor | undefined,
): void => {
  const context = clearedContext(canvas);
  const scale = canvas.width / PLACES;
  const style = getComputedStyle(canvas);
  context.imageSmoothingEnabled = false;
  if (digit) context.drawImage(pictureCanvas(digit, style.color), 0, 0, canvas.width, canvas.width);
  context.strokeStyle = style.color;
  context.lineCap = "round";
  context.lineJoin = "round";
  for (const stroke of drawing) paintStroke(context, stroke, scale);
  context.globalCompositeOperation = "source-over";
  if (!cursor) return;
  context.strokeStyle = style.getPropertyValue("--accent");
  context.lineWidth = 2 * devicePixelRatio;
  context.setLineDash(cursor.isDown ? [] : [4 * devicePixelRatio, 3 * devicePixelRatio]);
  const [x, y] = cursor.at;
  context.beginPath();
  context.arc(x * scale, y * scale, radiusOf(cursor) * scale, 0, 2 * Math.PI);
  context.stroke();
  context.setLineDash([]);
};
