import { describe, expect, it } from "vitest";
import { run } from "../../fuzz/run.ts";
import { targets } from "../../fuzz/targets/analog-devices.ts";

describe("damaged files of analog devices", () => {
  it.each(targets)("$name: each is read correctly or refused by a typed error", async (target) => {
    const { read, refused, findings } = await run(target, { seed: 1, first: 0, count: 2000 });
    expect(findings).toEqual([]);
    // Both outcomes must occur, or the inputs are too uniform to show anything.
    expect(Math.min(read, refused)).toBeGreaterThan(20);
  });
});
