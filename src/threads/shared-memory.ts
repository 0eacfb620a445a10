/** Memory that the threads of a process share. */

/**
 * Allocates shared bytes, typed as ArrayBuffer for callers that do not care; bytes of the calling thread alone where
 * there is no shared memory, as on pages that are not isolated.
 */
export const sharedBytes = (length: number): ArrayBuffer =>
  typeof SharedArrayBuffer === "undefined"
    ? new ArrayBuffer(length)
    : (new SharedArrayBuffer(length) as ArrayBufferLike as ArrayBuffer);

/** True for an array in shared memory, which not every browser has. */
export const isShared = ({ buffer }: ArrayBufferView): boolean =>
  typeof SharedArrayBuffer !== "undefined" && buffer instanceof SharedArrayBuffer;

/** The numbers in shared memory; copied unless they are there already. */
export const sharedFloats = (values: Float32Array): Float32Array => {
  if (isShared(values)) return values;
  const copy = new Float32Array(sharedBytes(values.byteLength));
  copy.set(values);
  return copy;
};
