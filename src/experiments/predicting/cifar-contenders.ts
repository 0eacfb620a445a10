/** Methods of estimating uncertainty that are compared on CIFAR-10, by networks of the widths of cifar10-population. */
import type { ImageSplit } from "../../datasets/dataset.ts";
import type { Network } from "../../networks/network.ts";
import {
  CIFAR_WIDTHS,
  type PopulationWidths,
  populationNetwork,
} from "../../networks/population-networks.ts";
import type { Noise } from "../../nn/noise/noise.ts";
import { recipeOf } from "../../training/recipes.ts";
import type { Budget, BudgetName } from "../study/budgets.ts";
import { BERNOULLI, compared, stochastic } from "../study/methods.ts";
import { type Study, seedsOf } from "../study/study.ts";
import { type Contender, contendersAndEnsemble, type Way } from "./predictors.ts";

interface Scale extends Pick<Budget, "epochs" | "samples" | "images" | "testImages"> {
  readonly widths: PopulationWidths;
}

const ALL = Number.POSITIVE_INFINITY;

/** Name of the network, by which its recipe is found. */
const NAME = "cifar10-population";

const SCALES: Readonly<Record<BudgetName, Scale>> = {
  /** Too short to conclude anything: whether everything works. */
  quick: { widths: { stem: 4, pairs: [8, 8] }, epochs: 1, samples: 5, images: 300, testImages: 300 },
  standard: {
    widths: CIFAR_WIDTHS,
    epochs: recipeOf(NAME).epochs!,
    samples: 20,
    images: ALL,
    testImages: ALL,
  },
  paper: { widths: CIFAR_WIDTHS, epochs: 100, samples: 100, images: ALL, testImages: ALL },
};

/** The context with the budget of these networks. Learning rates are the recipe's: a search would take a day. */
export const atCifarScale = <Context extends Pick<Study, "budget">>(context: Context): Context => {
  const { widths: _, ...scale } = SCALES[context.budget.name];
  return { ...context, budget: { ...context.budget, ...scale, searchEpochs: 0 } };
};

/** All contenders, trained on `split`, with remarks; an ensemble if there are several seeds. */
export const cifarContenders = (
  study: Study,
  split: ImageSplit,
): Promise<{ readonly contenders: readonly Contender[]; readonly remarks: readonly string[] }> => {
  const { shape: input, classes } = split;
  const { widths } = SCALES[study.budget.name];
  const build = (noise: Noise): Network =>
    populationNetwork({ ...{ name: NAME, input, classes, noise }, ...widths });
  const conventional: Way = {
    ...{ kind: "baseline", name: "dCNN, one pass" },
    method: compared("dCNN", build, "batch-normalization", null),
  };
  return contendersAndEnsemble(study, split, waysOf(build, conventional), conventional, seedsOf(study));
};

const waysOf = (build: (noise: Noise) => Network, conventional: Way): readonly Way[] => [
  { kind: "stochastic", name: "populations", method: stochastic("populations", build, BERNOULLI, null) },
  conventional,
  {
    ...{ kind: "baseline", name: "dCNN, Monte Carlo dropout" },
    method: compared("dCNN, Monte Carlo dropout", build, "monte-carlo-dropout-batch-normalization", null),
  },
];
