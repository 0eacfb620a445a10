/** Batched matrix products. */
import { sumTo } from "./broadcast.ts";
import { transpose } from "./layout.ts";
import { broadcastShapes, refuseShapes, requireType, show } from "./shape.ts";
import { apply, type Tensor } from "./tensor.ts";

/** Product a b over the last two dimensions, [..., m, k] and [..., k, n]. The leading dimensions broadcast. */
export const matmul = (a: Tensor, b: Tensor): Tensor => {
  requireType("matmul", a, "float32", "int64", "int32");
  requireType("matmul", b, a.type);
  if (a.shape.length < 2 || b.shape.length < 2)
    refuseShapes(
      "matmul",
      [a.shape, b.shape],
      "at least two dimensions each",
      "Reshape a vector to a matrix.",
    );
  const [m, k] = a.shape.slice(-2) as [number, number];
  const [inner, n] = b.shape.slice(-2) as [number, number];
  if (k !== inner)
    refuseShapes(
      "matmul",
      [a.shape, b.shape],
      `equal inner sizes, not ${k} and ${inner}`,
      "Transpose one of them.",
    );
  const operands = `matmul of ${show(a.shape)} and ${show(b.shape)}, dimensions before the last two`;
  const batch = broadcastShapes(operands, a.shape.slice(0, -2), b.shape.slice(0, -2));
  return apply(
    {
      name: "matmul",
      onnx: { operator: "MatMul" },
      gradient: (g) => [sumTo(matmul(g, swapLast(b)), a.shape), sumTo(matmul(swapLast(a), g), b.shape)],
    },
    [a, b],
    [...batch, m, n],
  );
};

/** Transposes the last two dimensions. */
const swapLast = (x: Tensor): Tensor => {
  const rank = x.shape.length;
  return transpose(
    x,
    [...x.shape.keys()].map((k) => (k === rank - 1 ? rank - 2 : k === rank - 2 ? rank - 1 : k)),
  );
};
