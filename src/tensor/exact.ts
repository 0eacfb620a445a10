/**
 * Arithmetic on whole numbers, which is exact: on int32, and on float64 up to 2^53. None of it has a gradient.
 */
import { reshape } from "./layout.ts";
import { broadcastShapes, refuseShapes, requireRank, requireType, sameShape } from "./shape.ts";
import { apply, constant, type ElementType, type Shape, type Tensor } from "./tensor.ts";

const EXACT = ["int32", "float64"] as const;

/** The number as a scalar of the type of `x`. */
const scalar = (value: number, { type }: Tensor): Tensor =>
  constant(type === "int32" ? Int32Array.of(value) : Float64Array.of(value), []);

const arithmetic =
  (name: string, operator: string) =>
  (a: Tensor, right: Tensor | number): Tensor => {
    const b = typeof right === "number" ? scalar(right, a) : right;
    requireType(name, a, ...EXACT);
    requireType(name, b, a.type);
    return apply({ name, onnx: { operator } }, [a, b], broadcastShapes(name, a.shape, b.shape));
  };

export const exactSum = arithmetic("exactSum", "Add");
export const exactDifference = arithmetic("exactDifference", "Sub");
export const exactProduct = arithmetic("exactProduct", "Mul");
/** Quotient; of int32 without its fraction. */
export const exactQuotient = arithmetic("exactQuotient", "Div");

const rounding =
  (name: string, operator: string, types: readonly ElementType[]) =>
  (x: Tensor): Tensor => {
    requireType(name, x, ...types);
    return apply({ name, onnx: { operator } }, [x], x.shape);
  };

/** Largest whole number that is not above x. */
export const floor = rounding("floor", "Floor", ["float32", "float64"]);
/** Square root of float64: of a square it is exact. */
export const exactRoot = rounding("exactRoot", "Sqrt", ["float64"]);

/** x, kept from `least` to `most`. */
export const clamped = (x: Tensor, least: number, most: number): Tensor => {
  requireType("clamped", x, ...EXACT);
  return apply(
    { name: "clamped", onnx: { operator: "Clip" } },
    [x, scalar(least, x), scalar(most, x)],
    x.shape,
  );
};

/** Elements of `table` [n] at `indices`, int32 from 0 to n - 1, in their shape. Indices as one row are fastest by far. */
export const lookUp = (table: Tensor, indices: Tensor): Tensor => {
  requireRank("lookUp", table, 1, "a table");
  requireType("lookUp", indices, "int32");
  const [row, column] = [reshape(table, [1, -1]), reshape(indices, [1, -1])];
  const found = apply(
    { name: "lookUp", onnx: { operator: "GatherElements", attributes: { axis: { int: 1 } } } },
    [row, column],
    column.shape,
    table.type,
  );
  return reshape(found, indices.shape);
};

/** Product of matrices [m, k] and [k, n]: of bytes, of which `zero` is subtracted, and int8 weights; in int32. */
export const byteProduct = (bytes: Tensor, weight: Tensor, zero: number): Tensor => {
  requireProduct("byteProduct", bytes, weight);
  return apply(
    { name: "byteProduct", onnx: { operator: "MatMulInteger" } },
    [bytes, weight, constant(Uint8Array.of(zero), [])],
    [bytes.shape[0]!, weight.shape[1]!],
    "int32",
  );
};

/** Bias, int32 [n], and scale, float32 [n], of a product's columns. */
export interface Requantization {
  readonly bias: Tensor;
  readonly scale: Tensor;
}

/** Byte of a requantized 0. */
export const REQUANTIZED_ZERO = 128;

/**
 * The same product as bytes: 128 + round((product + bias) scale), kept from 0 to 255; halves to the even number. One
 * operator of ONNX Runtime.
 */
export const requantizedProduct = (
  bytes: Tensor,
  weight: Tensor,
  zero: number,
  { bias, scale }: Requantization,
): Tensor => {
  requireProduct("requantizedProduct", bytes, weight);
  const columns: Shape = [weight.shape[1]!];
  if (!sameShape(bias.shape, columns) || !sameShape(scale.shape, columns))
    refuseShapes(
      "requantizedProduct",
      [bias.shape, scale.shape],
      `[${columns}] both`,
      "Give one of each column.",
    );
  const one = constant(1);
  const inputs = [
    ...[bytes, one, constant(Uint8Array.of(zero), [])],
    ...[weight, scale, constant(new Int8Array(columns[0]!), columns), bias],
    ...[one, constant(Uint8Array.of(REQUANTIZED_ZERO), [])],
  ];
  return apply(
    { name: "requantizedProduct", onnx: { operator: "QGemm", domain: "com.microsoft" } },
    inputs,
    [bytes.shape[0]!, columns[0]!],
    "uint8",
  );
};

const requireProduct = (name: string, bytes: Tensor, weight: Tensor): void => {
  requireType(name, bytes, "uint8");
  requireType(name, weight, "int8");
  for (const matrix of [bytes, weight]) requireRank(name, matrix, 2, "a matrix");
  if (bytes.shape[1] !== weight.shape[0])
    refuseShapes(name, [bytes.shape, weight.shape], "equal inner sizes", "Transpose one of them.");
};

/** Product of matrices [m, k] and [k, n] of whole numbers in float64. */
export const exactMatrixProduct = (a: Tensor, b: Tensor): Tensor => {
  for (const matrix of [a, b]) {
    requireType("exactMatrixProduct", matrix, "float64");
    requireRank("exactMatrixProduct", matrix, 2, "a matrix");
  }
  if (a.shape[1] !== b.shape[0])
    refuseShapes("exactMatrixProduct", [a.shape, b.shape], "equal inner sizes", "Transpose one of them.");
  return apply(
    { name: "exactMatrixProduct", onnx: { operator: "MatMul" } },
    [a, b],
    [a.shape[0]!, b.shape[1]!],
  );
};

/** Bytes [batch, height, width, channels] with a border of `amount` bytes of `value`. */
export const paddedBytes = (x: Tensor, amount: number, value: number): Tensor => {
  requireType("paddedBytes", x, "uint8");
  if (amount === 0) return x;
  const edges = [0, amount, amount, 0];
  const amounts = constant(BigInt64Array.from([...edges, ...edges], BigInt), [8]);
  return apply(
    { name: "paddedBytes", onnx: { operator: "Pad" } },
    [x, amounts, constant(Uint8Array.of(value), [])],
    x.shape.map((size, axis) => size + 2 * edges[axis]!),
  );
};
