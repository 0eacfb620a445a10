import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { parseTraining } from "../../src/training/configuration.ts";
import { learningRateAt, type RateOptions } from "../../src/training/schedule.ts";

/** The rates of all steps of a run. */
const rates = (options: RateOptions, steps: number, stepsPerEpoch: number): number[] =>
  Array.from({ length: steps }, (_, k) => learningRateAt(options, k + 1, steps, stepsPerEpoch));

const base = { learningRate: 0.2, warmupSteps: 0 };

describe("constant", () => {
  test("stays", () => {
    expect(new Set(rates({ ...base, schedule: { type: "constant" } }, 30, 10))).toEqual(new Set([0.2]));
  });
});

describe("step", () => {
  test("is multiplied after every so many epochs, from their first step on", () => {
    const schedule = { type: "step", epochs: 2, factor: 0.5 } as const;
    expect(rates({ ...base, schedule }, 15, 3)).toEqual([
      ...new Array(6).fill(0.2),
      ...new Array(6).fill(0.1),
      ...new Array(3).fill(0.05),
    ]);
  });
});

describe("cosine", () => {
  const schedule = { type: "cosine" } as const;
  const all = rates({ ...base, schedule }, 100, 10);

  test("starts at the full rate, passes half of it in the middle, ends one step before 0", () => {
    expect(all[0]).toBe(0.2);
    expect(all[50]).toBeCloseTo(0.1, 12);
    expect(all[99]).toBeCloseTo((0.2 * (1 - Math.cos(Math.PI / 100))) / 2, 12);
    expect(learningRateAt({ ...base, schedule }, 101, 100, 10)).toBeCloseTo(0, 12);
  });

  test("falls from step to step", () => {
    for (let k = 1; k < 100; k++) expect(all[k]).toBeLessThan(all[k - 1]!);
  });

  test("of a single step is the full rate", () => {
    expect(rates({ ...base, schedule }, 1, 1)).toEqual([0.2]);
  });
});

describe("warm-up", () => {
  const schedules = [
    { type: "constant" },
    { type: "cosine" },
    { type: "step", epochs: 100, factor: 0.1 },
  ] as const;

  test.each(schedules)("rises linearly to the full rate before %o", (schedule) => {
    const all = rates({ learningRate: 0.2, warmupSteps: 4, schedule }, 20, 5);
    for (const [k, rate] of [0.05, 0.1, 0.15, 0.2, 0.2].entries()) expect(all[k]).toBeCloseTo(rate, 12);
  });

  test("that outlasts the run never reaches the full rate", () => {
    const all = rates({ learningRate: 1, warmupSteps: 10, schedule: { type: "cosine" } }, 5, 5);
    expect(all).toEqual([0.1, 0.2, 0.3, 0.4, 0.5]);
  });

  test("of any length leaves every rate between 0 and the full one", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...schedules),
        fc.nat(50),
        fc.integer({ min: 1, max: 60 }),
        (schedule, warmupSteps, steps) => {
          for (const rate of rates({ learningRate: 0.25, warmupSteps, schedule }, steps, 7)) {
            expect(rate).toBeGreaterThan(0);
            expect(rate).toBeLessThanOrEqual(0.25);
          }
        },
      ),
      { seed: 1 },
    );
  });
});

describe("settings of a run", () => {
  test("have the defaults that the results were measured with", () => {
    expect(parseTraining({})).toEqual({
      epochs: 15,
      batch: 100,
      seed: 1,
      optimizer: { type: "adam", beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 },
      learningRate: 1e-3,
      schedule: { type: "cosine" },
      warmupSteps: 0,
      labelSmoothing: 0,
      initialization: "random",
    });
    expect(parseTraining({ optimizer: { type: "sgd" } }).optimizer).toEqual({
      type: "sgd",
      momentum: 0.9,
      weightDecay: 0,
    });
  });

  test.each([
    [{ epochs: 0 }, "epochs"],
    [{ epochs: 1.5 }, "epochs"],
    [{ batch: 0 }, "batch"],
    [{ seed: -1 }, "seed"],
    [{ learningRate: 0 }, "learningRate"],
    [{ learningRate: Number.NaN }, "learningRate"],
    [{ learningRate: Number.POSITIVE_INFINITY }, "learningRate"],
    [{ warmupSteps: -1 }, "warmupSteps"],
    [{ clipNorm: 0 }, "clipNorm"],
    [{ optimizer: { type: "adam", beta1: 1 } }, "optimizer.beta1"],
    [{ optimizer: { type: "sgd", weightDecay: -1 } }, "optimizer.weightDecay"],
    [{ labelSmoothing: 1 }, "labelSmoothing"],
    [{ averaging: { decay: 1 } }, "averaging.decay"],
    [{ averaging: {} }, "averaging.decay"],
    [{ optimizer: { type: "lion" } }, "optimizer.type"],
    [{ optimizer: { type: "muon", momentum: 1 } }, "optimizer.momentum"],
    [{ optimizer: { type: "muon", adam: { learningRate: 0 } } }, "optimizer.adam.learningRate"],
    [{ optimizer: { type: "muon", adam: { type: "adam" } } }, "optimizer.adam"],
    [{ optimizer: { type: "muon" }, learningRate: -1 }, "learningRate"],
    [{ schedule: { type: "step", epochs: 1, factor: 2 } }, "schedule.factor"],
    [{ initialization: "zero" }, "initialization"],
    [{ lr: 1 }, "the whole"],
  ])("%o are refused", (settings, place) => {
    expect(() => parseTraining(settings)).toThrow(ConfigError);
    expect(() => parseTraining(settings)).toThrow(`at ${place}`);
  });
});
