/**
 * Windows drawn as one unit, P(pool = 1) = 1 - prod_k (1 - P_k), against windows all of whose units are sampled: the same
 * law of the spikes, another gradient, other work. PAPER, "Consequences worth building on".
 */

import * as z from "zod";
import type { Dataset, ImageSplit } from "../datasets/dataset.ts";
import { firstImages } from "../datasets/subset.ts";
import { monteCarlo } from "../inference/node.ts";
import { withSampledPools } from "../networks/baselines.ts";
import { mnistCnn } from "../networks/catalogue.ts";
import type { Model } from "../networks/model.ts";
import type { Experiment, ExperimentContext } from "./experiment.ts";
import type { Row } from "./findings/findings.ts";
import type { Budget } from "./study/budgets.ts";
import { openMnist } from "./study/data.ts";
import { mediansInTurns } from "./study/in-turns.ts";
import { atSearchedRates } from "./study/learning-rate.ts";
import { BERNOULLI, type Method, stochastic, trialOf } from "./study/methods.ts";
import { engineOf, machineOf } from "./study/provenance.ts";
import { stepSeconds } from "./study/step-times.ts";
import { tableRows } from "./study/table.ts";

const marginal = stochastic("bNSM, windows as one unit", mnistCnn, BERNOULLI, null);

/** The paper's method: the same recipe, and every unit sampled. */
const METHODS: readonly Method[] = [
  marginal,
  {
    ...{ name: "bNSM, windows of sampled units", training: marginal.training, paper: 0.775 },
    network: { ...withSampledPools(marginal.network), name: `${marginal.network.name}-sampled-pools` },
  },
];

/** Images that are timed, and repetitions. */
const timedOf = ({ embedded }: Budget) =>
  embedded ? { images: 100, repetitions: 3 } : { images: 500, repetitions: 5 };

/** The time of few passes is subtracted from that of many, which removes the set-up. */
const [FEW, MANY] = [5, 25];

export const pooling: Experiment = {
  name: "pooling",
  title: "MNIST: pooled windows drawn as one unit, and unit by unit",
  reads: ["mnist"],
  takesSeeds: true,
  find: async (context) => {
    const data = await openMnist(context);
    const { methods, remarks: rates } = await atSearchedRates(context, METHODS, data.train);
    const rows = await tableRows(context, data, methods);
    const isWhole = rows.every(({ problem }) => problem === undefined);
    return {
      rows: [...rows],
      figures: [],
      remarks: [...(isWhole ? await comparisonInWords(context, methods, data, rows) : []), ...rates],
    };
  },
};

const comparisonInWords = async (
  context: ExperimentContext,
  methods: readonly Method[],
  { train, test }: Dataset,
  [one, sampled]: readonly Row[],
): Promise<string[]> => {
  const learning = await stepSeconds(context, methods, train);
  const timed = timedOf(context.budget);
  const images = firstImages(test, timed.images);
  const use = await secondsOfUse(context, methods, { train, images, repetitions: timed.repetitions });
  return [
    `Error: ${one!.error!.mean.toFixed(2)} % as one unit, ${sampled!.error!.mean.toFixed(2)} % of sampled units.`,
    `A step of training: ${inMilliseconds(learning, 1)}; medians of steps in turns.`,
    `A pass of an image in use: ${inMilliseconds(use, 4)}; medians of ${timed.repetitions} repetitions in turns.`,
  ];
};

const inMilliseconds = ([one, sampled]: readonly number[], digits: number): string => {
  const [first, second] = [one!, sampled!].map((each) => (1000 * each).toFixed(digits));
  return `${first} ms as one unit, ${second} ms of sampled units, ${(sampled! / one!).toFixed(2)} times as long`;
};

/** Median time of one pass of one image by each method; repetitions take turns. */
const secondsOfUse = async (
  context: ExperimentContext,
  methods: readonly Method[],
  { train, images, repetitions }: { train: ImageSplit; images: ImageSplit; repetitions: number },
): Promise<readonly number[]> => {
  const key = {
    ...{ networks: methods.map(({ network }) => network), machine: machineOf(context) },
    ...{ images: images.count, passes: [FEW, MANY] },
  };
  return context.cached("pooling-time", key, z.array(z.number()).length(methods.length), async () => {
    const models: Model[] = [];
    for (const method of methods)
      models.push((await context.trained(trialOf(context, method, train, 1))).run);
    context.say("timing both in use");
    const secondsOf = async (model: Model, samples: number): Promise<number> => {
      const began = performance.now();
      await monteCarlo(model, images, { samples, seed: 1, ...engineOf(context) });
      return (performance.now() - began) / 1000;
    };
    const contestants = models.map((model) => async () => {
      const few = await secondsOf(model, FEW);
      const many = await secondsOf(model, MANY);
      return (many - few) / (MANY - FEW) / images.count;
    });
    return mediansInTurns(contestants, repetitions);
  });
};
