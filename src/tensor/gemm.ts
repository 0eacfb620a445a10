/** Product of two matrices. */
import { refuseShapes, requireRank, requireType } from "./shape.ts";
import { apply, type Tensor } from "./tensor.ts";

export interface GemmOptions {
  /** Transpose the first operand. */
  readonly transA?: boolean;
  /** Transpose the second operand. */
  readonly transB?: boolean;
}

/** Product a b of matrices [m, k] and [k, n], after the requested transposes: [m, n]. */
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
