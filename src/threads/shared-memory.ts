/** Memory that the threads of a process share. */

/** Allocates shared bytes, typed as ArrayBuffer for callers that do not care. */
export const sharedBytes = (length: number): ArrayBuffer =>
  new SharedArrayBuffer(length) as ArrayBufferLike as ArrayBuffer;

/** Whether an array lies in such memory, which not every browser has. */
export const isShared = ({ buffer }: ArrayBufferView): boolean =>
  typeof SharedArrayBuffer !== "undefined" && buffer instanceof SharedArrayBuffer;

/** The bytes in shared memory; copied unless they are there already. */
export const shared = (bytes: Uint8Array): Uint8Array => {
  if (isShared(bytes)) return bytes;
  const copy = new Uint8Array(sharedBytes(bytes.length));
  copy.set(bytes);
  return copy;
};

/** The numbers in shared memory; copied unless they are there already. */
export const sharedFloats = (values: Float32Array): Float32Array => {
  if (isShared(values)) return values;
  const copy = new Float32Array(sharedBytes(values.byteLength));
  copy.set(values);
  return copy;
};
