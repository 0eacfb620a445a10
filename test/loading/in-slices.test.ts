import { expect, test } from "vitest";
import { inSlices } from "../../src/loading/in-slices.ts";

const slicesOf = async (count: number, bytes: number): Promise<readonly [number, number][]> => {
  const slices: [number, number][] = [];
  await inSlices(count, bytes, (start, end) => slices.push([start, end]));
  return slices;
};

test("slices partition the images, in order, and have one image at least", async () => {
  expect(await slicesOf(0, 10)).toEqual([]);
  expect(await slicesOf(5, 10)).toEqual([[0, 5]]);
  expect(await slicesOf(5, 2 ** 21)).toEqual([
    [0, 2],
    [2, 4],
    [4, 5],
  ]);
  expect(await slicesOf(2, 2 ** 30)).toEqual([
    [0, 1],
    [1, 2],
  ]);
});

test("between slices the event loop serves others", async () => {
  let done = 0;
  const seen: number[] = [];
  const timer = setInterval(() => seen.push(done), 0);
  await inSlices(20, 2 ** 22, () => {
    done++;
  });
  clearInterval(timer);
  expect(seen.some((slices) => slices > 0 && slices < 20)).toBe(true);
});
