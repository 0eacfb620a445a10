/** Elementwise arithmetic with NumPy broadcasting, and elementary functions. float32 only. */
import { sumTo } from "./broadcast.ts";
import { cast, greater, greaterEqual, less, lessEqual } from "./select.ts";
import { broadcastShapes, requireType } from "./shape.ts";
import { apply, asTensor, type Operand, type Tensor } from "./tensor.ts";

/** Cotangents of both operands, before they are summed to the operands' shapes. */
type BinaryGradient = (cotangent: Tensor, a: Tensor, b: Tensor, output: Tensor) => readonly [Tensor, Tensor];

const binary =
  (name: string, operator: string, gradient: BinaryGradient) =>
  (left: Operand, right: Operand): Tensor => {
    const a = asTensor(left);
    const b = asTensor(right);
    requireType(name, a, "float32");
    requireType(name, b, "float32");
    return apply(
      {
        name,
        onnx: { operator },
        gradient: (cotangent, output) => {
          const [toA, toB] = gradient(cotangent, a, b, output);
          return [sumTo(toA, a.shape), sumTo(toB, b.shape)];
        },
      },
      [a, b],
      broadcastShapes(name, a.shape, b.shape),
    );
  };

export const add = binary("add", "Add", (g) => [g, g]);
export const subtract = binary("subtract", "Sub", (g) => [g, negate(g)]);
export const multiply = binary("multiply", "Mul", (g, a, b) => [multiply(g, b), multiply(g, a)]);
export const divide = binary("divide", "Div", (g, _a, b, output) => {
  const toA = divide(g, b);
  return [toA, negate(multiply(toA, output))];
});
/** Elementwise maximum. On a tie each operand gets half of the gradient. */
export const maximum = binary("maximum", "Max", (g, a, b) => half(g, greater(a, b), greaterEqual(a, b)));
/** Elementwise minimum. On a tie each operand gets half of the gradient. */
export const minimum = binary("minimum", "Min", (g, a, b) => half(g, less(a, b), lessEqual(a, b)));

/**
 * Splits the cotangent: to the first operand where `strictly` holds, to the second where `weakly` fails, in
 * halves on a tie.
 */
const half = (g: Tensor, strictly: Tensor, weakly: Tensor): readonly [Tensor, Tensor] => {
  const share = multiply(0.5, add(cast(strictly, "float32"), cast(weakly, "float32")));
  return [multiply(g, share), multiply(g, subtract(1, share))];
};

const unary =
  (name: string, operator: string, gradient: (cotangent: Tensor, x: Tensor, output: Tensor) => Tensor) =>
  (x: Tensor): Tensor => {
    requireType(name, x, "float32");
    return apply(
      { name, onnx: { operator }, gradient: (cotangent, output) => [gradient(cotangent, x, output)] },
      [x],
      x.shape,
    );
  };

export const negate = unary("negate", "Neg", (g) => negate(g));
export const abs = unary("abs", "Abs", (g, x) => multiply(g, sign(x)));
/** Cosine. Its derivative -sin(x) is written as cos(x + pi / 2). */
export const cos = unary("cos", "Cos", (g, x) => multiply(g, cos(add(x, Math.PI / 2))));
/** Sign: -1, 0 or +1. The gradient is zero. */
export const sign = unary("sign", "Sign", (g) => multiply(g, 0));
export const exp = unary("exp", "Exp", (g, _x, output) => multiply(g, output));
export const log = unary("log", "Log", (g, x) => divide(g, x));
export const sqrt = unary("sqrt", "Sqrt", (g, _x, output) => divide(multiply(0.5, g), output));
export const tanh = unary("tanh", "Tanh", (g, _x, output) => multiply(g, subtract(1, square(output))));
export const sigmoid = unary("sigmoid", "Sigmoid", (g, _x, output) =>
  multiply(g, multiply(output, subtract(1, output))),
);
/** max(x, 0). The gradient at 0 is 0. */
export const relu = unary("relu", "Relu", (g, x) => multiply(g, cast(greater(x, 0), "float32")));
/** The error function, erf(x) = 2/sqrt(pi) int_0^x exp(-t^2) dt. Its derivative is 2/sqrt(pi) exp(-x^2). */
export const erf = unary("erf", "Erf", (g, x) => multiply(g, exp(subtract(LOG_SLOPE_OF_ERF, square(x)))));

/** log(2 / sqrt(pi)), the logarithm of erf's slope at 0. Inside the exponential it saves a multiplication. */
const LOG_SLOPE_OF_ERF = Math.log(2 / Math.sqrt(Math.PI));

export const square = (x: Tensor): Tensor => multiply(x, x);
