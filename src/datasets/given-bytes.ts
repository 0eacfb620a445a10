/** Files given as bytes, as a page has them. It imports nothing of Node. */

/** A file's contents. The File of an input element or of a drop is a Blob. */
export type Bytes = Uint8Array | ArrayBuffer | Blob;

/** The bytes of a file, not copied where they are in memory. */
export const bytesOf = async (given: Bytes): Promise<Uint8Array> => {
  if (given instanceof Uint8Array) return given;
  return new Uint8Array(given instanceof ArrayBuffer ? given : await given.arrayBuffer());
};

/** Name of a file in errors: its own, if it has one. */
export const nameOf = (given: Bytes, otherwise: string): string =>
  "name" in given && typeof given.name === "string" ? given.name : otherwise;
