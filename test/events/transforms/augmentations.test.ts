import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConfigError } from "../../../src/errors.ts";
import type { Recording } from "../../../src/events/events.ts";
import {
  type EventAugmentation,
  eventAugmentationSchema,
  transformRecording,
  transformStream,
} from "../../../src/events/transforms/transform.ts";
import { type Key, key } from "../../../src/random/key.ts";
import { binomialP, chiSquareP, normalP } from "../../support/statistics.ts";
import { collect, cuts, type Quad, quadsOf, recordingOf, recordings, streamOf } from "./recordings.ts";

const augmentation = (description: object): EventAugmentation => eventAugmentationSchema.parse(description);

const augmented = (recording: Recording, description: object, it: Key = key(1, "test")): Recording =>
  transformRecording(recording, [augmentation(description)], it);

const draws = (count: number): Key[] => Array.from({ length: count }, (_, k) => key(2, "test", k));

/** Accepted is a p-value above this, of each test. */
const LEAST_P = 1e-4;

/** An event a pixel, all different in time. */
const every = (width: number, height: number): Recording =>
  recordingOf(
    width,
    height,
    Array.from(
      { length: width * height },
      (_, k): Quad => [1000 + k, k % width, Math.floor(k / width), k & 1],
    ),
  );

describe("RandomFlip", () => {
  const recording = recordingOf(5, 3, [
    [1, 0, 0, 1],
    [2, 4, 1, 0],
  ]);

  it("mirrors at p = 1 and leaves alone at p = 0", () => {
    const flipped = (type: string): Quad[] => quadsOf(augmented(recording, { type, p: 1 }).events);
    expect(flipped("randomFlipLR")).toEqual([
      [1, 4, 0, 1],
      [2, 0, 1, 0],
    ]);
    expect(flipped("randomFlipUD")).toEqual([
      [1, 0, 2, 1],
      [2, 4, 1, 0],
    ]);
    expect(flipped("randomFlipPolarity")).toEqual([
      [1, 0, 0, 0],
      [2, 4, 1, 1],
    ]);
    for (const type of ["randomFlipLR", "randomFlipUD", "randomFlipPolarity"])
      expect(augmented(recording, { type, p: 0 })).toEqual(recording);
  });

  it("flips the part p of all recordings, each as a whole", () => {
    const flips = draws(2000).filter((it) => {
      const columns = [...augmented(recording, { type: "randomFlipLR", p: 0.3 }, it).events.x].join();
      expect(["0,4", "4,0"]).toContain(columns);
      return columns === "4,0";
    });
    expect(binomialP(flips.length, 2000, 0.3)).toBeGreaterThan(LEAST_P);
  });
});

describe("RandomCrop", () => {
  it("keeps a window's events, and each place of it is equally likely", () => {
    const places = new Array<number>(12).fill(0);
    for (const it of draws(1200)) {
      const { events, sensor } = augmented(every(6, 5), { type: "randomCrop", targetSize: [3, 3] }, it);
      expect(sensor).toEqual({ width: 3, height: 3 });
      expect(events.t.length).toBe(9);
      // The window's first event says where it was.
      const first = events.t[0]! - 1000;
      const [left, top] = [first % 6, Math.floor(first / 6)];
      for (const [t, x, y] of quadsOf(events)) expect(t - 1000).toBe(left + x + 6 * (top + y));
      places[left + 4 * top]!++;
    }
    expect(chiSquareP(places, new Array<number>(12).fill(100))).toBeGreaterThan(LEAST_P);
  });

  it("refuses a window larger than the sensor", () => {
    expect(() => augmented(every(6, 5), { type: "randomCrop", targetSize: [7, 1] })).toThrow(ConfigError);
  });
});

describe("TimeJitter", () => {
  it("moves times by normal noise, keeps every event and puts them in order", () => {
    const count = 20_000;
    const recording = recordingOf(
      200,
      100,
      Array.from(
        { length: count },
        (_, k): Quad => [1_000_000 + 10 * k, k % 200, Math.floor(k / 200), k & 1],
      ),
    );
    const { events } = augmented(recording, { type: "timeJitter", std: 50 });
    let squares = 0;
    let shifts = 0;
    for (const [k, [t, x, y]] of quadsOf(events).entries()) {
      expect(k === 0 || t >= events.t[k - 1]!).toBe(true);
      const shift = t - (1_000_000 + 10 * (x + 200 * y));
      expect(Number.isInteger(shift)).toBe(true);
      squares += shift ** 2;
      shifts += shift;
    }
    expect(new Set(Array.from(events.x, (x, k) => x + 200 * events.y[k]!)).size).toBe(count);
    expect(normalP(shifts / (50 * Math.sqrt(count)))).toBeGreaterThan(LEAST_P);
    // The variance of n^2 is 2; rounding adds 1/12.
    const variance = 50 ** 2 + 1 / 12;
    expect(normalP((squares / variance - count) / Math.sqrt(2 * count))).toBeGreaterThan(LEAST_P);
  });

  it("drops what comes to lie before time 0", () => {
    // The last event, far off, settles those before it.
    const quads = [...Array.from({ length: 1000 }, (): Quad => [0, 0, 0, 1]), [1e6, 0, 0, 1] as const];
    const { events } = augmented(recordingOf(1, 1, quads), { type: "timeJitter", std: 1000 });
    expect(events.t.every((t) => t >= 0)).toBe(true);
    expect(binomialP(events.t.length - 1, 1000, 0.5)).toBeGreaterThan(LEAST_P);
  });
});

