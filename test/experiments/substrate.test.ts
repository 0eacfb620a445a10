/** The experiment on analog hardware: its devices, and what it says of its results. */
import { describe, expect, test } from "vitest";
import { BUDGETS, type Budget } from "../../src/experiments/study/budgets.ts";
import { imperfectionsOf, NONE, togetherOf } from "../../src/experiments/substrate/imperfections.ts";
import { comparedInWords, errorText, riseInWords } from "../../src/experiments/substrate/words.ts";
import { sweptMethods } from "../../src/experiments/substrate.ts";
import type { Metrics } from "../../src/statistics/metrics.ts";

describe("imperfections", () => {
  const all = imperfectionsOf(BUDGETS.standard);

  test("act alone, at several severities or times", () => {
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    for (const { conditions } of all) {
      expect(conditions.length).toBeGreaterThanOrEqual(3);
      expect(new Set(conditions.map(({ severity }) => severity)).size).toBe(conditions.length);
    }
    // A switch is in the devices of the noise's own imperfections only, an array in those of its circuits.
    for (const { name, isOfNoise, conditions } of all)
      for (const { device } of conditions) {
        expect(device.switch !== undefined).toBe(isOfNoise === true);
        expect(device.array !== undefined).toBe(
          ["wires", "offset", "comparator-noise", "readout"].includes(name),
        );
      }
    expect(NONE.device).toMatchObject({ cell: { stuckOnShare: 0 } });
    expect(togetherOf(BUDGETS.standard).device.array).toMatchObject({ rows: 64, readoutBits: 8 });
  });

  test("drift goes from a second to a year", () => {
    const { conditions } = all.find(({ name }) => name === "drift")!;
    expect(conditions[0]!.seconds).toBe(1);
    expect(conditions.at(-1)!.seconds).toBe(365 * 86_400);
  });

  test("are at their last severity at the quick budget", () => {
    for (const [k, { conditions }] of imperfectionsOf(BUDGETS.quick).entries()) {
      expect(conditions).toHaveLength(1);
      expect(conditions[0]!.severity).toBe(all[k]!.conditions.at(-1)!.severity);
    }
  });
});

test("a sweep has all networks, at the quick budget those trained plainly; of noise the NSM's alone", () => {
  const names = (budget: Budget, isOfNoise: boolean): string[] => {
    const imperfection = imperfectionsOf(budget).find((each) => (each.isOfNoise ?? false) === isOfNoise)!;
    return sweptMethods(budget, imperfection).map(({ name }) => name);
  };
  const [nsm, rectifiers] = ["NSM", "rectifiers"].map((name) => [name, `${name}, device in the loop`]);
  expect(names(BUDGETS.standard, false)).toEqual([...nsm!, ...rectifiers!]);
  expect(names(BUDGETS.standard, true)).toEqual(nsm);
  expect(names(BUDGETS.quick, false)).toEqual(["NSM", "rectifiers"]);
  expect(names(BUDGETS.quick, true)).toEqual(["NSM"]);
});

describe("words", () => {
  const runs = (...values: readonly number[]): Metrics[] =>
    values.map((error) => ({
      ...{ images: 100, error, errorInterval: [error - 1, error + 1] as const },
      ...{ nll: error / 10, brier: error / 10, ece: error / 100, auroc: null },
    }));
  const of = (name: string, found: readonly Metrics[]) => ({ name, found, before: runs(1, 1.1, 0.9) });
  const [good, bad] = [of("NSM", runs(2, 2.2, 2.1)), of("rectifiers", runs(5, 5.3, 5.2))];

  test("name the better one, or that no difference is shown", () => {
    expect(comparedInWords("drift", good, bad)).toMatch(
      /^With drift, NSM: error 2\.10 \(1\.85 to 2\.35\) %, .*Fewer errors: NSM; lower NLL: NSM; lower ECE: NSM\.$/,
    );
    expect(comparedInWords("drift", bad, good)).toContain("Fewer errors: NSM;");
    expect(comparedInWords("drift", good, of("other", runs(1.9, 2.4, 2.05)))).toContain(
      "Fewer errors: no difference shown",
    );
  });

  test("say how much each loses", () => {
    expect(riseInWords("drift", good, bad)).toMatch(
      /rises by 1\.10 \(.*\) points and 4\.17 \(.*\) points \(less: NSM\)/,
    );
  });

  test("say that there was one run", () => {
    expect(errorText([1.234])).toBe("1.23");
    expect(errorText([0, 0.1, 0.4])).toMatch(/^0\.17 \(0\.00 to 0\.\d\d\)$/);
    const [a, b] = [good, bad].map((each) => ({
      ...each,
      found: each.found.slice(0, 1),
      before: each.before.slice(0, 1),
    }));
    expect(comparedInWords("drift", a!, b!)).toContain("Fewer errors: NSM, in one run of each");
  });
});
