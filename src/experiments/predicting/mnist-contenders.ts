/** Methods of estimating uncertainty that are compared on MNIST, by networks of the widths of mnist-cnn. */
import type { ImageSplit } from "../../datasets/dataset.ts";
import { mnistCnn } from "../../networks/catalogue.ts";
import { BERNOULLI, compared, GAUSSIAN, stochastic } from "../study/methods.ts";
import { type Study, seedsOf } from "../study/study.ts";
import { type Contender, contendersAndEnsemble, contendersOf, type Way } from "./predictors.ts";

/** Networks of the ensemble. */
const MEMBERS = 5;

const CONVENTIONAL: Way = {
  ...{ kind: "baseline", name: "dCNN, one pass" },
  method: compared("dCNN", mnistCnn, "relu", null),
};

const SINGLE: readonly Way[] = [
  { kind: "stochastic", name: "bNSM", method: stochastic("bNSM", mnistCnn, BERNOULLI, null) },
  { kind: "stochastic", name: "gNSM", method: stochastic("gNSM", mnistCnn, GAUSSIAN, null) },
  {
    ...{ kind: "baseline", name: "binary network, one pass" },
    method: compared("BN: binary, erf gradient", mnistCnn, "binary-erf", null),
  },
  CONVENTIONAL,
  {
    ...{ kind: "baseline", name: "dCNN, Monte Carlo dropout" },
    method: compared("dCNN, Monte Carlo dropout", mnistCnn, "monte-carlo-dropout", null),
  },
];

/** A network beside the others, by which detectors of images unlike the training data are chosen. */
const NORMALIZED: Way = {
  ...{ kind: "baseline", name: "dCNN with batch normalization, one pass" },
  method: compared("dCNN with batch normalization", mnistCnn, "batch-normalization", null),
};

interface Contenders {
  readonly contenders: readonly Contender[];
  readonly remarks: readonly string[];
}

/** The contenders of the given names, trained on `split`, with remarks. */
export const mnistContendersOf = (
  study: Study,
  split: ImageSplit,
  names: readonly string[],
): Promise<Contenders> =>
  contendersOf(
    study,
    split,
    [...SINGLE, NORMALIZED].filter(({ name }) => names.includes(name)),
  );

/** All contenders, trained on `split`, with remarks. */
export const mnistContenders = (study: Study, split: ImageSplit): Promise<Contenders> =>
  contendersAndEnsemble(study, split, SINGLE, CONVENTIONAL, seedsOf({ seeds: MEMBERS }));
