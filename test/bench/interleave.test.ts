import fc from "fast-check";
import { expect, test } from "vitest";
import { type Contestant, interleave, quantile, quartiles } from "../../bench/interleave.ts";

/** A contestant whose k-th step since its creation takes `ms(k)`; it records its turns. */
const clockwork = (name: string, ms: (step: number) => number, log: string[] = []): Contestant => {
  let step = 0;
  return {
    name,
    run: async (steps) => {
      log.push(`${name}${steps}`);
      return Array.from({ length: steps }, () => ms(step++));
    },
  };
};

test("quartiles are linear between order statistics", () => {
  expect(quartiles([4, 1, 3, 2])).toEqual({ lower: 1.75, median: 2.5, upper: 3.25 });
  expect(quartiles([10, 30, 20])).toEqual({ lower: 15, median: 20, upper: 25 });
  expect(quartiles([7])).toEqual({ lower: 7, median: 7, upper: 7 });
});

test("a quantile has its share of the numbers on either side", () => {
  const numbers = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(numbers, fc.double({ min: 0, max: 1, noNaN: true }), (values, q) => {
      const cut = quantile(values, q);
      const below = values.filter((value) => value < cut - 1e-9).length;
      const above = values.filter((value) => value > cut + 1e-9).length;
      expect(below).toBeLessThanOrEqual(q * (values.length - 1) + 1 + 1e-9);
      expect(above).toBeLessThanOrEqual((1 - q) * (values.length - 1) + 1 + 1e-9);
    }),
  );
});

test("contestants warm up, then take turns", async () => {
  const log: string[] = [];
  const [a, b, c] = ["a", "b", "c"].map((name) => clockwork(name, () => 1000, log));
  await interleave([a!, b!, c!], { warmUp: 5, rounds: 2, steps: 3 });
  expect(log).toEqual(["a5", "b5", "c5", "a4", "b4", "c4", "a4", "b4", "c4"]);
});

test("neither warm-up nor the first step of a turn is counted", async () => {
  // Steps 0 and 1 are the warm-up; 2 and 5 open a turn.
  const slowStart = clockwork("a", (step) => ([0, 1, 2, 5].includes(step) ? 1000 : step));
  const [standing] = await interleave([slowStart], { warmUp: 2, rounds: 2, steps: 2 });
  expect(standing!.ms).toEqual(quartiles([3, 4, 6, 7]));
});

test("a turn settles for 100 ms, in whole steps", async () => {
  // The warm-up measures 40 ms per step, so that three steps are skipped.
  const slowStart = clockwork("a", (step) =>
    step < 5 ? 40 : [5, 6, 7, 10, 11, 12].includes(step) ? 900 : 30 + step,
  );
  const [standing] = await interleave([slowStart], { warmUp: 5, rounds: 2, steps: 2 });
  expect(standing!.ms).toEqual(quartiles([38, 39, 43, 44]));
});

test("ratios are paired: a machine that slows down tenfold does not move them", async () => {
  const drift = (step: number) => 10 ** (step / 30);
  const standings = await interleave(
    [clockwork("ours", drift), clockwork("peer", (step) => 3 * drift(step))],
    { warmUp: 0, rounds: 10, steps: 2 },
  );
  const [ours, peer] = standings;
  expect(ours!.ratio).toEqual({ lower: 1, median: 1, upper: 1 });
  for (const value of Object.values(peer!.ratio)) expect(value).toBeCloseTo(3, 12);
  expect(peer!.ms.upper / peer!.ms.lower).toBeGreaterThan(2);
});

test("the ratio's spread is that of the rounds", async () => {
  // One measured step per round: rounds of the second contestant take 1, 2, 3, 4, 5 times the first's.
  const standings = await interleave(
    [clockwork("a", () => 2), clockwork("b", (step) => 2 * Math.ceil(step / 2))],
    { warmUp: 0, rounds: 5, steps: 1 },
  );
  expect(standings[1]!.ratio).toEqual({ lower: 2, median: 3, upper: 4 });
});
