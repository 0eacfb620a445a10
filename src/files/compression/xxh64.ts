/**
 * xxHash64, the checksum of Zstandard frames (Yann Collet, xxHash fast digest algorithm, version 0.1.1): four sums of
 * 64 bits, each taking every fourth little-endian word, then what is left over. Numbers of 64 bits are pairs of 32, the
 * high one first, which are changed in place: a bigint for each would take twenty times as long.
 */

type Long = Int32Array;

const long = (high: number, low: number): Long => Int32Array.of(high, low);
const prime1 = long(0x9e3779b1, 0x85ebca87);
const prime2 = long(0xc2b2ae3d, 0x27d4eb4f);
const prime3 = long(0x165667b1, 0x9e3779f9);
const prime4 = long(0x85ebca77, 0xc2b2ae63);
const prime5 = long(0x27d4eb2f, 0x165667c5);

const add = (sum: Long, term: Long): Long => {
  const low = (sum[1]! >>> 0) + (term[1]! >>> 0);
  sum[0]! += term[0]! + (low > 0xffffffff ? 1 : 0);
  sum[1] = low;
  return sum;
};

/** Product modulo 2^64, by 16-bit quarters of the halves, whose products are exact in a number. */
const multiply = (product: Long, factor: Long): Long => {
  const [high, low, otherHigh, otherLow] = [product[0]!, product[1]!, factor[0]!, factor[1]!];
  const [a, b, c, d] = [low >>> 16, low & 0xffff, otherLow >>> 16, otherLow & 0xffff];
  const middle = a * d + ((b * d) >>> 16);
  const carry = (middle >>> 16) + ((b * c + (middle & 0xffff)) >>> 16);
  product[0] = a * c + carry + Math.imul(high, otherLow) + Math.imul(low, otherHigh);
  product[1] = Math.imul(low, otherLow);
  return product;
};

/** Rotation by 1 to 31 bits to the left. */
const rotate = (word: Long, bits: number): Long => {
  const [high, low] = [word[0]!, word[1]!];
  word[0] = (high << bits) | (low >>> (32 - bits));
  word[1] = (low << bits) | (high >>> (32 - bits));
  return word;
};

const mix = (hash: Long, word: Long): Long => {
  hash[0]! ^= word[0]!;
  hash[1]! ^= word[1]!;
  return hash;
};

/** Exclusive or with itself shifted right by `bits`, 1 to 63, in place. */
const fold = (hash: Long, bits: number): Long =>
  bits >= 32
    ? mix(hash, long(0, hash[0]! >>> (bits - 32)))
    : mix(hash, long(hash[0]! >>> bits, (hash[1]! >>> bits) | (hash[0]! << (32 - bits))));

const scratch = long(0, 0);
const round = (sum: Long, word: Long): Long => multiply(rotate(add(sum, multiply(word, prime2)), 31), prime1);

/** The low 32 bits of the checksum of `bytes` with seed 0, a u32: those that a frame has. */
export const xxh64 = (bytes: Uint8Array): number => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const wordAt = (at: number): Long => {
    scratch[0] = view.getInt32(at + 4, true);
    scratch[1] = view.getInt32(at, true);
    return scratch;
  };
  const { length } = bytes;
  let at = 0;
  const hash = prime5.slice();
  if (length >= 32) {
    const sums = [add(prime1.slice(), prime2), prime2.slice(), long(0, 0), long(~prime1[0]!, -prime1[1]!)];
    for (; at + 32 <= length; at += 32) for (let k = 0; k < 4; k++) round(sums[k]!, wordAt(at + 8 * k));
    hash.fill(0);
    for (const [k, bits] of [1, 7, 12, 18].entries()) add(hash, rotate(sums[k]!.slice(), bits));
    for (const sum of sums) add(multiply(mix(hash, round(long(0, 0), sum)), prime1), prime4);
  }
  add(hash, long(Math.floor(length / 2 ** 32), length));
  for (; at + 8 <= length; at += 8)
    add(multiply(rotate(mix(hash, round(long(0, 0), wordAt(at))), 27), prime1), prime4);
  if (at + 4 <= length) {
    const word = multiply(long(0, view.getInt32(at, true)), prime1);
    add(multiply(rotate(mix(hash, word), 23), prime2), prime3);
    at += 4;
  }
  for (; at < length; at++) multiply(rotate(mix(hash, multiply(long(0, bytes[at]!), prime5)), 11), prime1);
  multiply(fold(hash, 33), prime2);
  multiply(fold(hash, 29), prime3);
  return fold(hash, 32)[1]! >>> 0;
};
