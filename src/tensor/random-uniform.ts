/** Random numbers drawn by the engine itself: for exported models only. Programs of this package are fed their noise. */
import { apply, type Shape, type Tensor } from "./tensor.ts";

/**
 * Uniform numbers from `low` to `high`, new ones at every run. With a `seed`, a whole number below 2^24, the runs of
 * every new session draw the same numbers in the same order.
 */
export const randomUniform = (shape: Shape, low: number, high: number, seed?: number): Tensor =>
  apply(
    {
      name: "randomUniform",
      onnx: {
        operator: "RandomUniform",
        attributes: {
          low: { float: low },
          high: { float: high },
          shape: { ints: shape },
          ...(seed !== undefined && { seed: { float: seed } }),
        },
      },
    },
    [],
    shape,
    "float32",
  );
