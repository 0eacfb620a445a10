/** Memory that the threads of a process share. */

/** So many bytes, as the type that arrays have by default: nobody here asks whose the memory is. */
export const sharedBytes = (length: number): ArrayBuffer =>
  new SharedArrayBuffer(length) as ArrayBufferLike as ArrayBuffer;

/** Whether an array lies in such memory, which not every browser has. */
export const isShared = ({ buffer }: ArrayBufferView): boolean =>
  typeof SharedArrayBuffer !== "undefined" && buffer instanceof SharedArrayBuffer;

/** The bytes in memory that threads share: what is not there already is copied. */
export const shared = (bytes: Uint8Array): Uint8Array => {
  if (isShared(bytes)) return bytes;
  const copy = new Uint8Array(sharedBytes(bytes.length));
  copy.set(bytes);
  return copy;
};