describe("TimeJitter, of far", () => {
  it("keeps whole times in order at the most that it may jitter, and is refused above", () => {
    const std = 1e9;
    const quads = Array.from({ length: 2000 }, (_, k): Quad => [2 ** 52 + k, 0, 0, 1]);
    const { events } = augmented(recordingOf(1, 1, quads), { type: "timeJitter", std });
    expect(events.t.every((t, k) => Number.isSafeInteger(t) && t >= (events.t[k - 1] ?? 0))).toBe(true);
    for (const more of [1.001e9, 1.7e308])
      expect(eventAugmentationSchema.safeParse({ type: "timeJitter", std: more }).success).toBe(false);
  });
});

describe("DropEvent", () => {
  it("drops each event with probability p", () => {
    const recording = every(200, 100);
    const { events } = augmented(recording, { type: "dropEvent", p: 0.2 });
    expect(binomialP(events.t.length, 20_000, 0.8)).toBeGreaterThan(LEAST_P);
    const all = new Set(quadsOf(recording.events).map(String));
    for (const quad of quadsOf(events)) expect(all.has(String(quad))).toBe(true);
  });

  it("by time: those of one stretch, which is the part durationRatio of the recording's length", () => {
    for (const it of draws(50)) {
      const { events } = augmented(every(100, 100), { type: "dropEventByTime", durationRatio: 0.25 }, it);
      const gone = [999, ...events.t, 11_000].map((t, k, all) => t - (all[k - 1] ?? t - 1) - 1);
      expect(gone.filter((n) => n > 0)).toHaveLength(1);
      expect(Math.max(...gone)).toBeGreaterThanOrEqual(2499);
      expect(Math.max(...gone)).toBeLessThanOrEqual(2501);
    }
  });

  it("by area: those of one box, areaRatio as wide and high as the sensor", () => {
    for (const it of draws(50)) {
      const { events } = augmented(every(10, 8), { type: "dropEventByArea", areaRatio: 0.5 }, it);
      expect(events.t.length).toBe(80 - 5 * 4);
      const left = new Set(quadsOf(events).map(([, x, y]) => x + 10 * y));
      const gone = Array.from({ length: 80 }, (_, k) => k).filter((k) => !left.has(k));
      const spread = (numbers: number[]): number => Math.max(...numbers) - Math.min(...numbers) + 1;
      expect([spread(gone.map((k) => k % 10)), spread(gone.map((k) => Math.floor(k / 10)))]).toEqual([5, 4]);
    }
  });

  it("by time: not of a stream, whose length is not known", () => {
    const stream = streamOf(every(2, 2), []);
    expect(() =>
      transformStream(stream, [augmentation({ type: "dropEventByTime" })], key(1, "test")),
    ).toThrow(ConfigError);
  });
});

const types = ["randomFlipLR", "randomFlipUD", "randomFlipPolarity", "dropEventByArea"] as const;
const streamed: fc.Arbitrary<object[]> = fc.array(
  fc.oneof(
    fc.record({ type: fc.constantFrom(...types) }),
    fc.record({ type: fc.constant("dropEvent"), p: fc.double({ min: 0.1, max: 0.9, noNaN: true }) }),
    fc.record({ type: fc.constant("timeJitter"), std: fc.double({ min: 0.1, max: 90, noNaN: true }) }),
    fc.record({ type: fc.constant("randomCrop"), targetSize: fc.constant([1, 1]) }),
  ),
  { maxLength: 4 },
);

describe("Any augmentations in a row", () => {
  it("do with a stream, however it is split, what they do with the whole", async () => {
    await fc.assert(
      fc.asyncProperty(recordings(), streamed, cuts, fc.nat(), async (recording, chain, at, seed) => {
        const augmentations = chain.map(augmentation);
        const { events, sensor } = transformRecording(recording, augmentations, key(seed, "test"));
        const stream = transformStream(streamOf(recording, at), augmentations, key(seed, "test"));
        expect(await collect(stream)).toEqual({ quads: quadsOf(events), sensor });
      }),
      { numRuns: 300 },
    );
  });

  it("take their numbers from the key alone, those further on from other ones", () => {
    const recording = every(50, 50);
    const dropping = { type: "dropEvent", p: 0.5 };
    expect(augmented(recording, dropping)).toEqual(augmented(recording, dropping));
    expect(augmented(recording, dropping, key(2, "test"))).not.toEqual(augmented(recording, dropping));
    const twice = transformRecording(recording, [dropping, dropping].map(augmentation), key(1, "test"));
    // The same numbers again would keep other parts of what is left.
    expect(binomialP(twice.events.t.length, 2500, 0.25)).toBeGreaterThan(LEAST_P);
  });

  it.each([{ type: "dropEvent", p: 0.5 }, { type: "randomFlipLR" }, { type: "timeJitter", std: 1 }])(
    "refuse to draw without a key: %j",
    (description) => {
      expect(() => transformRecording(every(2, 2), [augmentation(description)])).toThrow(ConfigError);
    },
  );
});
