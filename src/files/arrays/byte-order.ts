/** This machine's order of bytes. */
export const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
