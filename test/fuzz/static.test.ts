import { describe, expect, it } from "vitest";
import { run } from "../../fuzz/run.ts";
import { targets } from "../../fuzz/targets/static.ts";

/** Few damaged PNGs, pickles of pixels or archives are still valid: they have checksums, or must be exact. */
const leastRead = 1;

describe("damaged files of static data sets", () => {
  it.each(targets)("$name: each is read correctly or refused by a typed error", async (target) => {
    const { read, refused, findings } = await run(target, { seed: 1, first: 0, count: 1500 });
    expect(findings).toEqual([]);
    expect(read).toBeGreaterThanOrEqual(leastRead);
    expect(refused).toBeGreaterThan(50);
  });
});
