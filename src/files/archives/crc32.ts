/**
 * CRC-32 of ISO 3309, as zip, gzip and PNG have it: polynomial edb88320 (reflected), all bits inverted at both ends.
 */

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

/** The checksum, a u32, of what `before` is the checksum of (0: of nothing) followed by `bytes`. */
export const crc32 = (bytes: Uint8Array, before = 0): number => {
  let rest = ~before;
  for (let i = 0; i < bytes.length; i++) rest = (rest >>> 8) ^ table[(rest ^ bytes[i]!) & 255]!;
  return ~rest >>> 0;
};
