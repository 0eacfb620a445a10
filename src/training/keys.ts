/**
 * Keys of the arrays that training reads and writes. A key is an object; its name, in checkpoints, programs and maps, is
 * made here and never parsed.
 */
import type { OptimizerState } from "../nn/optimizer.ts";

/**
 * Content of an array for a parameter: its values, a state of the optimiser, the average of its values over the steps,
 * the norms of its rows, or the gradient by its values or by those norms.
 */
export type ArrayKind = "parameter" | OptimizerState | "average" | "norm" | "gradient" | "normGradient";

export interface ArrayKey {
  readonly array: ArrayKind;
  /** Name of the parameter. */
  readonly parameter: string;
  /** Number of the replica that computed a gradient. */
  readonly replica?: number;
}

/** Elements [start, end) of an array. */
export interface BlockKey extends ArrayKey {
  readonly start: number;
  readonly end: number;
}

/** Arrays by `arrayName`. */
export type ArrayMap = ReadonlyMap<string, Float32Array>;

/** Name of an array: that of the parameter for its values, else such as "layers.0.weight/mean". */
export const arrayName = ({ array, parameter, replica }: ArrayKey): string => {
  if (array === "parameter") return parameter;
  return replica === undefined ? `${parameter}/${array}` : `${parameter}/${array}/${replica}`;
};

/** Name of a block of an array, such as "layers.0.weight/mean@65536". */
export const blockName = (key: BlockKey): string => `${arrayName(key)}@${key.start}`;

/** Elements that a block has. */
export const blockSize = ({ start, end }: Pick<BlockKey, "start" | "end">): number => end - start;

/** A block of one of the arrays: the array itself if the block is all of it, else a view. */
export const viewOf = (arrays: ArrayMap, key: BlockKey): Float32Array => {
  const array = arrays.get(arrayName(key))!;
  return blockSize(key) === array.length ? array : array.subarray(key.start, key.end);
};
