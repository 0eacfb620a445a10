import { describe, expect, it } from "vitest";
import { eventRate } from "../../src/events/event-rate.ts";
import { dvsGestureFraming, gestureExamples, nmnistFraming } from "../../src/events/presets.ts";
import { frameRecording, parseFraming } from "../../src/events/transforms/representation.ts";
import { eventsOf, type Quad, recordingOf } from "./transforms/recordings.ts";

describe("presets", () => {
  it("are plain data: as JSON and back they are the same", () => {
    for (const framing of [nmnistFraming, dvsGestureFraming])
      expect(parseFraming(JSON.parse(JSON.stringify(framing)))).toEqual(framing);
  });

  it("N-MNIST: 10 binary frames of ON events over the recording's length", () => {
    const quads = Array.from({ length: 100 }, (_, k): Quad => [500 + 3000 * k, k % 34, 33, k & 1]);
    const { data, shape } = frameRecording(recordingOf(34, 34, quads), nmnistFraming);
    expect(shape).toEqual([10, 1, 34, 34]);
    const expected = new Uint8Array(10 * 34 * 34);
    for (const [t, x, y, polarity] of quads)
      if (polarity === 1) expected[(Math.floor(((t - 500) * 10) / 297_001) * 34 + y) * 34 + x] = 1;
    expect(data).toEqual(expected);
  });
});

describe("gestureExamples", () => {
  const startUs = 53_036_986;
  const examples = (length: number) => gestureExamples({ startUs, endUs: startUs + length });

  it("are 18 of 6 frames of 16 ms each, from the label's start", () => {
    const found = examples(6_000_000);
    expect(found).toHaveLength(18);
    for (const [k, { startUs: from, endUs }] of found.entries())
      expect([from - startUs, endUs - from]).toEqual([k * 96_000, 96_000]);
  });

  it("are fewer of a shorter gesture: as many as are whole", () => {
    const lengths = [108 * 16_000, 108 * 16_000 - 1, 6 * 16_000, 6 * 16_000 - 1, 10];
    expect(lengths.map((length) => examples(length).length)).toEqual([18, 17, 1, 0, 0]);
  });
});

describe("eventRate", () => {
  it("counts the events of each bin by polarity", () => {
    const events = eventsOf([
      [10, 0, 0, 1],
      [11, 0, 0, 0],
      [14, 0, 0, 1],
      [19, 0, 0, 1],
    ]);
    expect(eventRate(events, 2)).toEqual({
      startUs: 10,
      durationUs: 10,
      on: Uint32Array.of(2, 1),
      off: Uint32Array.of(1, 0),
    });
    expect(eventRate(eventsOf([]), 2)).toMatchObject({ durationUs: 0, on: Uint32Array.of(0, 0) });
  });
});
