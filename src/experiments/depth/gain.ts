/** Trained networks under less or more noise. Node only. */
import type { ImageSplit } from "../../datasets/dataset.ts";
import { monteCarlo } from "../../inference/node.ts";
import type { Model } from "../../networks/model.ts";
import { type Network, parseNetwork } from "../../networks/network.ts";
import { parseTraining } from "../../training/configuration.ts";
import { splitChecksum } from "../../training/runs/run.ts";
import type { Predictor } from "../predicting/predictors.ts";
import { type Method, trialOf } from "../study/methods.ts";
import { type Study, scoringOf } from "../study/study.ts";

/** Parameters that are proportional to potentials. */
const PROPORTIONAL = /^(?!readout\.).*\.(gain|bias|threshold)$/;

/**
 * The model with all potentials and thresholds multiplied by `factor` > 0, which is the same as noise divided by it:
 * sgn(c (v + t) + n) = sgn(v + t + n / c). The readout stays.
 */
export const atGain = ({ network, parameters }: Model, factor: number): Model => ({
  network: withThresholdsTimes(network, factor),
  parameters: Object.fromEntries(
    Object.entries(parameters).map(([name, values]) => [
      name,
      PROPORTIONAL.test(name) ? values.map((value) => factor * value) : values,
    ]),
  ),
});

const withThresholdsTimes = (network: Network, factor: number): Network =>
  parseNetwork({
    ...network,
    layers: network.layers.map((layer) => {
      if (!("population" in layer) || layer.population === undefined) return layer;
      const { spacing, offset, ...population } = layer.population;
      return {
        ...layer,
        population: {
          ...{ ...population, spacing: factor * spacing },
          ...(offset !== undefined && { offset: factor * offset }),
        },
      };
    }),
  });

/** The trained method with the gain `factor`, as a predictor. */
export const predictorAtGain = (
  study: Study,
  method: Method,
  split: ImageSplit,
  seed: number,
  factor: number,
): Predictor => {
  const trial = trialOf(study, method, split, seed);
  const { network, title } = trial;
  const member = { network, training: parseTraining(trial.training), data: splitChecksum(split) };
  let opened: Promise<Model> | undefined;
  const open = (): Promise<Model> => {
    opened ??= study.trained(trial).then(({ run }) => atGain(run, factor));
    return opened;
  };
  return {
    ...{ name: factor === 1 ? title : `${title}, gain times ${factor}`, seeds: [seed] },
    // At 1 it is the method itself, whose scores may be cached.
    members: [factor === 1 ? member : { ...member, gain: factor }],
    seed,
    seconds: () => study.secondsOf(trial),
    models: async () => [await open()],
    async predict(images, passes) {
      return monteCarlo(await open(), images, { samples: passes, seed, ...scoringOf(study) });
    },
  };
};
