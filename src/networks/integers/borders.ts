/**
 * Borders of a padded layer: locations whose windows lie in the image in the same way. A unit there has only the weights
 * inside, of which its norm is made.
 */
import type { Windows } from "./integers.ts";

export interface Borders {
  /** Number of the border of each location, [height, width]. */
  readonly border: Uint16Array;
  /** For each border, which taps of a window lie in the image, [rows, columns]. */
  readonly taps: readonly (readonly boolean[])[];
}

export const bordersOf = ({ inputShape, kernel, stride, padding, unitShape }: Windows): Borders => {
  const [, height, width] = unitShape;
  const alongAxis = (axis: 0 | 1): readonly (readonly boolean[])[] =>
    Array.from({ length: unitShape[axis + 1]! }, (_, k) =>
      insideOf(k * stride - padding, kernel[axis], inputShape[axis + 1]!),
    );
  const [rows, columns] = [alongAxis(0), alongAxis(1)];
  const numbers = new Map<string, number>();
  const taps: boolean[][] = [];
  const border = Uint16Array.from({ length: height * width }, (_, k) => {
    const [row, column] = [rows[Math.floor(k / width)]!, columns[k % width]!];
    const name = `${row.join()} ${column.join()}`;
    const known = numbers.get(name);
    if (known !== undefined) return known;
    numbers.set(name, taps.length);
    taps.push(row.flatMap((down) => column.map((across) => down && across)));
    return taps.length - 1;
  });
  return { border, taps };
};

/** For each of `taps` places from `start` on, whether it lies in [0, size). */
const insideOf = (start: number, taps: number, size: number): readonly boolean[] =>
  Array.from({ length: taps }, (_, k) => start + k >= 0 && start + k < size);
