import { readFile } from "node:fs/promises";

/** One of the JPEGs that Pillow made. */
export const jpeg = (name: string): Promise<Buffer> =>
  readFile(new URL(`../../fixtures/jpeg/${name}.jpg`, import.meta.url));

export const width = 21;
export const height = 13;

/** What was drawn in the fixtures, [channels, height, width]. */
export const drawn = (channels: 1 | 3): number[] => {
  const colours =
    channels === 1
      ? [(x: number, y: number) => 5 * x + 7 * y]
      : [
          (x: number) => 40 + 8 * x,
          (_: number, y: number) => 220 - 9 * y,
          (x: number, y: number) => 60 + 4 * x + 5 * y,
        ];
  return colours.flatMap((colour) =>
    Array.from({ length: width * height }, (_, k) => colour(k % width, Math.floor(k / width))),
  );
};
