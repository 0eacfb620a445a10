/** Pictures as pixels for a network of grey images: bright ink on a dark ground, as digits have. */
import { DataError } from "neural-sampling/web";
import type { GivenFile } from "./given-files.ts";
import { greyOf } from "./grey.ts";

const MOST_BYTES = 2 ** 26;

/** Whether a file's name is that of a picture. */
export const isPicture = ({ path }: GivenFile): boolean => /\.(png|jpe?g|webp|gif|bmp)$/i.test(path);

const refuse = (file: string, given: string, cause?: unknown): never => {
  throw new DataError(
    { file },
    { given, expected: "a picture, such as PNG or JPEG", remedy: "Leave it out, or save it again." },
    cause,
  );
};

/**
 * Grey pixels of a picture, 0 to 255, scaled to fit height x width with its proportions kept. A picture on bright ground
 * is inverted. Throws DataError for a file that is none or is too large.
 */
export const pixelsOf = async (
  { path, file }: GivenFile,
  height: number,
  width: number,
): Promise<Uint8Array> => {
  if (file.size > MOST_BYTES) refuse(path, `${Math.round(file.size / 2 ** 20)} MiB`);
  const bitmap = await createImageBitmap(file).catch((cause) =>
    refuse(path, "a file that the browser cannot show", cause),
  );
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  // Whole pixels: a border in part transparent would count as dark.
  const scale = Math.min(width / bitmap.width, height / bitmap.height);
  const scaled = (side: number): number => Math.max(1, Math.round(side * scale));
  const [w, h] = [scaled(bitmap.width), scaled(bitmap.height)];
  const [left, top] = [Math.floor((width - w) / 2), Math.floor((height - h) / 2)];
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, left, top, w, h);
  bitmap.close();
  const grey = greyOf(context.getImageData(left, top, w, h).data, w);
  const pixels = new Uint8Array(width * height);
  for (let row = 0; row < h; row++)
    pixels.set(grey.subarray(row * w, (row + 1) * w), (top + row) * width + left);
  return pixels;
};
