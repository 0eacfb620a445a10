import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConfigError } from "../../../src/errors.ts";
import type { Recording } from "../../../src/events/events.ts";
import type { FrameData } from "../../../src/events/transforms/painting.ts";
import { frameRecording, frameStream, parseFraming } from "../../../src/events/transforms/representation.ts";
import { cuts, quadsOf, recordingOf, recordings, streamOf, sum } from "./recordings.ts";

const framed = (recording: Recording, settings: object): { data: FrameData; shape: readonly number[] } =>
  frameRecording(recording, parseFraming({ representation: { type: "toFrame", ...settings } }));

/** Two pixels beside each other; times 100 to 109, ON at even ones. */
const row = recordingOf(2, 1, [
  [100, 0, 0, 1],
  [101, 0, 0, 0],
  [104, 1, 0, 1],
  [104, 1, 0, 1],
  [105, 0, 0, 0],
  [109, 1, 0, 0],
]);

describe("ToFrame of a recording counted by hand", () => {
  it("by time bins: of 10 us, 2 bins of 5", () => {
    const { data, shape } = framed(row, { timeBins: 2 });
    expect(shape).toEqual([2, 2, 1, 2]);
    expect(data).toEqual(Uint32Array.of(1, 0, 1, 2, /* 105.. */ 1, 1, 0, 0));
  });

  it("by time bins that microseconds do not fit: bin i begins at ceil(10 i / 3)", () => {
    // [100, 104), [104, 107), [107, 110)
    expect(framed(row, { timeBins: 3, polarity: "merged" }).data).toEqual(Uint32Array.of(2, 0, 1, 2, 0, 1));
  });

  it("by windows of time: only whole ones, unless the rest is wanted", () => {
    expect(framed(row, { timeWindow: 4, polarity: "merged" }).data).toEqual(Uint32Array.of(2, 0, 1, 2));
    expect(framed(row, { timeWindow: 4, polarity: "merged", includeIncomplete: true }).data).toEqual(
      Uint32Array.of(2, 0, 1, 2, 0, 1),
    );
    // Windows of 5 us fit exactly: the last event, at 109, is in the second of them.
    expect(framed(row, { timeWindow: 5, polarity: "merged" }).data).toEqual(Uint32Array.of(2, 2, 1, 1));
  });

  it("by windows of time that overlap by 3 of 5 us: [100, 105), [102, 107), [104, 109)", () => {
    expect(framed(row, { timeWindow: 5, overlap: 3, polarity: "merged" }).data).toEqual(
      Uint32Array.of(2, 2, 1, 2, 1, 2),
    );
  });

  it("by event count, with an overlap of one", () => {
    expect(framed(row, { eventCount: 3, polarity: "merged" }).data).toEqual(Uint32Array.of(2, 1, 1, 2));
    expect(framed(row, { eventCount: 2, overlap: 1, polarity: "merged" }).data).toEqual(
      Uint32Array.of(2, 0, 1, 1, 0, 2, 1, 1, 1, 1),
    );
  });

  it("by event bins: 6 events in 4 bins, beginning at ceil(6 i / 4)", () => {
    expect(framed(row, { eventBins: 4, polarity: "merged" }).data).toEqual(
      Uint32Array.of(2, 0, 0, 1, 1, 1, 0, 1),
    );
  });

  it("by bins that overlap: each longer by half a bin, the last as long as there is", () => {
    // [100, 108), [105, 110)
    expect(framed(row, { timeBins: 2, overlap: 0.5, polarity: "merged" }).data).toEqual(
      Uint32Array.of(3, 2, 1, 1),
    );
  });

  it("of one polarity, or whether there was any event", () => {
    expect(framed(row, { timeBins: 1, polarity: "on" }).data).toEqual(Uint32Array.of(1, 2));
    expect(framed(row, { timeBins: 1, polarity: "off" }).data).toEqual(Uint32Array.of(2, 1));
    expect(framed(row, { timeBins: 1, polarity: "on", output: "binary" }).data).toEqual(Uint8Array.of(1, 1));
  });

  it("does not wrap: 70,000 events of one pixel", () => {
    const busy = recordingOf(
      1,
      1,
      Array.from({ length: 70_000 }, (_, t) => [t, 0, 0, 1] as const),
    );
    expect(framed(busy, { timeBins: 1, polarity: "on" }).data).toEqual(Uint32Array.of(70_000));
  });

  it("gives a recording shorter than a window one frame, an empty one none, bins always", () => {
    expect(framed(row, { timeWindow: 1000 }).shape[0]).toBe(1);
    expect(framed(row, { eventCount: 1000 }).shape[0]).toBe(1);
    const empty = recordingOf(2, 1, []);
    expect(framed(empty, { timeWindow: 10, includeIncomplete: true }).shape[0]).toBe(0);
    expect(framed(empty, { timeBins: 3 }).data).toEqual(new Uint32Array(12));
    expect(framed(empty, { eventBins: 3 }).data).toEqual(new Uint32Array(12));
  });
});

