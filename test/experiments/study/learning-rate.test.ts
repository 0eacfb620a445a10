/** The search for a learning rate: what it tries, what it chooses, and that it is made once. */
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { BUDGETS } from "../../../src/experiments/study/budgets.ts";
import { atSearchedRates, nextRate } from "../../../src/experiments/study/learning-rate.ts";
import type { Method } from "../../../src/experiments/study/methods.ts";
import { openStudy, type Study } from "../../../src/experiments/study/study.ts";
import { tableRows } from "../../../src/experiments/study/table.ts";
import { emptyFolder } from "../../datasets/folder.ts";
import { smallNetwork, smallSplit } from "../../training/digits.ts";

describe("what is tried next", () => {
  const after = (...errors: readonly (readonly [number, number])[]) => nextRate(new Map(errors));
  test("three rates first", () => {
    expect(after()).toBe(5e-4);
    expect(after([5e-4, 9])).toBe(1e-3);
    expect(after([5e-4, 9], [1e-3, 8])).toBe(2e-3);
  });
  test("nothing, once the best lies between two others", () => {
    expect(after([5e-4, 9], [1e-3, 8], [2e-3, 8.5])).toBeUndefined();
    expect(after([5e-4, 9], [1e-3, 8], [2e-3, 8])).toBeUndefined();
  });
  test("beyond the best, as long as it is at an end, and six at most", () => {
    expect(after([5e-4, 9], [1e-3, 8], [2e-3, 7])).toBe(4e-3);
    expect(after([5e-4, 7], [1e-3, 8], [2e-3, 9])).toBe(2.5e-4);
    expect(after([5e-4, 9], [1e-3, 8], [2e-3, 7], [4e-3, 7.5])).toBeUndefined();
    expect(after([5e-4, 9], [1e-3, 8], [2e-3, 7], [4e-3, 6], [8e-3, 5], [16e-3, 4])).toBeUndefined();
  });
});

describe("a search", () => {
  const train = smallSplit(240);
  const method: Method = { name: "small", network: smallNetwork, training: { batch: 10 }, paper: null };
  /** Diverges at every rate. */
  const wild: Method = {
    ...method,
    training: { batch: 10, optimizer: { type: "sgd", weightDecay: 1e41, momentum: 0 } },
  };
  const study = async (searchEpochs: number, steps: string[]): Promise<Study> =>
    openStudy({
      ...{
        folder: await emptyFolder(),
        name: "rates",
        seeds: 1,
        signal: new AbortController().signal,
        threads: 1,
      },
      budget: { ...BUDGETS.quick, searchEpochs },
      onStep: (title) => steps.push(title),
      say: () => {},
    });

  test("chooses the rate that errs least on held-out images, once", async () => {
    const steps: string[] = [];
    const own = await study(2, steps);
    const { methods, remarks } = await atSearchedRates(own, [method], train);
    const [found] = methods;
    const tried = [...remarks[0]!.matchAll(/([\d.]+) gave ([\d.]+) %/g)].map(([, rate, error]) => [
      Number(rate),
      Number(error),
    ]);
    expect(tried.length).toBeGreaterThanOrEqual(3);
    const least = Math.min(...tried.map(([, error]) => error!));
    expect(tried.filter(([, error]) => error === least).map(([rate]) => rate)).toContain(
      found!.training.learningRate,
    );
    expect(remarks.at(-1)).toMatch(/apart from the times of the rows/);
    // 220 images of 240, two epochs of batches of 10, for each rate.
    expect(steps).toHaveLength(tried.length * 44);
    const again = await atSearchedRates(own, [method], train);
    expect(again.methods).toEqual(methods);
    expect(steps).toHaveLength(tried.length * 44);
  });

  test("counts a rate at which the numbers are lost as the worst, and says so", async () => {
    const { methods, remarks } = await atSearchedRates(await study(1, []), [wild], train);
    expect(remarks[0]).toMatch(/at 0\.0005 it diverged, at 0\.001 it diverged/);
    expect(methods[0]!.problem).toBeUndefined();
  });

  test("that is damaged costs its method, which says so, and no other", async () => {
    const controller = new AbortController();
    const first = { ...(await study(1, [])), signal: controller.signal, onStep: () => controller.abort() };
    await expect(atSearchedRates(await openStudy(first), [method], train)).rejects.toThrow("aborted");
    const [damaged] = await readdir(join(first.folder, "runs"));
    await writeFile(join(first.folder, "runs", damaged!, "run.json"), "{}");
    const own = await openStudy({ ...first, signal: new AbortController().signal, onStep: () => {} });
    const other: Method = { ...wild, name: "other", network: { ...smallNetwork, name: "other" } };
    const known: Method = { ...method, network: other.network, training: { learningRate: 0.1, batch: 10 } };
    const { methods, remarks } = await atSearchedRates(own, [method, other, known], train);
    expect(methods[0]!.problem).toContain(damaged);
    expect(methods.slice(1).map(({ problem }) => problem)).toEqual([undefined, undefined]);
    expect(remarks[0]).toMatch(/^other learns at/);
    const dataset = { name: "d", train, test: smallSplit(30, "test"), files: [] };
    const [row, second] = await tableRows(own, dataset, [methods[0]!, known]);
    expect(row).toMatchObject({ error: null, seeds: [], problem: methods[0]!.problem });
    expect(second!.seeds).toEqual([1]);
  });

  test("begins with the method's own rates, the middle one of which is used where the budget has none", async () => {
    const own: Method = { ...method, firstRates: [0.02, 0.04, 0.08] };
    const steps: string[] = [];
    const { methods } = await atSearchedRates(await study(1, steps), [own], train);
    const tried = new Set(steps.map((title) => title.replace(/^.* learning rate (\S+).*$/, "$1")));
    expect([...tried].slice(0, 3)).toEqual(["0.02", "0.04", "0.08"]);
    expect([...tried]).toContain(String(methods[0]!.training.learningRate));
    const none = await atSearchedRates(await study(0, []), [own], train);
    expect(none).toEqual({
      methods: [{ ...own, training: { ...own.training, learningRate: 0.04 } }],
      remarks: [],
    });
  });

  test("is not made where the budget has none, or the recipe a rate of its own", async () => {
    const steps: string[] = [];
    const own: Method = { ...method, training: { learningRate: 0.1 } };
    const none = await atSearchedRates(await study(0, steps), [method], train);
    const known = await atSearchedRates(await study(2, steps), [own], train);
    expect([none, known]).toEqual([
      { methods: [method], remarks: [] },
      { methods: [own], remarks: [] },
    ]);
    expect(steps).toEqual([]);
  });
});
