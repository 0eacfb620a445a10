/** Methods of estimating uncertainty that are compared on N-MNIST, by networks of the widths of nmnist-cnn. */
import type { ImageSplit } from "../../datasets/dataset.ts";
import { nmnistCnn } from "../../networks/catalogue.ts";
import { BERNOULLI, compared, GAUSSIAN, stochastic } from "../study/methods.ts";
import { inSmallBatches } from "../study/small-batches.ts";
import { type Study, seedsOf } from "../study/study.ts";
import { type Contender, contendersAndEnsemble, type Way } from "./predictors.ts";

const CONVENTIONAL: Way = {
  ...{ kind: "baseline", name: "dCNN, one pass" },
  method: compared("dCNN", nmnistCnn, "relu", null),
};

const WAYS: readonly Way[] = [
  { kind: "stochastic", name: "bNSM", method: stochastic("bNSM", nmnistCnn, BERNOULLI, null) },
  { kind: "stochastic", name: "gNSM", method: stochastic("gNSM", nmnistCnn, GAUSSIAN, null) },
  CONVENTIONAL,
  {
    ...{ kind: "baseline", name: "dCNN, Monte Carlo dropout" },
    method: compared("dCNN, Monte Carlo dropout", nmnistCnn, "monte-carlo-dropout", null),
  },
];

/** All contenders, trained on `split`, with remarks; an ensemble if there are several seeds. */
export const nmnistContenders = (
  study: Study,
  split: ImageSplit,
): Promise<{ readonly contenders: readonly Contender[]; readonly remarks: readonly string[] }> => {
  const ways = WAYS.map((way) => ({ ...way, method: inSmallBatches([way.method], split.count)[0]! }));
  return contendersAndEnsemble(study, split, ways, ways[WAYS.indexOf(CONVENTIONAL)]!, seedsOf(study));
};
