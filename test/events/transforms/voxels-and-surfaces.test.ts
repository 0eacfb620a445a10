import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConfigError } from "../../../src/errors.ts";
import type { Recording } from "../../../src/events/events.ts";
import {
  type Framing,
  frameRecording,
  frameStream,
  parseFraming,
} from "../../../src/events/transforms/representation.ts";
import { cuts, quadsOf, recordingOf, recordings, streamOf, sum } from "./recordings.ts";

const voxels = (timeBins: number): Framing =>
  parseFraming({ representation: { type: "toVoxelGrid", timeBins } });

const surfaces = (dt: number, tau: number, includeIncomplete = false): Framing =>
  parseFraming({ representation: { type: "toTimesurface", dt, tau, includeIncomplete } });

const streamed = async (
  recording: Recording,
  framing: Framing,
  at: readonly number[],
): Promise<{ data: number[]; shape: readonly number[] }> => {
  const { shape, frames } = await frameStream(() => streamOf(recording, at), framing);
  const all: number[][] = [];
  for await (const frame of frames) all.push([...frame]);
  return { data: all.flat(), shape: [all.length, ...shape] };
};

describe("ToVoxelGrid", () => {
  it("spreads each event over the planes next to it", () => {
    // Three planes over 100 us: at 0, 50 and 100.
    const recording = recordingOf(2, 1, [
      [10, 0, 0, 1],
      [20, 1, 0, 1],
      [60, 0, 0, 0],
      [110, 1, 0, 0],
    ]);
    const { data, shape } = frameRecording(recording, voxels(3));
    expect(shape).toEqual([3, 1, 1, 2]);
    expect(data).toEqual(Float32Array.of(1, 0.8, -1, 0.2, 0, -1));
  });

  it("puts everything on the only plane, and all events of one moment on the first", () => {
    const recording = recordingOf(1, 1, [
      [5, 0, 0, 1],
      [9, 0, 0, 1],
    ]);
    expect(frameRecording(recording, voxels(1)).data).toEqual(Float32Array.of(2));
    const moment = recordingOf(1, 1, [
      [5, 0, 0, 1],
      [5, 0, 0, 1],
    ]);
    expect(frameRecording(moment, voxels(3)).data).toEqual(Float32Array.of(2, 0, 0));
    expect(frameRecording(recordingOf(1, 1, []), voxels(3)).data).toEqual(new Float32Array(3));
  });

  it("is the sum of the definition over all events, and each adds its polarity in all", () => {
    fc.assert(
      fc.property(recordings(1), fc.integer({ min: 1, max: 12 }), (recording, bins) => {
        const { events, sensor } = recording;
        const { data } = frameRecording(recording, voxels(bins));
        const [first, last] = [events.t[0]!, events.t.at(-1)!];
        const expected = new Float64Array(data.length);
        for (const [t, x, y, polarity] of quadsOf(events)) {
          const place = last === first ? 0 : ((bins - 1) * (t - first)) / (last - first);
          for (let b = 0; b < bins; b++)
            expected[(b * sensor.height + y) * sensor.width + x]! +=
              (2 * polarity - 1) * Math.max(0, 1 - Math.abs(b - place));
        }
        for (const [k, value] of data.entries()) expect(value).toBeCloseTo(expected[k]!, 4);
        expect(sum(data)).toBeCloseTo(2 * sum(events.polarity) - events.t.length, 3);
      }),
      { numRuns: 200 },
    );
  });

  it("is the same of a stream", async () => {
    await fc.assert(
      fc.asyncProperty(recordings(), fc.integer({ min: 1, max: 9 }), cuts, async (recording, bins, at) => {
        const { data, shape } = frameRecording(recording, voxels(bins));
        expect(await streamed(recording, voxels(bins), at)).toEqual({ data: [...data], shape });
      }),
      { numRuns: 100 },
    );
  });

  it("refuses a grid without planes", () => {
    expect(() => voxels(0)).toThrow(ConfigError);
  });
});

describe("ToTimesurface", () => {
  const recording = recordingOf(2, 1, [
    [100, 0, 0, 1],
    [103, 0, 0, 1],
    [104, 1, 0, 0],
    [112, 0, 0, 1],
    [125, 1, 0, 1],
  ]);
  const decayed = (...ages: number[]): Float32Array => Float32Array.from(ages, (age) => Math.exp(-age / 5));
  const never = Number.POSITIVE_INFINITY;

  it("decays from each pixel's last event to the end of its window", () => {
    // Surfaces look back from 110 and 120; the window that begins there is not whole.
    const { data, shape } = frameRecording(recording, surfaces(10, 5));
    expect(shape).toEqual([2, 2, 1, 2]);
    expect(data).toEqual(decayed(never, 6, 7, never, /* 120 */ never, 16, 8, never));
    expect(frameRecording(recording, surfaces(10, 5, true)).data.slice(8)).toEqual(decayed(never, 26, 18, 5));
  });

  it("is between 0, for pixels without events, and 1", () => {
    fc.assert(
      fc.property(recordings(1), fc.integer({ min: 1, max: 40 }), (any, dt) => {
        const { data, shape } = frameRecording(any, surfaces(dt, 20, true));
        const { width, height } = any.sensor;
        const expected = new Float32Array(data.length);
        for (const [t, x, y, polarity] of quadsOf(any.events))
          for (let i = Math.floor((t - any.events.t[0]!) / dt); i < shape[0]; i++)
            expected[((i * 2 + polarity) * height + y) * width + x] = Math.exp(
              (t - any.events.t[0]! - (i + 1) * dt) / 20,
            );
        expect(data).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });

  it("is the same of a stream", async () => {
    await fc.assert(
      fc.asyncProperty(recordings(), fc.integer({ min: 1, max: 40 }), cuts, async (any, dt, at) => {
        for (const incomplete of [false, true]) {
          const { data, shape } = frameRecording(any, surfaces(dt, 20, incomplete));
          expect(await streamed(any, surfaces(dt, 20, incomplete), at)).toEqual({ data: [...data], shape });
        }
      }),
      { numRuns: 100 },
    );
  });
});
