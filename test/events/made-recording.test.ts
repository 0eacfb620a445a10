/** A made recording is one of N-MNIST's format, and shows the edges of what moves. */
import { expect, it } from "vitest";
import { madeRecording } from "../../src/events/made-recording.ts";
import { readBytes } from "./read.ts";

const read = (digit: Uint8Array) => readBytes(madeRecording(digit), { format: "nmnist" });

it("has no events without an edge", () => {
  expect(madeRecording(new Uint8Array(784)).length).toBe(0);
});

it("has events of both polarities where an edge comes to, in order of time", async () => {
  // A block in the middle, 8 x 8, that is moved by at most three pixels.
  const isInside = (k: number): boolean => k % 28 >= 10 && k % 28 < 18 && k >= 28 * 10 && k < 28 * 18;
  const digit = Uint8Array.from({ length: 784 }, (_, k) => (isInside(k) ? 255 : 0));
  const { events, sensor } = await read(digit);
  const { t, x, y, polarity } = events;
  expect(sensor).toEqual({ width: 34, height: 34 });
  expect(t.length).toBeGreaterThan(100);
  expect(t.every((time, k) => k === 0 || time >= t[k - 1]!)).toBe(true);
  expect(t.at(-1)!).toBeLessThan(300_000);
  const on = polarity.reduce((sum, p) => sum + p, 0);
  // It ends where it began: whatever became brighter became darker again.
  expect(on).toBe(t.length - on);
  expect(Math.min(...x, ...y)).toBeGreaterThanOrEqual(10 + 3 - 3 - 1);
  expect(Math.max(...x, ...y)).toBeLessThanOrEqual(17 + 3 + 3 + 1);
  // The inside of the block, which its edges do not reach, is not seen.
  expect(Array.from(x).some((column, k) => column === 16 && y[k] === 16)).toBe(false);
});
