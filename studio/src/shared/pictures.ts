/** Pictures as pixels for a network of grey images: bright ink on a dark ground, as digits have. */
import { DataError } from "neural-sampling/web";
import type { GivenFile } from "./given-files.ts";

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

/** Luma of ITU-R BT.601. */
const luma = (data: Uint8ClampedArray, at: number): number =>
  0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!;

/** Whether the outermost pixels are bright, as paper is. */
const isOnPaper = (grey: Uint8Array, width: number, height: number): boolean => {
  let [sum, count] = [0, 0];
  for (let k = 0; k < grey.length; k++) {
    const [row, column] = [Math.floor(k / width), k % width];
    if (row > 0 && row < height - 1 && column > 0 && column < width - 1) continue;
    sum += grey[k]!;
    count++;
  }
  return sum / count > 127;
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
  const scale = Math.min(width / bitmap.width, height / bitmap.height);
  const [w, h] = [bitmap.width * scale, bitmap.height * scale];
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, (width - w) / 2, (height - h) / 2, w, h);
  bitmap.close();
  const { data } = context.getImageData(0, 0, width, height);
  const grey = Uint8Array.from({ length: width * height }, (_, k) =>
    Math.round((luma(data, 4 * k) * data[4 * k + 3]!) / 255),
  );
  if (!isOnPaper(grey, width, height)) return grey;
  return grey.map((value) => 255 - value);
};
