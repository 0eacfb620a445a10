/** Strides, padding, dilations and groups of a convolution. */
import { requireWhole } from "./shape.ts";

export interface ConvolutionOptions {
  /** Strides [rows, columns]; default 1. */
  readonly strides?: readonly [number, number];
  /** Zero padding [top, left, bottom, right]; default 0. */
  readonly pads?: readonly [number, number, number, number];
  /** Dilations [rows, columns]; default 1. */
  readonly dilations?: readonly [number, number];
  /** Number of groups; default 1. Channels are split into groups that are convolved separately. */
  readonly groups?: number;
}

/** Convolution options with all defaults filled in. */
export type Geometry = Required<ConvolutionOptions>;

/** Fills in the defaults. Throws ShapeError for values that are not whole or are too small. */
export const geometryOf = (
  operator: string,
  { strides = [1, 1], pads = [0, 0, 0, 0], dilations = [1, 1], groups = 1 }: ConvolutionOptions,
): Geometry => {
  requireWhole(operator, "strides", strides, 2, 1);
  requireWhole(operator, "pads", pads, 4, 0);
  requireWhole(operator, "dilations", dilations, 2, 1);
  requireWhole(operator, "groups", [groups], 1, 1);
  return { strides, pads, dilations, groups };
};
