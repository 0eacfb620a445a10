import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConfigError } from "../../../src/errors.ts";
import type { Events, Recording } from "../../../src/events/events.ts";
import {
  type EventTransform,
  eventTransformSchema,
  transformRecording,
  transformStream,
} from "../../../src/events/transforms/transform.ts";
import {
  collect,
  cuts,
  eventsOf,
  type Quad,
  quadsOf,
  recordingOf,
  recordings,
  streamOf,
} from "./recordings.ts";

const transform = (description: object): EventTransform => eventTransformSchema.parse(description);

const transformed = (recording: Recording, ...descriptions: object[]): Recording =>
  transformRecording(recording, descriptions.map(transform));

const times = ({ t }: Events): number[] => [...t];

describe("Denoise", () => {
  it("keeps an event whose neighbour had one less than filterTime before, of either polarity", () => {
    const { events } = transformed(
      recordingOf(4, 4, [
        [9, 3, 0, 1], // before filterTime
        [10, 0, 0, 1],
        [100, 1, 1, 1],
        [105, 1, 1, 1], // the same pixel is no neighbour of itself
        [114, 2, 1, 0], // 9 after (1, 1), to the left
        [115, 2, 2, 0], // 1 after (2, 1), above
        [116, 3, 3, 1], // (2, 2) is diagonal to it
        [120, 1, 2, 1], // 5 after (2, 2), to the right
        [130, 0, 2, 1], // 10 after (1, 2): not less than filterTime
        [131, 3, 2, 1], // (3, 3) is 15 before
        [132, 0, 3, 1], // 2 after (0, 2), above, although that was dropped
      ]),
      { type: "denoise", filterTime: 10 },
    );
    expect(times(events)).toEqual([9, 114, 115, 120, 132]);
  });

  it("takes no pixel at the end of a row for a neighbour of one at the start of the next", () => {
    const corners: Quad[] = [
      [100, 2, 0, 1],
      [101, 0, 1, 1],
      [102, 2, 1, 1], // below (2, 0)
    ];
    const { events } = transformed(recordingOf(3, 2, corners), { type: "denoise", filterTime: 9 });
    expect(times(events)).toEqual([102]);
  });

  it("is the definition", () => {
    fc.assert(
      fc.property(recordings(), fc.integer({ min: 1, max: 60 }), (recording, filterTime) => {
        const all = quadsOf(recording.events);
        const expected = all.filter(
          ([t, x, y], k) =>
            t < filterTime ||
            all
              .slice(0, k)
              .some(([u, i, j]) => Math.abs(i - x) + Math.abs(j - y) === 1 && t - u < filterTime),
        );
        expect(quadsOf(transformed(recording, { type: "denoise", filterTime }).events)).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });
});

describe("RefractoryPeriod", () => {
  it("drops what follows an event of its pixel by delta or less, kept or not", () => {
    const { events } = transformed(
      recordingOf(2, 1, [
        [0, 0, 0, 1],
        [5, 1, 0, 1],
        [10, 0, 0, 0], // 10 after 0
        [20, 0, 0, 1], // 10 after 10, which was dropped
        [31, 0, 0, 1], // 11 after 20
      ]),
      { type: "refractoryPeriod", delta: 10 },
    );
    expect(times(events)).toEqual([0, 5, 31]);
  });

  it("is the definition, and changes nothing the second time", () => {
    fc.assert(
      fc.property(recordings(), fc.integer({ min: 1, max: 60 }), (recording, delta) => {
        const all = quadsOf(recording.events);
        const expected = all.filter(
          ([t, x, y], k) => !all.slice(0, k).some(([u, i, j]) => i === x && j === y && t - u <= delta),
        );
        const once = transformed(recording, { type: "refractoryPeriod", delta });
        expect(quadsOf(once.events)).toEqual(expected);
        expect(transformed(once, { type: "refractoryPeriod", delta })).toEqual(once);
      }),
      { numRuns: 200 },
    );
  });
});

describe("CropTime", () => {
  it("keeps both ends, and everything from min where there is no max", () => {
    fc.assert(
      fc.property(recordings(), fc.nat(100), fc.nat(2000), (recording, before, length) => {
        const min = (recording.events.t[0] ?? 0) + before;
        const max = min + length;
        const kept = (description: object): number[] =>
          times(transformed(recording, { type: "cropTime", ...description }).events);
        const all = times(recording.events);
        expect(kept({ min, max })).toEqual(all.filter((t) => min <= t && t <= max));
        expect(kept({ min })).toEqual(all.filter((t) => min <= t));
        expect(kept({ min: min + 0.5, max: max + 0.5 })).toEqual(all.filter((t) => min < t && t <= max));
      }),
    );
  });
});

describe("Downsample", () => {
  it("rounds coordinates and times down, and says the new sensor", () => {
    const recording = recordingOf(7, 3, [
      [999, 0, 0, 1],
      [1500, 3, 1, 0],
      [2000, 6, 2, 1],
    ]);
    const half = transformed(recording, { type: "downsample", spatialFactor: 0.5, timeFactor: 0.001 });
    expect(half.sensor).toEqual({ width: 4, height: 2 });
    expect(quadsOf(half.events)).toEqual([
      [0, 0, 0, 1],
      [1, 1, 0, 0],
      [2, 3, 1, 1],
    ]);
    const target = transformed(recording, { type: "downsample", targetSize: [3, 2] });
    expect(target.sensor).toEqual({ width: 3, height: 2 });
    // x 0, 3, 6 of 7 times 3 / 7; y 0, 1, 2 of 3 times 2 / 3.
    expect(quadsOf(target.events)).toEqual([
      [999, 0, 0, 1],
      [1500, 1, 0, 0],
      [2000, 2, 1, 1],
    ]);
  });

  it("brings 128 x 128 to 64 x 64, two by two pixels to one", () => {
    const every = recordingOf(
      128,
      128,
      Array.from({ length: 128 * 128 }, (_, k): Quad => [k, k % 128, k >> 7, 1]),
    );
    for (const description of [{ targetSize: [64, 64] }, { spatialFactor: 0.5 }]) {
      const { events, sensor } = transformed(every, { type: "downsample", ...description });
      expect(sensor).toEqual({ width: 64, height: 64 });
      expect([...events.x]).toEqual(Array.from({ length: 128 * 128 }, (_, k) => (k % 128) >> 1));
      expect([...events.y]).toEqual(Array.from({ length: 128 * 128 }, (_, k) => k >> 8));
    }
  });

  it("keeps every event inside the new sensor, in order, and its polarity", () => {
    fc.assert(
      fc.property(
        recordings(),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        fc.double({ min: 0.001, max: 1, noNaN: true }),
        (recording, spatialFactor, timeFactor) => {
          const { events, sensor } = transformed(recording, {
            type: "downsample",
            spatialFactor,
            timeFactor,
          });
          expect(events.polarity).toEqual(recording.events.polarity);
          for (const [k, [t, x, y]] of quadsOf(events).entries()) {
            expect(x < sensor.width && y < sensor.height).toBe(true);
            expect(k === 0 || t >= events.t[k - 1]!).toBe(true);
          }
        },
      ),
    );
  });

  it("refuses a target larger than the sensor", () => {
    const recording = recordingOf(7, 3, []);
    expect(() => transformed(recording, { type: "downsample", targetSize: [8, 1] })).toThrow(ConfigError);
  });
});

const chains: fc.Arbitrary<object[]> = fc.array(
  fc.oneof(
    fc.record({ type: fc.constant("denoise"), filterTime: fc.integer({ min: 1, max: 60 }) }),
    fc.record({ type: fc.constant("refractoryPeriod"), delta: fc.integer({ min: 1, max: 60 }) }),
    fc.record({ type: fc.constant("cropTime"), min: fc.nat(100_500) }),
    fc.record({ type: fc.constant("downsample"), spatialFactor: fc.constantFrom(1, 0.5, 0.3) }),
  ),
  { maxLength: 4 },
);

describe("Any transforms in a row", () => {
  it("do with a stream, however it is split, what they do with the whole, and leave the recording as it was", async () => {
    await fc.assert(
      fc.asyncProperty(recordings(), chains, cuts, async (recording, chain, at) => {
        const before = quadsOf(recording.events);
        const { events, sensor } = transformed(recording, ...chain);
        const stream = transformStream(streamOf(recording, at), chain.map(transform));
        expect(await collect(stream)).toEqual({ quads: quadsOf(events), sensor });
        expect(quadsOf(recording.events)).toEqual(before);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    { type: "denoise" },
    { type: "denoise", filterTime: 0 },
    { type: "refractoryPeriod", delta: -1 },
    { type: "cropTime", min: 5, max: 4 },
    { type: "downsample", spatialFactor: 2 },
    { type: "downsample", spatialFactor: 0.5, targetSize: [1, 1] },
    // Times would leave the whole numbers.
    { type: "downsample", timeFactor: 1e18 },
    { type: "downsample", timeFactor: 1.001 },
    { type: "blur" },
  ])("are refused as %j", (description) => {
    expect(eventTransformSchema.safeParse(description).success).toBe(false);
  });

  it("refuse a sensor that no camera has", () => {
    const recording = { events: eventsOf([]), sensor: { width: 65_536, height: 65_536 } };
    expect(() => transformed(recording, { type: "denoise", filterTime: 1 })).toThrow(ConfigError);
  });
});
