/** xxHash32 with seed 0, in exact arithmetic of whole numbers, step by step as its specification has it. */

const mask = 0xffffffffn;
const primes = [2654435761n, 2246822519n, 3266489917n, 668265263n, 374761393n] as const;
const [p1, p2, p3, p4, p5] = primes;
const rotate = (x: bigint, bits: bigint): bigint => ((x << bits) | (x >> (32n - bits))) & mask;

export const xxHash32 = (bytes: Uint8Array): number => {
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
};

/** The low 32 bits of xxHash64 with seed 0, likewise. */
export const xxHash64 = (bytes: Uint8Array): number => {
  const all = 0xffffffffffffffffn;
  const [q1, q2, q3, q4, q5] = [
    0x9e3779b185ebca87n,
    0xc2b2ae3d27d4eb4fn,
    0x165667b19e3779f9n,
    0x85ebca77c2b2ae63n,
    0x27d4eb2f165667c5n,
  ];
  const turn = (x: bigint, bits: bigint): bigint => ((x << bits) | (x >> (64n - bits))) & all;
  const step = (acc: bigint, lane: bigint): bigint => (turn((acc + lane * q2) & all, 31n) * q1) & all;
  const data = Buffer.from(bytes);
  let at = 0;
  let acc = q5;
  if (data.length >= 32) {
    const lanes = [(q1 + q2) & all, q2, 0n, -q1 & all];
    for (; at + 32 <= data.length; at += 32)
      for (let k = 0; k < 4; k++) lanes[k] = step(lanes[k]!, data.readBigUInt64LE(at + 8 * k));
    acc = (turn(lanes[0]!, 1n) + turn(lanes[1]!, 7n) + turn(lanes[2]!, 12n) + turn(lanes[3]!, 18n)) & all;
    for (const lane of lanes) acc = ((acc ^ step(0n, lane)) * q1 + q4) & all;
  }
  acc = (acc + BigInt(data.length)) & all;
  for (; at + 8 <= data.length; at += 8)
    acc = (turn(acc ^ step(0n, data.readBigUInt64LE(at)), 27n) * q1 + q4) & all;
  if (at + 4 <= data.length) {
    acc = (turn(acc ^ ((BigInt(data.readUInt32LE(at)) * q1) & all), 23n) * q2 + q3) & all;
    at += 4;
  }
  for (; at < data.length; at++) acc = (turn(acc ^ ((BigInt(data[at]!) * q5) & all), 11n) * q1) & all;
  acc = ((acc ^ (acc >> 33n)) * q2) & all;
  acc = ((acc ^ (acc >> 29n)) * q3) & all;
  return Number((acc ^ (acc >> 32n)) & 0xffffffffn);
};