/** Slicings, with overlaps of windows in whole numbers and of bins in quarters. */
const slicings = fc.oneof(
  fc
    .record({
      by: fc.constantFrom("timeWindow", "eventCount"),
      window: fc.integer({ min: 1, max: 70 }),
      shared: fc.integer({ min: 0, max: 69 }),
      includeIncomplete: fc.boolean(),
    })
    .map(({ by, window, shared, includeIncomplete }) => ({
      [by]: window,
      overlap: shared % window,
      includeIncomplete,
    })),
  fc
    .record({
      by: fc.constantFrom("timeBins", "eventBins"),
      bins: fc.integer({ min: 1, max: 70 }),
      quarters: fc.integer({ min: 0, max: 3 }),
    })
    .map(({ by, bins, quarters }) => ({ [by]: bins, overlap: quarters / 4 })),
);

type AnySlicing = {
  timeWindow?: number;
  eventCount?: number;
  timeBins?: number;
  eventBins?: number;
  overlap: number;
  includeIncomplete?: boolean;
};

/** By definition: for each event the windows that it is in, found by trying all; all arithmetic in whole numbers. */
const windowsByDefinition = (
  { events }: Recording,
  slicing: AnySlicing,
): { count: number; of: number[][] } => {
  const { timeWindow, eventCount, timeBins, eventBins, overlap } = slicing;
  const { t } = events;
  const byTime = (timeWindow ?? timeBins) !== undefined;
  const length = t.length === 0 ? 0 : byTime ? t.at(-1)! - t[0]! + 1 : t.length;
  const positions = Array.from(t, (time, k) => (byTime ? time - t[0]! : k));
  const window = timeWindow ?? eventCount;
  const isIn = (position: number, i: number): boolean => {
    if (window !== undefined) {
      const from = i * (window - overlap);
      return from <= position && position < from + window;
    }
    const scaled = 4 * position * (timeBins ?? eventBins)!;
    return 4 * i * length <= scaled && scaled < (4 * i + 4 + 4 * overlap) * length;
  };
  let count = timeBins ?? eventBins ?? 0;
  if (window !== undefined && length > 0) {
    const end = (n: number): number => (n - 1) * (window - overlap) + window;
    count = 1;
    if (slicing.includeIncomplete) while (end(count) < length) count++;
    else while (end(count + 1) <= length) count++;
  }
  const numbers = Array.from({ length: count }, (_, i) => i);
  return { count, of: positions.map((position) => numbers.filter((i) => isIn(position, i))) };
};

