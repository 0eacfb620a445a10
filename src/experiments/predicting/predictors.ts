/**
 * Methods of estimating uncertainty: stochastic networks, and baselines of the same widths: one pass of a deterministic
 * network, with the same neurons without noise or with rectifiers; Monte Carlo dropout (Gal & Ghahramani, ICML 2016); deep
 * ensembles (Lakshminarayanan, Pritzel & Blundell, NeurIPS 2017).
 */
import type { ImageSplit } from "../../datasets/dataset.ts";
import { monteCarlo } from "../../inference/node.ts";
import { accumulator, type Uncertainty } from "../../inference/uncertainty.ts";
import type { Images } from "../../networks/images.ts";
import type { Model } from "../../networks/model.ts";
import type { Network } from "../../networks/network.ts";
import { hasNoise } from "../../networks/plan.ts";
import { parseTraining } from "../../training/configuration.ts";
import { splitChecksum } from "../../training/runs/run.ts";
import { atSearchedRates } from "../study/learning-rate.ts";
import { type Method, trialOf } from "../study/methods.ts";
import { type Study, scoringOf, seedsOf, type Trial } from "../study/study.ts";
import { total } from "../study/summarize.ts";
import type { TrainingTime } from "../study/training-time.ts";

/** One run of a method, or an ensemble of several. */
export interface Predictor {
  readonly name: string;
  readonly seeds: readonly number[];
  /** Identity of the networks in cached results: their descriptions, settings and data. */
  readonly members: readonly object[];
  /** Random seed of the passes: that of the run, as in the tables, so that a network has one score; 1 without noise. */
  readonly seed: number;
  /** Training time of all members together. */
  readonly seconds: () => Promise<TrainingTime>;
  readonly predict: (images: Images, passes: number) => Promise<Uncertainty>;
  /** The networks, trained or opened at the first call. */
  readonly models: () => Promise<readonly Model[]>;
}

/** A method of estimating uncertainty. */
export interface Contender {
  readonly name: string;
  /** An NSM, or a method that it is compared with. */
  readonly kind: "stochastic" | "baseline";
  /** Description of its networks. */
  readonly network: Network;
  /** Whether the number of Monte Carlo samples matters. */
  readonly samples: boolean;
  /** Passes by which it is scored, if not by the budget's number of samples. */
  readonly passes?: number;
  /** One predictor for each seed. */
  readonly predictors: readonly Predictor[];
}

/** A trained method as a contender. */
export interface Way extends Pick<Contender, "kind" | "name"> {
  readonly method: Method;
}

/** Contenders with one run a seed at their searched learning rates, the methods at these rates, and remarks. */
export const contendersOf = async (
  study: Study,
  split: ImageSplit,
  ways: readonly Way[],
): Promise<{
  readonly contenders: readonly Contender[];
  readonly methods: readonly Method[];
  readonly remarks: readonly string[];
}> => {
  const own = ways.map(({ method }) => method);
  const { methods, remarks } = await atSearchedRates(study, own, split);
  const contenders = ways.map(({ kind, name }, k): Contender => {
    const method = methods[k]!;
    const { network } = method;
    const predictors = seedsOf(study).map((seed) => predictor(study, split, name, method, [seed]));
    return { kind, name, network, samples: hasNoise(network), predictors };
  });
  return { contenders, methods, remarks };
};

/**
 * Contenders as by `contendersOf`; and, if there are several seeds, an ensemble of networks of the way `member`, each of
 * which passes once.
 */
export const contendersAndEnsemble = async (
  study: Study,
  split: ImageSplit,
  ways: readonly Way[],
  member: Way,
  seeds: readonly number[],
): Promise<{ readonly contenders: readonly Contender[]; readonly remarks: readonly string[] }> => {
  const { contenders, methods, remarks } = await contendersOf(study, split, ways);
  if (seeds.length < 2) return { contenders, remarks };
  const name = `dCNN, ensemble of ${seeds.length}`;
  const method = methods[ways.indexOf(member)]!;
  const ensemble: Contender = {
    ...{ kind: "baseline", name, network: method.network, samples: false },
    predictors: [predictor(study, split, name, method, seeds)],
  };
  return { contenders: [...contenders, ensemble], remarks };
};

/** Networks that each predictor of a contender consists of: more than one for ensembles. */
export const networksOf = ({ predictors: [first] }: Contender): number => first!.seeds.length;

/**
 * The stochastic contenders once more, for each ensemble by as many passes as it has networks: each of these passes once.
 */
export const atPassesOfEnsembles = (contenders: readonly Contender[]): readonly Contender[] =>
  contenders
    .map(networksOf)
    .filter((networks) => networks > 1)
    .flatMap((passes) =>
      contenders
        .filter(({ kind }) => kind === "stochastic")
        .map((own) => ({ ...own, name: `${own.name}, ${passes} passes`, passes })),
    );

/** A predictor whose networks are trained or opened at its first prediction: never where all results are cached. */
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
  const scoring = scoringOf(study);
  const seed = hasNoise(network) ? seeds[0]! : 1;
  let opened: Promise<readonly Model[]> | undefined;
  const trained = (): Promise<readonly Model[]> => {
    opened ??= modelsOf(study, trials);
    return opened;
  };
  const predict = async (images: Images, passes: number): Promise<Uncertainty> => {
    const models = await trained();
    if (models.length === 1) return monteCarlo(models[0]!, images, { samples: passes, seed, ...scoring });
    const together = accumulator(images.count, network.classes);
    for (const model of models) {
      const { probabilities } = await monteCarlo(model, images, { samples: 1, seed, ...scoring });
      together.add(Float32Array.from(probabilities));
    }
    return together.result();
  };
  const seconds = async (): Promise<TrainingTime> =>
    total(await Promise.all(trials.map((trial) => study.secondsOf(trial))));
  return {
    name: seeds.length === 1 ? `${name}, seed ${seeds[0]}` : name,
    ...{ seeds, members, seed, seconds, predict, models: trained },
  };
};

const modelsOf = async (study: Study, trials: readonly Trial[]): Promise<readonly Model[]> => {
  const models: Model[] = [];
  for (const trial of trials) models.push((await study.trained(trial)).run);
  return models;
};
