/** Softmax and its logarithm along one axis. */
import { sum } from "./broadcast.ts";
import { exp, multiply, subtract } from "./elementwise.ts";
import { axisOf, requireType } from "./shape.ts";
import { apply, type Tensor } from "./tensor.ts";

/** exp(x) / sum exp(x) along `axis`. */
export const softmax = (x: Tensor, axis = -1): Tensor => {
  requireType("softmax", x, "float32");
  const along = axisOf("softmax", x.shape, axis);
  return apply(
    {
      name: "softmax",
      onnx: { operator: "Softmax", attributes: { axis: { int: along } } },
      gradient: (g, y) => [multiply(y, subtract(g, sum(multiply(g, y), [along], true)))],
    },
    [x],
    x.shape,
  );
};

/** x - log sum exp(x) along `axis`, computed without overflow. */
export const logSoftmax = (x: Tensor, axis = -1): Tensor => {
  requireType("logSoftmax", x, "float32");
  const along = axisOf("logSoftmax", x.shape, axis);
  return apply(
    {
      name: "logSoftmax",
      onnx: { operator: "LogSoftmax", attributes: { axis: { int: along } } },
      gradient: (g, y) => [subtract(g, multiply(exp(y), sum(g, [along], true)))],
    },
    [x],
    x.shape,
  );
};
