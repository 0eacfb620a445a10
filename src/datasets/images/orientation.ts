/** Pictures turned upright. */

import type { Size } from "./damage.ts";
import type { Samples } from "./samples.ts";

/** EXIF's number of the sides of the scene where the first row and the first column of the stored picture are. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** Whether rows of the stored picture are columns of the upright one, and which of them run backwards. */
interface Turn {
  readonly swaps: boolean;
  readonly backX: boolean;
  readonly backY: boolean;
}

/** For a pixel of the upright picture, where it comes from in the stored one. */
const turns: Readonly<Record<Orientation, Turn>> = {
  1: { swaps: false, backX: false, backY: false },
  2: { swaps: false, backX: true, backY: false },
  3: { swaps: false, backX: true, backY: true },
  4: { swaps: false, backX: false, backY: true },
  5: { swaps: true, backX: false, backY: false },
  6: { swaps: true, backX: false, backY: true },
  7: { swaps: true, backX: true, backY: true },
  8: { swaps: true, backX: true, backY: false },
};

/** Size of the upright picture. */
export const turnedSize = ({ width, height }: Size, orientation: Orientation): Size =>
  turns[orientation].swaps ? { width: height, height: width } : { width, height };

/** The upright picture of one that is stored in that orientation. */
export const upright = (picture: Samples, orientation: Orientation): Samples => {
  if (orientation === 1) return picture;
  const { data, channels } = picture;
  const { swaps, backX, backY } = turns[orientation];
  const { width, height } = turnedSize(picture, orientation);
  const samples = data.slice();
  for (let y = 0, to = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [column, row] = swaps ? [y, x] : [x, y];
      const from =
        (backY ? picture.height - 1 - row : row) * picture.width +
        (backX ? picture.width - 1 - column : column);
      for (let channel = 0; channel < channels; channel++) samples[to++] = data[from * channels + channel]!;
    }
  return { ...picture, width, height, data: samples };
};
