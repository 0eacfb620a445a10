import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Interval,
  sliceAtIntervals,
  sliceEvents,
  sliceStreamAtIntervals,
} from "../../../src/events/transforms/slicers.ts";
import { type Slicing, slicingSchema } from "../../../src/events/transforms/windows.ts";
import { cuts, eventsOf, quadsOf, recordings, streamOf } from "./recordings.ts";

const slicing = (settings: object): Slicing => slicingSchema.parse(settings);

const events = eventsOf([
  [10, 0, 0, 1],
  [11, 0, 0, 1],
  [14, 0, 0, 1],
  [17, 0, 0, 1],
  [19, 0, 0, 1],
]);

describe("sliceEvents", () => {
  it.each([
    [
      { timeWindow: 4 },
      [
        [10, 11],
        [14, 17],
      ],
    ],
    [{ timeWindow: 4, includeIncomplete: true }, [[10, 11], [14, 17], [19]]],
    [
      { timeWindow: 6, overlap: 2 },
      [
        [10, 11, 14],
        [14, 17, 19],
      ],
    ],
    [
      { timeBins: 2 },
      [
        [10, 11, 14],
        [17, 19],
      ],
    ],
    [
      { eventCount: 2 },
      [
        [10, 11],
        [14, 17],
      ],
    ],
    [
      { eventCount: 3, overlap: 1 },
      [
        [10, 11, 14],
        [14, 17, 19],
      ],
    ],
    [
      { eventBins: 2 },
      [
        [10, 11, 14],
        [17, 19],
      ],
    ],
  ])("by %j", (settings, times) => {
    expect(sliceEvents(events, slicing(settings)).map(({ t }) => [...t])).toEqual(times);
  });

  it("parts a recording into bins: put together again they are the whole", () => {
    fc.assert(
      fc.property(recordings(), fc.integer({ min: 1, max: 80 }), fc.boolean(), (recording, bins, byTime) => {
        const slices = sliceEvents(
          recording.events,
          slicing(byTime ? { timeBins: bins } : { eventBins: bins }),
        );
        expect(slices).toHaveLength(bins);
        expect(slices.flatMap(quadsOf)).toEqual(quadsOf(recording.events));
      }),
    );
  });
});

const intervals: fc.Arbitrary<Interval[]> = fc.array(
  fc
    .record({ startUs: fc.integer({ min: 0, max: 2000 }), length: fc.integer({ min: 1, max: 500 }) })
    .map(({ startUs, length }) => ({ startUs, endUs: startUs + length })),
  { maxLength: 6 },
);

describe("sliceAtIntervals", () => {
  it("gives the events of start <= t < end, of recordings and of streams", async () => {
    await fc.assert(
      fc.asyncProperty(recordings(), intervals, cuts, async (recording, relative, at) => {
        const first = recording.events.t[0] ?? 0;
        const all = relative.map((each) => ({
          startUs: first + each.startUs - 100,
          endUs: first + each.endUs - 100,
        }));
        const expected = all.map((interval) => ({
          interval,
          quads: quadsOf(recording.events).filter(([t]) => interval.startUs <= t && t < interval.endUs),
        }));
        const whole = sliceAtIntervals(recording.events, all);
        expect(whole.map((each) => ({ interval: each.interval, quads: quadsOf(each.events) }))).toEqual(
          expected,
        );
        const streamed: typeof expected = [];
        for await (const each of sliceStreamAtIntervals(streamOf(recording, at).chunks, all))
          streamed.push({ interval: each.interval, quads: quadsOf(each.events) });
        expect(streamed).toHaveLength(expected.length);
        for (const each of expected) expect(streamed).toContainEqual(each);
      }),
    );
  });

  it("gives an interval of a stream out as soon as it is over", async () => {
    const recording = { events, sensor: { width: 1, height: 1 } };
    let read = 0;
    const counted = async function* () {
      for await (const chunk of streamOf(recording, [0.2, 0.4, 0.6, 0.8]).chunks) {
        read++;
        yield chunk;
      }
    };
    const slices = sliceStreamAtIntervals(counted(), [
      { startUs: 10, endUs: 14 },
      { startUs: 14, endUs: 99 },
    ]);
    const first = await slices.next();
    expect([...(first.value as { events: typeof events }).events.t]).toEqual([10, 11]);
    expect(read).toBe(3);
    const second = await slices.next();
    expect([...(second.value as { events: typeof events }).events.t]).toEqual([14, 17, 19]);
  });
});
