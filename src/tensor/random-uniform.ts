/** Random numbers drawn by the engine itself: for exported models only. Programs of this package are fed their noise. */
import { apply, type Shape, type Tensor } from "./tensor.ts";

/** Uniform numbers from `low` to `high`, new ones at every run. */
export const randomUniform = (shape: Shape, low: number, high: number): Tensor =>
  apply(
    {
      name: "randomUniform",
      onnx: {
        operator: "RandomUniform",
        attributes: { low: { float: low }, high: { float: high }, shape: { ints: shape } },
      },
    },
    [],
    shape,
    "float32",
  );
