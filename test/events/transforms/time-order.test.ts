import fc from "fast-check";
import { expect, it } from "vitest";
import { timeOrder } from "../../../src/events/transforms/time-order.ts";

it("orders times of any range, equal ones as they are", () => {
  const time = fc.oneof(
    fc.integer({ min: -50, max: 50 }),
    fc.maxSafeInteger().map((t) => Math.floor(t / 4)),
  );
  fc.assert(
    fc.property(fc.array(time, { maxLength: 200 }), (times) => {
      const expected = times.map((_, k) => k).sort((a, b) => times[a]! - times[b]! || a - b);
      expect([...timeOrder(Float64Array.from(times))]).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});
