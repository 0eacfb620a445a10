import { expect, test } from "vitest";
import { areBlackOrWhite } from "../../src/datasets/binary-pixels.ts";

test("pixels are black or white if every one is 0 or 255, of however many", async () => {
  const pixels = new Uint8Array(2 ** 23 + 5).fill(255, 100, 2 ** 22 + 100);
  expect(await areBlackOrWhite(pixels)).toBe(true);
  for (const at of [0, 2 ** 22 + 1, 2 ** 23 + 4])
    expect(await areBlackOrWhite(pixels.with(at, 254)), `${at}`).toBe(false);
});
