/**
 * Ways to be unsure of an image: the stochastic network, and what the field would do with a conventional one of the same
 * architecture: one deterministic pass; Monte Carlo dropout (Gal & Ghahramani, ICML 2016); the mean of networks that
 * were trained by themselves (Lakshminarayanan, Pritzel & Blundell, NeurIPS 2017).
 */
import type { ImageSplit } from "../../datasets/dataset.ts";
import { monteCarlo } from "../../inference/monte-carlo.ts";
import { accumulator, type Uncertainty } from "../../inference/uncertainty.ts";
import { mnistCnn } from "../../networks/catalogue.ts";
import type { Images } from "../../networks/images.ts";
import { hasNoise } from "../../networks/layers.ts";
import type { Model } from "../../networks/model.ts";
import { createEngine } from "../../runtime/node.ts";
import { parseTraining } from "../../training/configuration.ts";
import { splitChecksum } from "../../training/run.ts";
import { atSearchedRates } from "../study/learning-rate.ts";
import { BERNOULLI, compared, type Method, stochastic, trialOf } from "../study/methods.ts";
import { engineOf, type Study, type Trial } from "../study/study.ts";

export interface Predictor {
  readonly name: string;
  /** The networks' fingerprints, as far as this study knows them: what results are found again by. */
  readonly members: readonly object[];
  /** Wall time of training so far. */
  readonly seconds: () => Promise<number>;
  /** Whether more passes tell more. */
  readonly samples: boolean;
  readonly predict: (images: Images, passes: number) => Promise<Uncertainty>;
}

const MEMBERS = 5;

const METHODS = [
  stochastic("bNSM", mnistCnn, BERNOULLI, null),
  compared("dCNN", mnistCnn, "relu", null),
  compared("dCNN, Monte Carlo dropout", mnistCnn, "monte-carlo-dropout", null),
];

/** All of them, for mnist-cnn, trained on `split`, and what is to be said of that. */
export const predictorsOf = async (
  study: Study,
  split: ImageSplit,
): Promise<{ readonly predictors: readonly Predictor[]; readonly remarks: readonly string[] }> => {
  const members = Array.from({ length: MEMBERS }, (_, k) => k + 1);
  const { methods, remarks } = await atSearchedRates(study, METHODS, split);
  const [nsm, plain, dropout] = methods as [Method, Method, Method];
  const predictors = [
    predictor(study, split, "bNSM", nsm, [1]),
    predictor(study, split, "dCNN, one deterministic pass", plain, [1]),
    predictor(study, split, "dCNN, Monte Carlo dropout", dropout, [1]),
    predictor(study, split, `dCNN, ensemble of ${MEMBERS}`, plain, members),
  ];
  return { predictors, remarks };
};

/** Networks that are trained, or opened, when the first prediction is asked for: none, where all results are known. */
const predictor = (
  study: Study,
  split: ImageSplit,
  name: string,
  method: Method,
  seeds: readonly number[],
): Predictor => {
  const trials = seeds.map((seed) => trialOf(study, { ...method, name }, split, seed));
  const { network } = method;
  const data = splitChecksum(split);
  const members = trials.map(({ training }) => ({
    ...{ network, training: parseTraining(training), data },
  }));
  const engine = createEngine(engineOf(study));
  let opened: Promise<readonly Model[]> | undefined;
  const predict = async (images: Images, passes: number): Promise<Uncertainty> => {
    opened ??= modelsOf(study, trials);
    const models = await opened;
    if (models.length === 1) return monteCarlo(engine, models[0]!, images, { samples: passes, seed: 1 });
    const together = accumulator(images.count, network.classes);
    for (const model of models) {
      const { probabilities } = await monteCarlo(engine, model, images, { samples: 1, seed: 1 });
      together.add(Float32Array.from(probabilities));
    }
    return together.result();
  };
  const seconds = async (): Promise<number> => {
    const each = await Promise.all(trials.map((trial) => study.secondsOf(trial)));
    return each.reduce((sum, own) => sum + own, 0);
  };
  const samples = seeds.length === 1 && hasNoise(network);
  return { name, members, seconds, samples, predict };
};

const modelsOf = async (study: Study, trials: readonly Trial[]): Promise<readonly Model[]> => {
  const models: Model[] = [];
  for (const trial of trials) models.push((await study.trained(trial)).run);
  return models;
};
