import { describe, expect, it } from "vitest";
import { run } from "../../fuzz/run.ts";
import { targets } from "../../fuzz/targets/event-containers.ts";

/** The HDF5 library is slow, and restarts after each file that it fails on. */
const counts: Readonly<Record<string, number>> = { hdf5: 200 };

describe("damaged event recordings in containers", () => {
  it.each(targets)("$name: each is read correctly or refused by a typed error", async (target) => {
    const { read, refused, findings } = await run(target, {
      seed: 1,
      first: 0,
      count: counts[target.name] ?? 4000,
    });
    expect(findings).toEqual([]);
    // Both outcomes must occur, or the inputs are too uniform to show anything.
    expect(Math.min(read, refused)).toBeGreaterThan(10);
  });
});
