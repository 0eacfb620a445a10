/** Series of charts: which values are drawn and read. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { drawnIndices, nearestIndex } from "../../studio/src/shared/chart/series.ts";

const rising = fc
  .uniqueArray(fc.integer({ min: -1000, max: 1000 }), { minLength: 1 })
  .map((values) => values.toSorted((a, b) => a - b));

test("the nearest value is found, the lower of two", () => {
  fc.assert(
    fc.property(rising, fc.integer({ min: -2000, max: 2000 }), (values, twice) => {
      const x = twice / 2;
      const distances = values.map((value) => Math.abs(value - x));
      expect(nearestIndex(values, x)).toBe(distances.indexOf(Math.min(...distances)));
    }),
  );
  expect(nearestIndex([], 1)).toBeUndefined();
});

test("drawn values are all, or as many as there are pixels, the first and the last among them", () => {
  fc.assert(
    fc.property(fc.nat(5000), fc.integer({ min: 1, max: 800 }), (count, most) => {
      const drawn = drawnIndices(count, most);
      expect(drawn.length).toBeLessThanOrEqual(Math.min(count, most + 1));
      expect(drawn).toEqual([...new Set(drawn)].toSorted((a, b) => a - b));
      if (count <= most) expect(drawn.length).toBe(count);
      if (count > 0) expect([drawn[0], drawn.at(-1)]).toEqual([0, count - 1]);
    }),
  );
});
