/** Drawings as text, with fewer points, and moved by keys. */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  decodeDrawing,
  distanceFrom,
  encodeDrawing,
  type Point,
  simplified,
} from "../../studio/src/shared/pad/drawing.ts";
import { movedBy } from "../../studio/src/shared/pad/pad-keys.ts";

const point = fc.tuple(fc.nat(255), fc.nat(255));
const stroke = (most: number) =>
  fc.record({ erases: fc.boolean(), points: fc.array(point, { minLength: 1, maxLength: most }) });

test("the text gives the drawing back", () => {
  fc.assert(
    fc.property(fc.array(stroke(40), { maxLength: 5 }), (drawing) => {
      expect(decodeDrawing(encodeDrawing(drawing))).toEqual(drawing);
    }),
  );
});

test("a long stroke becomes several that go on where the one before ends", () => {
  const points = Array.from({ length: 300 }, (_, k): Point => [k % 256, 7]);
  const pieces = decodeDrawing(encodeDrawing([{ erases: true, points }]));
  expect(pieces.map(({ points: own }) => own.length)).toEqual([128, 128, 46]);
  const joined = pieces.flatMap(({ points: own }, k) => (k === 0 ? own : own.slice(1)));
  expect(joined).toEqual(points);
});

test("whatever an address says is a drawing, or none", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      for (const { points } of decodeDrawing(text)) expect(points.length).toBeGreaterThan(0);
    }),
  );
  expect(decodeDrawing("A".repeat(1_000_000))).toEqual([]);
});

test("a stroke with fewer points passes every one of the old closely", () => {
  fc.assert(
    fc.property(stroke(60), (given) => {
      const { points } = simplified(given);
      expect(points.length).toBeLessThanOrEqual(given.points.length);
      for (const old of given.points) {
        const distances = points.map((from, k) => distanceFrom(old, from, points[k + 1] ?? from));
        expect(Math.min(...distances)).toBeLessThanOrEqual(0.8 + 1e-9);
      }
    }),
  );
  const straight = Array.from({ length: 50 }, (_, k): Point => [2 * k, 3 * k]);
  expect(simplified({ erases: false, points: straight }).points).toEqual([straight[0], straight[49]]);
});

test("keys that are held together move the pen askew, never off the sheet", () => {
  expect(movedBy(new Set(["ArrowRight", "ArrowUp"]), [100, 100], false)).toEqual([108, 92]);
  expect(movedBy(new Set(["ArrowLeft"]), [10, 100], true)).toEqual([0, 100]);
  expect(movedBy(new Set(["Shift"]), [10, 100], true)).toBeUndefined();
});
