/**
 * CIFAR-10 by a network of populations: its errors, and whether it knows when it may err, against its conventional
 * counterpart, Monte Carlo dropout and an ensemble. The tables of errors have the paper's own network.
 */
import type { Dataset } from "../datasets/dataset.ts";
import { drawnImages } from "../datasets/subset.ts";
import type { Images } from "../networks/images.ts";
import type { Experiment, ExperimentContext } from "./experiment.ts";
import { atCifarScale, cifarContenders } from "./predicting/cifar-contenders.ts";
import { atPassesOfEnsembles, type Contender, networksOf } from "./predicting/predictors.ts";
import { uncertaintyFindings } from "./predicting/uncertainty-findings.ts";
import { foreignToCifar10, openMnist, openRequired } from "./study/data.ts";

/** Numbers of passes that are compared, besides that of an ensemble's networks. */
const PASSES = [1, 5, 20];

/** Lowest coverage that the figure of the risk shows. */
const LEAST_COVERAGE = 0.3;

export const cifar: Experiment = {
  name: "cifar",
  title: "CIFAR-10: populations against conventional networks",
  reads: ["cifar10", "cifar100"],
  takesSeeds: true,
  find: async (given) => {
    const context = atCifarScale(given);
    const { train, test, others } = await cifarData(context);
    const { contenders, remarks } = await cifarContenders(context, train);
    const found = await uncertaintyFindings(context, {
      contenders: [...contenders, ...atPassesOfEnsembles(contenders)],
      passes: passesWith(contenders),
      ...{ test, others, leastCoverage: LEAST_COVERAGE },
    });
    return { ...found, remarks: [...found.remarks, ...remarks] };
  },
};

const passesWith = (contenders: readonly Contender[]): readonly number[] =>
  [...new Set([...PASSES, ...contenders.map(networksOf)])].sort((a, b) => a - b);

/**
 * CIFAR-10 with CIFAR-100's test images as out-of-distribution data, if they are here; or the embedded digits where the
 * budget uses them and no folder of CIFAR-10 is given. Throws DataError if CIFAR-10 is missing.
 */
const cifarData = async (
  context: ExperimentContext,
): Promise<Pick<Dataset, "train" | "test"> & { readonly others: readonly Images[] }> => {
  const { embedded, images, testImages } = context.budget;
  if (embedded && context.data.cifar10 === undefined) {
    const { train, test } = await openMnist(context);
    return { train: drawnImages(train, images, 1), test: drawnImages(test, testImages, 1), others: [] };
  }
  const { train, test } = await openRequired("cifar10", "CIFAR-10", "its images", context);
  return { train, test, others: await foreignToCifar10(context, test.count) };
};