describe("ToFrame of any recording", () => {
  it("counts each event in exactly the windows that it is in, at its pixel and polarity", () => {
    fc.assert(
      fc.property(recordings(), slicings, (recording, slicing) => {
        const { data, shape } = framed(recording, slicing);
        const { width, height } = recording.sensor;
        const { count, of } = windowsByDefinition(recording, slicing as AnySlicing);
        expect(shape).toEqual([count, 2, height, width]);
        const expected = new Uint32Array(data.length);
        for (const [k, [, x, y, polarity]] of quadsOf(recording.events).entries())
          for (const i of of[k]!) expected[((i * 2 + polarity) * height + y) * width + x]!++;
        expect(data).toEqual(expected);
      }),
      { numRuns: 400 },
    );
  });

  it("keeps every event exactly once where nothing overlaps and nothing is left out", () => {
    const keeping = slicings.map((slicing) => {
      const { timeWindow, eventCount } = slicing as AnySlicing;
      return { ...slicing, overlap: 0, includeIncomplete: (timeWindow ?? eventCount) !== undefined };
    });
    fc.assert(
      fc.property(recordings(), keeping, (recording, slicing) => {
        const total = (polarity: string): number => sum(framed(recording, { ...slicing, polarity }).data);
        const on = sum(recording.events.polarity);
        const all = recording.events.t.length;
        expect([total("both"), total("merged"), total("on"), total("off")]).toEqual([all, all, on, all - on]);
      }),
      { numRuns: 200 },
    );
  });

  it("makes binary frames of 1 where counts are not 0", () => {
    fc.assert(
      fc.property(recordings(), slicings, (recording, slicing) => {
        const counts = framed(recording, slicing).data;
        const binary = framed(recording, { ...slicing, output: "binary" }).data;
        expect(binary).toEqual(Uint8Array.from(counts, (n: number) => (n > 0 ? 1 : 0)));
      }),
      { numRuns: 100 },
    );
  });

  it("makes the same frames of a stream, however it is split", async () => {
    await fc.assert(
      fc.asyncProperty(recordings(), slicings, cuts, async (recording, slicing, at) => {
        const framing = parseFraming({ representation: { type: "toFrame", ...slicing } });
        const { shape, frames } = await frameStream(() => streamOf(recording, at), framing);
        const streamed: number[] = [];
        let count = 0;
        for await (const frame of frames) {
          streamed.push(...frame);
          count++;
        }
        const whole = frameRecording(recording, framing);
        expect([count, ...shape]).toEqual(whole.shape);
        expect(streamed).toEqual([...whole.data]);
      }),
      { numRuns: 300 },
    );
  });
});

describe("ToFrame refuses", () => {
  it.each([
    [{}, /none of timeWindow, eventCount, timeBins and eventBins, where it takes exactly one/],
    [{ timeBins: 2, timeWindow: 5, overlap: 9 }, /: timeWindow and timeBins of timeWindow/],
    [{ timeBins: 0 }, /timeBins: .*>=1/],
    [{ timeWindow: 5, overlap: 5 }, /overlap: 5 of windows of 5, where it is a smaller whole number/],
    [{ eventCount: 5, overlap: 1.5 }, /overlap: 1.5 of windows of 5, where it is a smaller whole number/],
    [{ timeBins: 2, overlap: 1 }, /overlap: 1 of bins, where it is less than 1/],
    [
      { timeBins: 2, includeIncomplete: true },
      /includeIncomplete: true with bins, which are always complete/,
    ],
    [{ timeBins: 2, polarity: "ON" }, /polarity: .*"both"/],
    [{ eventCount: 2.5 }, /eventCount: .*int/],
    [{ timeBins: 2, unknown: 1 }, /unknown/],
  ])("the settings %j", (settings, words) => {
    expect(() => framed(row, settings)).toThrow(ConfigError);
    expect(() => framed(row, settings)).toThrow(words);
  });

  it("a time far off, before it makes a frame for each window up to it", async () => {
    const far = recordingOf(2, 1, [
      [0, 0, 0, 1],
      [2 ** 45, 0, 0, 1],
    ]);
    expect(() => framed(far, { timeWindow: 10 })).toThrow(/which makes \d+ windows/);
    const { frames } = await frameStream(
      () => streamOf(far, []),
      parseFraming({ representation: { type: "toFrame", timeWindow: 10 } }),
    );
    await expect(frames.next()).rejects.toThrow(ConfigError);
  });

  it("frames that no memory holds", () => {
    const large = recordingOf(2000, 2000, [[0, 0, 0, 1]]);
    expect(() => framed(large, { timeBins: 100_000 })).toThrow(ConfigError);
    expect(() => framed(recordingOf(65_536, 65_536, []), { timeBins: 1 })).toThrow(ConfigError);
  });

  it("windows of which so many are open at once that their frames fill memory", async () => {
    const large = recordingOf(2000, 2000, [[0, 0, 0, 1]]);
    const framing = parseFraming({
      representation: { type: "toFrame", timeWindow: 1000, overlap: 999, polarity: "on" },
    });
    const { frames } = await frameStream(() => streamOf(large, []), framing);
    await expect(frames.next()).rejects.toThrow(/1000 frames of 1 x 2000 x 2000 at once/);
  });

  it("a stream that is another one the second time", async () => {
    const sizes = [[], [0.5]];
    const { frames } = await frameStream(
      () => streamOf(sizes.pop()!.length > 0 ? row : recordingOf(2, 1, [[102, 0, 0, 1]]), []),
      parseFraming({ representation: { type: "toFrame", timeBins: 1 } }),
    );
    await expect(frames.next()).rejects.toThrow(/1 events; expected the 6/);
  });
});
