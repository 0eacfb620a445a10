/** Validation splits: a part of the training split, for choosing settings without the test split. */
import { ConfigError } from "../errors.ts";
import { grouped } from "../grouped.ts";
import { key } from "../random/key.ts";
import { permutation } from "../random/permutation.ts";
import type { ImageSplit } from "./dataset.ts";
import { chosen, range } from "./subset.ts";

export interface ValidationSplit {
  readonly train: ImageSplit;
  readonly validation: ImageSplit;
}

/**
 * Splits the last `count` images off `split`. Both parts are views of the same memory.
 * Throws ConfigError unless 0 < count < split.count.
 */
export const splitValidation = (split: ImageSplit, count: number): ValidationSplit => {
  checkCount(split, count);
  const kept = split.count - count;
  return {
    train: range(split, 0, kept, `${split.name} (first ${grouped(kept)})`),
    validation: range(split, kept, split.count, `${split.name} (last ${grouped(count)}, for validation)`),
  };
};

/**
 * Takes `count` images out of `split`, chosen at random by `seed`; both parts keep the split's order. The images are
 * copied. Throws ConfigError unless 0 < count < split.count, and for a seed that is none.
 */
export const drawValidation = (split: ImageSplit, count: number, seed: number): ValidationSplit => {
  checkCount(split, count);
  const order = permutation(key(seed, "validation"), split.count);
  return {
    train: chosen(split, order.subarray(count), `${split.name} (but ${grouped(count)} for validation)`),
    validation: chosen(
      split,
      order.subarray(0, count),
      `${split.name} (${grouped(count)} for validation, by seed ${seed})`,
    ),
  };
};

const checkCount = (split: ImageSplit, count: number): void => {
  if (Number.isInteger(count) && count >= 1 && count < split.count) return;
  throw new ConfigError(`carving a validation split off ${split.name}`, {
    given: `${count} images`,
    expected: `a whole number from 1 to ${split.count - 1}`,
    remedy: "Choose a smaller validation split.",
  });
};
