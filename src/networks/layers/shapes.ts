/** Shapes of layers on images, with errors that name the layer. */
import { ShapeError } from "../../errors.ts";
import type { Shape } from "../../tensor/tensor.ts";
import type { Signal } from "./kind.ts";

/** The shape [channels, height, width] of an image. Throws ShapeError for the output of a dense layer. */
export const imageShape = ({ shape }: Signal, place: string): readonly [number, number, number] => {
  if (shape.length === 3) return shape as [number, number, number];
  throw new ShapeError(place, {
    given: `the output [${shape.join(", ")}] of a dense layer`,
    expected: "an image, [channels, height, width]",
    remedy: "Put convolutions and pooling before the first dense layer.",
  });
};

/**
 * Shape after pooling over windows of size x size; incomplete windows are dropped. Throws ShapeError if none
 * fits.
 */
export const pooledShape = ([channels, height, width]: Shape, size: number, place: string): Shape => {
  if (size > height! || size > width!)
    throw new ShapeError(`${place} (pooling)`, {
      given: `windows of ${size} x ${size} on ${channels} x ${height} x ${width} units`,
      expected: "windows no larger than the image",
      remedy: "Pool over smaller windows.",
    });
  return [channels!, Math.floor(height! / size), Math.floor(width! / size)];
};

/** Throws ShapeError unless all signals have the shape of the first. */
export const requireSameShapes = (signals: readonly Signal[], place: string): void => {
  const [first, ...others] = signals.map(({ shape }) => shape.join(" x "));
  const other = others.find((shape) => shape !== first);
  if (other === undefined) return;
  throw new ShapeError(place, {
    given: `inputs of ${first} and ${other} units`,
    expected: "inputs of one shape",
    remedy:
      "Pool and project the shortcut, for example with averagePool and a 1 x 1 conv2d of neuron linear.",
  });
};
