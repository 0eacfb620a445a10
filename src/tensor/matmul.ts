/** Matrix products. */
import { sumTo } from "./broadcast.ts";
import { transpose } from "./layout.ts";
import { broadcastShapes, refuseShapes, requireRank, requireType, show } from "./shape.ts";
import { apply, type Tensor } from "./tensor.ts";

export interface GemmOptions {
  /** Use the first operand's transpose. */
  readonly transA?: boolean;
  /** Use the second operand's transpose. */
  readonly transB?: boolean;
}

/** a b for matrices [m, k] and [k, n], either transposed first on request; [m, n]. */
export const gemm = (a: Tensor, b: Tensor, { transA = false, transB = false }: GemmOptions = {}): Tensor => {
  requireType("gemm", a, "float32");
  requireType("gemm", b, "float32");
  requireRank("gemm", a, 2, "a matrix");
  requireRank("gemm", b, 2, "a matrix");
  const [m, k] = transA ? [a.shape[1]!, a.shape[0]!] : [a.shape[0]!, a.shape[1]!];
  const [inner, n] = transB ? [b.shape[1]!, b.shape[0]!] : [b.shape[0]!, b.shape[1]!];
  if (k !== inner)
    refuseShapes(
      `gemm${transA ? ", first transposed" : ""}${transB ? ", second transposed" : ""}`,
      [a.shape, b.shape],
      `equal inner sizes, not ${k} and ${inner}`,
      "Transpose or reshape one of them.",
    );
  return apply(
    {
      name: "gemm",
      onnx: {
        operator: "Gemm",
        attributes: { transA: { int: Number(transA) }, transB: { int: Number(transB) } },
      },
      gradient: (g) => [
        transA ? gemm(b, g, { transA: transB, transB: true }) : gemm(g, b, { transB: !transB }),
        transB ? gemm(g, a, { transA: true, transB: transA }) : gemm(a, g, { transA: !transA }),
      ],
    },
    [a, b],
    [m, n],
  );
};

/** a b over the last two dimensions, [..., m, k] and [..., k, n]; the dimensions before them broadcast. */
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

/** Transpose of the last two dimensions. */
const swapLast = (x: Tensor): Tensor => {
  const rank = x.shape.length;
  return transpose(
    x,
    [...x.shape.keys()].map((k) => (k === rank - 1 ? rank - 2 : k === rank - 2 ? rank - 1 : k)),
  );
};
