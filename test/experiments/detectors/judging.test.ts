/** Detectors judged on other data than digits: which rows there are, of which runs, and what is told of missing data. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cifarDetectors, nmnistDetectors } from "../../../src/experiments/detectors.ts";
import type { Experiment, ExperimentContext } from "../../../src/experiments/experiment.ts";
import { isEmpty, reproduce } from "../../../src/experiments/reproduce.ts";
import { BUDGETS } from "../../../src/experiments/study/budgets.ts";
import { emptyFolder } from "../../datasets/folder.ts";
import { array, npzFolder } from "../../datasets/npz-folder.ts";

const MINUTE = 60_000;

const SIDE = 8;

/** A folder of so many colour images, each brighter with its class. */
const pictures = (count: number): Promise<string> => {
  const size = 3 * SIDE * SIDE;
  const pixels = Uint8Array.from({ length: count * size }, (_, k) => {
    const image = Math.floor(k / size);
    return ((image % 10) * 20 + ((k * 7919) % 61)) % 256;
  });
  const classes = Uint8Array.from({ length: count }, (_, k) => k % 10);
  const split = [array("x", "|u1", [count, 3, SIDE, SIDE], pixels), array("y", "|u1", [count], classes)];
  return npzFolder(split, split);
};

const findings = async (experiment: Experiment, folder: string, data: ExperimentContext["data"]) =>
  reproduce(experiment, {
    ...{ folder, budget: BUDGETS.quick, seeds: 1, threads: 1, signal: new AbortController().signal },
    ...{ onStep: () => {}, say: () => {}, data, ood: {}, command: "c" },
  });

test(
  "a row for each network and detector that fits it, against all sets, of the networks of cifar",
  async () => {
    const folder = await emptyFolder();
    const { rows, remarks } = await findings(cifarDetectors, folder, {
      cifar10: await pictures(60),
      cifar100: await pictures(30),
    });
    const detectorsOf = (contender: string): string[] =>
      rows
        .filter(({ name }) => name.startsWith(`${contender}, `))
        .map(({ name }) => name.split(", ").at(-1)!);
    expect(detectorsOf("populations")).toHaveLength(10);
    const conventional = detectorsOf("populations").filter((name) => name !== "firing-likelihood");
    for (const contender of ["dCNN, one pass", "dCNN, Monte Carlo dropout"])
      expect(detectorsOf(contender)).toEqual(conventional);
    for (const { seeds, images, ood } of rows) {
      expect([seeds, images]).toEqual([[1], 60]);
      expect(ood!.map(({ name, images }) => [name, images])).toEqual([
        ["CIFAR-100", 30],
        ["uniform noise", 60],
        ["images blurred by 3 pixels", 60],
        ["blank: black and white", 2],
        ["inverted images", 60],
        ["images turned by 90 degrees", 60],
      ]);
    }
    expect(remarks[0]).toMatch(
      /^AUROC of the default detectors among .* CIFAR-100: (populations|dCNN, .*), relative-mahalanobis /,
    );
    // A run for each network, under its name in `cifar`.
    const runs = (await readdir(join(folder, "runs"))).map((name) => name.replace(/-[0-9a-f]{16}$/, ""));
    expect(runs.sort()).toEqual([
      "cifar10-population-batch-normalization",
      "cifar10-population-bernoulli",
      "cifar10-population-monte-carlo-dropout-batch-normalization",
    ]);
  },
  5 * MINUTE,
);

test("data that are not here: what fetches them", async () => {
  const { XDG_CACHE_HOME } = process.env;
  process.env.XDG_CACHE_HOME = "/nowhere";
  try {
    for (const [experiment, name] of [
      [cifarDetectors, "cifar10"],
      [nmnistDetectors, "nmnist"],
    ] as const) {
      const found = await findings(experiment, await emptyFolder(), {});
      expect(found.rows.map(({ missing }) => missing)).toEqual([`nsm data fetch ${name}`]);
      expect(isEmpty(found)).toBe(true);
    }
  } finally {
    if (XDG_CACHE_HOME === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = XDG_CACHE_HOME;
  }
});
