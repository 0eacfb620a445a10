import { describe, expect, it } from "vitest";
import { eventRate } from "../../../src/datasets/events/event-rate.ts";
import { dvsGestureFraming, gestureExamples, nmnistFraming } from "../../../src/datasets/events/presets.ts";
import { frameRecording, parseFraming } from "../../../src/datasets/events/transforms/representation.ts";
import { eventsOf, type Quad, recordingOf, sum } from "./transforms/recordings.ts";

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
  const sensor = { width: 128, height: 128 };
  const startUs = 53_036_986;
  const gesture = (length: number): { label: number; startUs: number; endUs: number } => ({
    label: 3,
    startUs,
    endUs: startUs + length,
  });
  /** One event in each 16 ms, the k-th in column k; none in the first 5 ms. */
  const events = eventsOf(
    Array.from({ length: 120 }, (_, k): Quad => [startUs + 5000 + 16_000 * k, k, 127, 1]),
  );

  it("makes 18 examples of 6 frames of 64 x 64, from the label's start", () => {
    const { data, shape } = gestureExamples({ interval: gesture(6_000_000), events }, sensor);
    expect(shape).toEqual([18, 6, 64, 64]);
    expect(data).toBeInstanceOf(Uint8Array);
    for (let frame = 0; frame < 108; frame++) {
      const lit = data.subarray(frame * 4096, (frame + 1) * 4096);
      expect(sum(lit)).toBe(1);
      expect(lit[63 * 64 + (frame >> 1)]).toBe(1);
    }
  });

  it("makes fewer of a shorter gesture: as many as are whole", () => {
    const examples = (length: number): readonly number[] =>
      gestureExamples({ interval: gesture(length), events }, sensor).shape;
    expect(examples(108 * 16_000)).toEqual([18, 6, 64, 64]);
    expect(examples(108 * 16_000 - 1)).toEqual([17, 6, 64, 64]);
    expect(examples(6 * 16_000)).toEqual([1, 6, 64, 64]);
    expect(examples(6 * 16_000 - 1)).toEqual([0, 6, 64, 64]);
    expect(examples(10)).toEqual([0, 6, 64, 64]);
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
