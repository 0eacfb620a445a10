/** Fills `into` with arrays one after the other. It needs room for all of them. */
export const joinInto = <Into extends Uint8Array | Float32Array | Float64Array>(
  into: Into,
  parts: readonly ArrayLike<number>[],
): Into => {
  let end = 0;
  for (const part of parts) {
    into.set(part, end);
    end += part.length;
  }
  return into;
};

/** Elements of all arrays together. */
export const lengthOfAll = (parts: readonly ArrayLike<number>[]): number =>
  parts.reduce((sum, { length }) => sum + length, 0);
