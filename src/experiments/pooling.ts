/**
 * Windows drawn as one unit, P(pool = 1) = 1 - prod_k (1 - P_k), against windows all of whose units are sampled: the same
 * law of the spikes, another gradient, other work. PAPER, "Consequences worth building on".
 */
import type { ImageSplit } from "../datasets/dataset.ts";
import { firstImages } from "../datasets/subset.ts";
import { quantile } from "../inference/bootstrap.ts";
import { monteCarlo } from "../inference/monte-carlo.ts";
import { withSampledPools } from "../networks/baselines.ts";
import { mnistCnn } from "../networks/catalogue.ts";
import type { Model } from "../networks/model.ts";
import type { Noise } from "../nn/noise.ts";
import { createEngine } from "../runtime/node.ts";
import { openMnist } from "./data.ts";
import type { Experiment, Inquiry } from "./experiment.ts";
import { atSearchedRates } from "./learning-rate.ts";
import { BERNOULLI, type Method, stochastic, trialOf } from "./methods.ts";
import { engineOf } from "./study.ts";
import { tableRows } from "./table.ts";

const sampledCnn = (noise: Noise) => ({
  ...withSampledPools(mnistCnn(noise)),
  name: "mnist-cnn-sampled-pools",
});

const METHODS = [
  stochastic("bNSM, windows as one unit", mnistCnn, BERNOULLI, 0.775),
  stochastic("bNSM, windows of sampled units", sampledCnn, BERNOULLI, null),
];

/** Images whose passes are timed, passes, and repetitions. */
const [TIMED_IMAGES, TIMED_PASSES, REPETITIONS] = [500, 10, 5];

export const pooling: Experiment = {
  name: "pooling",
  title: "MNIST: pooled windows drawn as one unit, and unit by unit",
  find: async (inquiry) => {
    const data = await openMnist(inquiry);
    const { methods, remarks: rates } = await atSearchedRates(inquiry, METHODS, data.train);
    const rows = await tableRows(inquiry, data, methods);
    const [one, sampled] = rows;
    const used = await secondsOfUse(inquiry, methods, data.train, firstImages(data.test, TIMED_IMAGES));
    const remarks = [
      ...(one!.error && sampled!.error
        ? [
            `Error: ${one!.error.mean.toFixed(2)} % as one unit, ${sampled!.error.mean.toFixed(2)} % of sampled units.`,
            `Training took ${(sampled!.seconds / one!.seconds).toFixed(2)} times as long with sampled units.`,
          ]
        : []),
      `In use: ${used.map((seconds) => `${((1000 * seconds) / TIMED_IMAGES / TIMED_PASSES).toFixed(4)} ms`).join(" and ")} a pass of an image, as one unit and of sampled units; medians of ${REPETITIONS} interleaved repetitions.`,
      ...rates,
    ];
    return { rows: [...rows], figures: [], remarks };
  },
};

/** The median time of each method's passes, over repetitions in turn. */
const secondsOfUse = async (
  inquiry: Inquiry,
  methods: readonly Method[],
  train: ImageSplit,
  images: ImageSplit,
): Promise<readonly number[]> => {
  const models: Model[] = [];
  for (const method of methods) models.push((await inquiry.trained(trialOf(inquiry, method, train, 1))).run);
  const key = {
    networks: methods.map(({ network }) => network),
    images: images.count,
    engine: engineOf(inquiry),
  };
  return inquiry.remembered("pooling-time", key, async () => {
    inquiry.say("timing both in use");
    const engine = createEngine(engineOf(inquiry));
    const times = models.map((): number[] => []);
    for (let repetition = 0; repetition < REPETITIONS; repetition++)
      for (const [k, model] of models.entries()) {
        const began = performance.now();
        await monteCarlo(engine, model, images, { samples: TIMED_PASSES, seed: 1 });
        times[k]!.push((performance.now() - began) / 1000);
      }
    return times.map((seconds) =>
      quantile(
        seconds.toSorted((a, b) => a - b),
        0.5,
      ),
    );
  });
};
