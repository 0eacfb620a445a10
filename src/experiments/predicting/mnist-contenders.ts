/** Methods of estimating uncertainty that are compared on MNIST, by networks of the widths of mnist-cnn. */
import type { ImageSplit } from "../../datasets/dataset.ts";
import { mnistCnn } from "../../networks/catalogue.ts";
import { BERNOULLI, compared, GAUSSIAN, stochastic } from "../study/methods.ts";
import { type Study, seedsOf } from "../study/study.ts";
import { type Contender, contendersOf, ensembleOf, type Way } from "./predictors.ts";

/** Networks of the ensemble. */
const MEMBERS = 5;

const CONVENTIONAL = compared("dCNN", mnistCnn, "relu", null);

const SINGLE: readonly Way[] = [
  { kind: "stochastic", name: "bNSM", method: stochastic("bNSM", mnistCnn, BERNOULLI, null) },
  { kind: "stochastic", name: "gNSM", method: stochastic("gNSM", mnistCnn, GAUSSIAN, null) },
  {
    ...{ kind: "baseline", name: "binary network, one pass" },
    method: compared("BN: binary, erf gradient", mnistCnn, "binary-erf", null),
  },
  { kind: "baseline", name: "dCNN, one pass", method: CONVENTIONAL },
  {
    ...{ kind: "baseline", name: "dCNN, Monte Carlo dropout" },
    method: compared("dCNN, Monte Carlo dropout", mnistCnn, "monte-carlo-dropout", null),
  },
];

/** All contenders, trained on `split`, with remarks. */
export const mnistContenders = async (
  study: Study,
  split: ImageSplit,
): Promise<{ readonly contenders: readonly Contender[]; readonly remarks: readonly string[] }> => {
  const { contenders, methods, remarks } = await contendersOf(study, split, SINGLE);
  const conventional = methods[SINGLE.findIndex(({ method }) => method === CONVENTIONAL)]!;
  const seeds = seedsOf({ seeds: MEMBERS });
  const ensemble = ensembleOf(study, split, `dCNN, ensemble of ${MEMBERS}`, conventional, seeds);
  return { contenders: [...contenders, ensemble], remarks };
};
