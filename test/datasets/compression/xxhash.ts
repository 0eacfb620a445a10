/** xxHash32 with seed 0, in exact arithmetic of whole numbers, step by step as its specification has it. */

const mask = 0xffffffffn;
const primes = [2654435761n, 2246822519n, 3266489917n, 668265263n, 374761393n] as const;
const [p1, p2, p3, p4, p5] = primes;
const rotate = (x: bigint, bits: bigint): bigint => ((x << bits) | (x >> (32n - bits))) & mask;

export function xxHash32(bytes: Uint8Array): number {
  const word = (at: number): bigint => BigInt(Buffer.from(bytes).readUInt32LE(at));
  const length = bytes.length;
  let at = 0;
  let acc: bigint;
  if (length < 16) acc = p5;
  else {
    const lanes = [(p1 + p2) & mask, p2, 0n, -p1 & mask];
    for (; at + 16 <= length; at += 16) {
      for (let k = 0; k < 4; k++)
        lanes[k] = (rotate((lanes[k]! + word(at + 4 * k) * p2) & mask, 13n) * p1) & mask;
    }
    acc =
      (rotate(lanes[0]!, 1n) + rotate(lanes[1]!, 7n) + rotate(lanes[2]!, 12n) + rotate(lanes[3]!, 18n)) &
      mask;
  }
  acc = (acc + BigInt(length)) & mask;
  for (; at + 4 <= length; at += 4) acc = (rotate((acc + word(at) * p3) & mask, 17n) * p4) & mask;
  for (; at < length; at++) acc = (rotate((acc + BigInt(bytes[at]!) * p5) & mask, 11n) * p1) & mask;
  acc = ((acc ^ (acc >> 15n)) * p2) & mask;
  acc = ((acc ^ (acc >> 13n)) * p3) & mask;
  return Number(acc ^ (acc >> 16n));
}
