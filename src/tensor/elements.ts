/** Typed arrays that hold the elements of tensors. */
import { ConfigError } from "../errors.ts";
import { show } from "./shape.ts";
import { sizeOf, type Tensor, type TypedArray } from "./tensor.ts";

const ARRAY_TYPE = {
  float32: Float32Array,
  float64: Float64Array,
  int64: BigInt64Array,
  int32: Int32Array,
  uint8: Uint8Array,
  int8: Int8Array,
  bool: Uint8Array,
} as const;

/** Throws ConfigError unless `array` has the type and the number of elements of `tensor`. */
export const requireElements = (
  subject: string,
  { type, shape }: Pick<Tensor, "type" | "shape">,
  array: TypedArray | undefined,
): void => {
  const ArrayType = ARRAY_TYPE[type];
  if (array instanceof ArrayType && array.length === sizeOf(shape)) return;
  throw new ConfigError(subject, {
    given: array ? `${array.constructor.name}(${array.length})` : "nothing",
    expected: `${ArrayType.name}(${sizeOf(shape)}) for shape ${show(shape)} of type ${type}`,
    remedy: "Give an array of that kind and length.",
  });
};

/** A zero-filled array for the elements of `tensor`. */
export const allocateElements = ({ type, shape }: Pick<Tensor, "type" | "shape">): TypedArray =>
  new ARRAY_TYPE[type](sizeOf(shape));
