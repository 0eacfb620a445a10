/** Where the windows of a convolution lie. */
import { requireWhole } from "./shape.ts";

export interface ConvolutionOptions {
  /** Step of the window, [rows, columns]; 1 unless given. */
  readonly strides?: readonly [number, number];
  /** Zeros around the image, [top, left, bottom, right]; none unless given. */
  readonly pads?: readonly [number, number, number, number];
  /** Distance of neighbouring taps, [rows, columns]; 1 unless given. */
  readonly dilations?: readonly [number, number];
  /** Channels are split into this many groups, each convolved by itself. */
  readonly groups?: number;
}

/** Every option spelled out. */
export type Geometry = Required<ConvolutionOptions>;

/** The options spelled out. Throws ShapeError for steps below 1 and what is not whole. */
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
