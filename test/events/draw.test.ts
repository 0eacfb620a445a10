import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawEvents } from "../../src/events/draw.ts";
import { COLOUR } from "../../src/events/frame-rasters.ts";
import { nmnistFraming } from "../../src/events/presets.ts";
import { parseFraming } from "../../src/events/transforms/representation.ts";
import { imagesIn, requireWellFormed } from "../drawing/svg.ts";
import { type Quad, recordingOf, recordings } from "./transforms/recordings.ts";

const hex = (data: ArrayLike<number>, pixel: number): string =>
  `#${[0, 1, 2].map((c) => data[3 * pixel + c]!.toString(16).padStart(2, "0")).join("")}`;

describe("drawEvents", () => {
  const recording = recordingOf(2, 1, [
    [1000, 0, 0, 1],
    [1500, 1, 0, 0],
    [400_999, 1, 0, 1],
  ]);

  it("draws each frame in its polarity's colour, with times, counts and axes", () => {
    const framing = parseFraming({ representation: { type: "toFrame", timeBins: 2, output: "binary" } });
    const drawn = drawEvents(recording, framing, "two pixels");
    requireWellFormed(drawn);
    const [first, second] = imagesIn(drawn);
    expect([hex(first!.data, 0), hex(first!.data, 1)]).toEqual([COLOUR.on, COLOUR.off]);
    expect([hex(second!.data, 0), hex(second!.data, 1)]).toEqual(["#ffffff", COLOUR.on]);
    for (const words of [
      "two pixels",
      "3 events (2 ON, 1 OFF) in 400.0 ms, 2 \u00d7 1 pixels",
      "0\u2013200 ms",
      "200\u2013400 ms",
      "time since the first event, ms",
      "Event rate, thousand events/s",
    ])
      expect(drawn).toContain(`>${words}<`);
  });

  it("draws a plot whose areas are as high as the rates", () => {
    // 150 bins of 10 us: three events ON in the first, one OFF in the last.
    const quads: Quad[] = [
      [0, 0, 0, 1],
      [1, 0, 0, 1],
      [2, 0, 0, 1],
      [1499, 0, 0, 0],
    ];
    const drawn = drawEvents(recordingOf(1, 1, quads), nmnistFraming, "plot");
    const heights = [
      ...drawn.matchAll(/<path d="M[\d.]+ ([\d.]+)L[\d.]+ ([\d.]+)[^"]* ([\d.]+)L[\d.]+ [\d.]+Z"/g),
    ];
    const [on, off] = heights.map(([, zero, first, last]) => ({
      first: Number(zero) - Number(first),
      last: Number(zero) - Number(last),
    }));
    expect(on!.first).toBeCloseTo((170 * 3) / 4, 1);
    expect(on!.last).toBe(0);
    expect(off!.first).toBe(0);
    expect(off!.last).toBeCloseTo(-170 / 4, 1);
  });

  it("keeps pixels that never rest from hiding the others", () => {
    // Pixel 0 has 1000 events; 299 others have two each.
    const quads: Quad[] = Array.from({ length: 1000 }, (_, k) => [k, 0, 0, 1]);
    const others = Array.from({ length: 598 }, (_, k): Quad => [1000 + k, 1 + (k >> 1), 0, 1]);
    const framing = parseFraming({ representation: { type: "toFrame", timeBins: 1 } });
    const [frame] = imagesIn(drawEvents(recordingOf(300, 1, [...quads, ...others]), framing, "hot"));
    expect([hex(frame!.data, 0), hex(frame!.data, 299)]).toEqual([COLOUR.on, COLOUR.on]);
  });

  it("lays frames over an interval, where there is one", () => {
    const framing = parseFraming({ representation: { type: "toFrame", timeWindow: 50_000 } });
    const drawn = drawEvents(recording, framing, "part", { startUs: 0, endUs: 150_000 });
    expect(imagesIn(drawn)).toHaveLength(3);
    expect(drawn).toContain(">100\u2013150 ms<");
    const [first, second] = imagesIn(drawn);
    expect([hex(first!.data, 0), hex(first!.data, 1)]).toEqual([COLOUR.on, COLOUR.off]);
    expect([hex(second!.data, 0), hex(second!.data, 1)]).toEqual(["#ffffff", "#ffffff"]);
  });

  it("shows 40 of many frames", () => {
    const framing = parseFraming({ representation: { type: "toFrame", timeWindow: 1000 } });
    const drawn = drawEvents(recording, framing, "many");
    expect(imagesIn(drawn)).toHaveLength(40);
    expect(drawn).toContain(">40 of 400 frames<");
  });

  it("draws any recording in any representation, the same each time", () => {
    const representations = fc.constantFrom(
      { type: "toFrame", timeBins: 3 },
      { type: "toFrame", eventCount: 4, polarity: "merged", includeIncomplete: true },
      { type: "toFrame", timeWindow: 7, polarity: "off" },
      { type: "toVoxelGrid", timeBins: 4 },
      { type: "toTimesurface", dt: 50, tau: 30 },
    );
    fc.assert(
      fc.property(recordings(), representations, (any, representation) => {
        const framing = parseFraming({ representation });
        const drawn = drawEvents(any, framing, "any");
        requireWellFormed(drawn);
        expect(drawEvents(any, framing, "any")).toBe(drawn);
      }),
      { numRuns: 60 },
    );
  });
});
