import { describe, expect, it } from "vitest";
import { run } from "../../fuzz/run.ts";
import { targets as devices } from "../../fuzz/targets/analog-devices.ts";
import { targets as integers } from "../../fuzz/targets/integers.ts";

describe("damaged files of analog devices and of networks in integers", () => {
  it.each([...devices, ...integers])(
    "$name: each is read correctly or refused by a typed error",
    async (target) => {
      const { read, refused, findings } = await run(target, { seed: 1, first: 0, count: 2000 });
      expect(findings).toEqual([]);
      // Both outcomes must occur, or the inputs are too uniform to show anything.
      expect(Math.min(read, refused)).toBeGreaterThan(20);
    },
  );
});
