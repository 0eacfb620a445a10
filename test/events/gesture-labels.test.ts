import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DataError } from "../../src/errors.ts";
import { readGestureLabels } from "../../src/events/gesture-labels.ts";

const fixture = (name: string): Uint8Array =>
  readFileSync(new URL(`../fixtures/dvs-gesture/${name}`, import.meta.url));

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const header = "class,startTime_usec,endTime_usec\n";

describe("readGestureLabels", () => {
  it("reads a published file", () => {
    const labels = readGestureLabels(fixture("user01_natural_labels.csv"), "labels.csv");
    expect(labels.map(({ label }) => label)).toEqual([0, 1, 2, 4, 3, 5, 6, 7, 7, 8, 9, 10]);
    expect(labels[0]).toEqual({ label: 0, startUs: 53_036_986, endUs: 59_508_469 });
    expect(labels.at(-1)).toEqual({ label: 10, startUs: 171_367_247, endUs: 177_991_967 });
  });

  it("reads lines that end in CR LF, without the last line's end, and with empty lines below", () => {
    const labels = [{ label: 2, startUs: 5, endUs: 9 }];
    expect(readGestureLabels(bytes(`${header.trim()}\r\n3,5,9\r\n\r\n`), "a.csv")).toEqual(labels);
    expect(readGestureLabels(bytes(`${header}3,5,9`), "a.csv")).toEqual(labels);
    expect(readGestureLabels(bytes(header), "a.csv")).toEqual([]);
  });

  it.each([
    ["", 0, "line 1: "],
    ["label,start,end\n1,2,3\n", 0, "line 1: label,start,end"],
    [`${header}1,2,3\n12,3,4\n`, 40, "line 3: class 12"],
    [`${header}0,3,4\n`, 34, "line 2: class 0"],
    [`${header}1,2\n`, 34, "line 2: 1,2"],
    [`${header}1,2,3,4\n`, 34, "line 2: 1,2,3,4"],
    [`${header}1,-2,3\n`, 34, "line 2: 1,-2,3"],
    [`${header}1,2.5,3\n`, 34, "line 2: 1,2.5,3"],
    [`${header}1,2,99999999999999999999\n`, 34, "line 2: 1,2,99999999999999999999"],
    [`${header}\n1,7,7\n`, 35, "line 3: a gesture from 7 to 7"],
  ])("refuses %j with line and byte", (text, offset, given) => {
    try {
      readGestureLabels(bytes(text), "a.csv");
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(DataError);
      const { place, given: found } = error as DataError;
      expect({ place, found }).toEqual({ place: { file: "a.csv", offset }, found: given });
    }
  });

  it("refuses more gestures than any recording has, with the line of the first", () => {
    const lines = (count: number): Uint8Array => bytes(header + "1,2,3\n".repeat(count));
    expect(readGestureLabels(lines(1000), "a.csv")).toHaveLength(1000);
    expect(() => readGestureLabels(lines(1001), "a.csv")).toThrow(
      /a\.csv, byte 6034: got line 1002: one gesture more; expected at most 1000/,
    );
  });

  it("reads what it was written as, or refuses it", () => {
    const labels = fc.array(
      fc
        .record({ label: fc.nat(10), startUs: fc.nat(1e9), length: fc.integer({ min: 1, max: 1e7 }) })
        .map(({ label, startUs, length }) => ({ label, startUs, endUs: startUs + length })),
    );
    fc.assert(
      fc.property(labels, (all) => {
        const lines = all.map(({ label, startUs, endUs }) => `${label + 1},${startUs},${endUs}\n`);
        expect(readGestureLabels(bytes(header + lines.join("")), "a.csv")).toEqual(all);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (noise) => {
        const damaged = Uint8Array.from([...bytes(header), ...noise]);
        try {
          readGestureLabels(damaged, "a.csv");
        } catch (error) {
          expect(error).toBeInstanceOf(DataError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
