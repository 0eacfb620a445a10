/**
 * CIFAR-10 by a network of populations: its errors, and whether it knows when it may err, against its conventional
 * counterpart, Monte Carlo dropout and an ensemble. The tables of errors have the paper's own network.
 */
import type { Dataset } from "../datasets/dataset.ts";
import { drawnImages } from "../datasets/subset.ts";
import type { Images } from "../networks/images.ts";
import type { Network } from "../networks/network.ts";
import { CIFAR_WIDTHS, type PopulationWidths, populationNetwork } from "../networks/population-networks.ts";
import type { Noise } from "../nn/noise/noise.ts";
import { recipeOf } from "../training/recipes.ts";
import type { Experiment, ExperimentContext } from "./experiment.ts";
import { contendersAndEnsemble, contendersOf, type Way } from "./predicting/predictors.ts";
import { uncertaintyFindings } from "./predicting/uncertainty-findings.ts";
import type { Budget, BudgetName } from "./study/budgets.ts";
import { foreignToCifar10, openMnist, openRequired } from "./study/data.ts";
import { BERNOULLI, compared, stochastic } from "./study/methods.ts";
import { seedsOf } from "./study/study.ts";

interface Scale extends Pick<Budget, "epochs" | "samples" | "images"> {
  readonly widths: PopulationWidths;
}

const ALL = Number.POSITIVE_INFINITY;

/** Name of the network, by which its recipe is found. */
const NAME = "cifar10-population";

const SCALES: Readonly<Record<BudgetName, Scale>> = {
  /** Too short to conclude anything: whether everything works. */
  quick: { widths: { stem: 4, pairs: [8, 8] }, epochs: 1, samples: 5, images: 300 },
  standard: { widths: CIFAR_WIDTHS, epochs: recipeOf(NAME).epochs!, samples: 20, images: ALL },
  paper: { widths: CIFAR_WIDTHS, epochs: 100, samples: 100, images: ALL },
};

/** Numbers of passes that are compared. */
const PASSES = [1, 5, 20, 100];

/** Lowest coverage that the figure of the risk shows. */
const LEAST_COVERAGE = 0.3;

export const cifar: Experiment = {
  name: "cifar",
  title: "CIFAR-10: populations against conventional networks",
  reads: ["cifar10", "cifar100"],
  takesSeeds: true,
  find: async (given) => {
    const { widths, ...scale } = SCALES[given.budget.name];
    // Learning rates are the recipe's: a search would take a day.
    const context = { ...given, budget: { ...given.budget, ...scale, searchEpochs: 0 } };
    const { train, test, others } = await cifarData(context);
    const { shape: input, classes } = train;
    const build = (noise: Noise): Network =>
      populationNetwork({ ...{ name: NAME, input, classes, noise }, ...widths });
    const conventional: Way = {
      ...{ kind: "baseline", name: "dCNN, one pass" },
      method: compared("dCNN", build, "batch-normalization", null),
    };
    const ways = waysOf(build, conventional);
    const seeds = seedsOf(context);
    const { contenders, remarks } = await (seeds.length > 1
      ? contendersAndEnsemble(context, train, ways, conventional, seeds)
      : contendersOf(context, train, ways));
    const found = await uncertaintyFindings(context, {
      ...{ contenders, test, others, passes: PASSES, leastCoverage: LEAST_COVERAGE },
    });
    return { ...found, remarks: [...found.remarks, ...remarks] };
  },
};

const waysOf = (build: (noise: Noise) => Network, conventional: Way): readonly Way[] => [
  { kind: "stochastic", name: "populations", method: stochastic("populations", build, BERNOULLI, null) },
  conventional,
  {
    ...{ kind: "baseline", name: "dCNN, Monte Carlo dropout" },
    method: compared("dCNN, Monte Carlo dropout", build, "monte-carlo-dropout-batch-normalization", null),
  },
];

/**
 * CIFAR-10 with CIFAR-100's test images as out-of-distribution data, if they are here; or the embedded digits where the
 * budget uses them and no folder of CIFAR-10 is given. Throws DataError if CIFAR-10 is missing.
 */
const cifarData = async (
  context: ExperimentContext,
): Promise<Pick<Dataset, "train" | "test"> & { readonly others: readonly Images[] }> => {
  const { embedded, images } = context.budget;
  if (embedded && context.data.cifar10 === undefined) {
    const { train, test } = await openMnist(context);
    return { train: drawnImages(train, images, 1), test: drawnImages(test, images, 1), others: [] };
  }
  const { train, test } = await openRequired("cifar10", "CIFAR-10", "its images", context);
  return { train, test, others: await foreignToCifar10(context, test.count) };
};
