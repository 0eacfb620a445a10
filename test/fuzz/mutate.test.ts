import { describe, expect, it } from "vitest";
import { drawsOf, mutated } from "../../fuzz/mutate.ts";

const seeds = [
  Uint8Array.from({ length: 40 }, (_, i) => i),
  new Uint8Array(0),
  new TextEncoder().encode("% geometry 640x480\n"),
];
const input = (seed: number, name: string, index: number) => mutated(seeds, drawsOf(seed, name, index));

describe("mutated", () => {
  it("makes the same input again from the same seed, name and number, and others from others", () => {
    expect(input(1, "a", 7)).toEqual(input(1, "a", 7));
    const all = Array.from({ length: 200 }, (_, i) => [input(1, "a", i), input(2, "a", i), input(1, "b", i)]);
    expect(new Set(all.flat().map(String)).size).toBeGreaterThan(400);
  });

  it("leaves the seeds as they are and makes nothing much longer", () => {
    const before = structuredClone(seeds);
    for (let i = 0; i < 2000; i++) expect(input(3, "c", i).length).toBeLessThanOrEqual(2 * 40 + 64);
    expect(seeds).toEqual(before);
  });

  it("leaves a seed as it is that was read from a file: those are Buffers, whose slices share memory", () => {
    const seed = Buffer.from("class,start,end\n1,2,3\n");
    for (let i = 0; i < 200; i++) mutated([seed], drawsOf(4, "d", i));
    expect(seed.toString()).toBe("class,start,end\n1,2,3\n");
  });
});
