/** A made recording is one of N-MNIST's format, and shows the edges of what moves. */
import { expect, it } from "vitest";
import { madeRecording } from "../../src/events/made-recording.ts";
import { readBytes } from "./read.ts";

const read = (digit: Uint8Array, seed?: number) =>
  readBytes(madeRecording(digit, seed), { format: "nmnist" });

/** A block in the middle, 8 x 8. */
const block = Uint8Array.from({ length: 784 }, (_, k) =>
  k % 28 >= 10 && k % 28 < 18 && k >= 28 * 10 && k < 28 * 18 ? 255 : 0,
);

it("has no events without an edge", () => {
  expect(madeRecording(new Uint8Array(784)).length).toBe(0);
});

it("has events of both polarities where an edge comes to, in order of time", async () => {
  const { events, sensor } = await read(block);
  const { t, x, y, polarity } = events;
  expect(sensor).toEqual({ width: 34, height: 34 });
  expect(t.length).toBeGreaterThan(100);
  expect(t.every((time, k) => k === 0 || time >= t[k - 1]!)).toBe(true);
  // It ends where it began: each pixel became as much brighter as darker, to the change that is no event yet.
  const balance = new Int32Array(34 * 34);
  x.forEach((column, k) => {
    balance[34 * y[k]! + column]! += polarity[k] === 1 ? 1 : -1;
  });
  expect(balance.every((sum) => Math.abs(sum) <= 1)).toBe(true);
  // No events come at once when the block stands still again.
  expect(t.at(-1)!).toBeLessThan(301_000);
  // The block moves from x = 0 to 6 and from y = 1.3 to 7; light between two pixels of the picture reaches one more.
  expect([Math.min(...x), Math.max(...x)]).toEqual([10, 17 + 6]);
  expect([Math.min(...y), Math.max(...y)]).toEqual([10 + 1, 17 + 7]);
  // The first 86 ms move the block down: ink darkens the pixels below it, and paper brightens those that it leaves.
  const mean = (isOn: number): number => {
    const rows = Array.from(y).filter((_, k) => t[k]! < 86_000 && polarity[k] === isOn);
    return rows.reduce((sum, row) => sum + row / rows.length, 0);
  };
  expect(mean(1)).toBeLessThan(mean(0) - 4);
});

/** Events of each pixel. */
const countsOf = async (digit: Uint8Array, seed?: number): Promise<Int32Array> => {
  const { x, y } = (await read(digit, seed)).events;
  const counts = new Int32Array(34 * 34);
  x.forEach((column, k) => void counts[34 * y[k]! + column]!++);
  return counts;
};

it("of imperfect cameras differs by place and by pixel", async () => {
  expect(madeRecording(block, 1)).toEqual(madeRecording(block, 1));
  const ideal = await countsOf(block);
  // Neighbours of a row that the sides of the block do not pass over: what one sees, the other sees.
  const rows = [11, 12, 13, 14, 15, 16, 17].map((row) => 34 * row + 16);
  const isAlike = (counts: Int32Array): boolean => rows.every((at) => counts[at] === counts[at + 1]);
  expect(isAlike(ideal)).toBe(true);
  const centres: number[] = [];
  for (const seed of [1, 2, 3, 4]) {
    const [all, noise] = [await countsOf(block, seed), await countsOf(new Uint8Array(784), seed)];
    // The noise of a seed is the same whatever moves.
    const edges = all.map((count, at) => count - noise[at]!);
    expect(Math.min(...edges)).toBe(0);
    expect(isAlike(edges)).toBe(false);
    const total = edges.reduce((sum, count) => sum + count, 0);
    centres.push(edges.reduce((sum, count, at) => sum + count * (at % 34), 0) / total);
  }
  // The standard deviation of the place is half a pixel.
  expect(Math.max(...centres) - Math.min(...centres)).toBeGreaterThan(0.25);
});

it("of imperfect cameras has noise where nothing moves", async () => {
  const { events } = await read(new Uint8Array(784), 1);
  const { t, x, y, polarity } = events;
  // At most three events a second of each of 1,156 pixels, in 304 ms.
  expect(t.length).toBeGreaterThan(0);
  expect(t.length).toBeLessThanOrEqual(Math.ceil(3 * 1156 * 0.304));
  expect(new Set(polarity)).toEqual(new Set([0, 1]));
  expect(Math.max(...x) - Math.min(...x)).toBeGreaterThan(25);
  expect(Math.max(...y) - Math.min(...y)).toBeGreaterThan(25);
});
