/**
 * Which detector tells images unlike the training data? Chosen on held-out digits against images made for the purpose;
 * then judged on the test images of MNIST, CIFAR-10 and N-MNIST against other data sets and perturbed images, for
 * stochastic and conventional networks, Monte Carlo dropout and ensembles.
 */
import type { ImageSplit } from "../datasets/dataset.ts";
import { blurred, noiseImages } from "../datasets/perturb.ts";
import { drawnImages, firstImages } from "../datasets/subset.ts";
import type { Images } from "../networks/images.ts";
import { chooseDetectors, choosingFor } from "./detectors/choice.ts";
import { judgeAll } from "./detectors/judge.ts";
import { perturbedFrames, perturbedImages } from "./detectors/perturbed.ts";
import { type Shares, sharesOf } from "./detectors/shares.ts";
import type { Experiment, ExperimentContext } from "./experiment.ts";
import { atCifarScale, cifarContenders } from "./predicting/cifar-contenders.ts";
import { mnistContenders, mnistContendersOf } from "./predicting/mnist-contenders.ts";
import { nmnistContenders } from "./predicting/nmnist-contenders.ts";
import { outOfDistribution } from "./predicting/out-of-distribution.ts";
import { foreignToCifar10, isMissing, openData, openMnist } from "./study/data.ts";
import { emptyRows } from "./study/table.ts";

/** The context with as many images of other sets as are scored. */
const scoring = (context: ExperimentContext, scored: number): ExperimentContext => ({
  ...context,
  budget: { ...context.budget, testImages: Math.min(context.budget.testImages, scored) },
});

export const detectors: Experiment = {
  name: "detectors",
  title: "MNIST: which images are unlike the training data?",
  reads: ["mnist", "fashion-mnist"],
  takesSeeds: true,
  takesOod: true,
  find: async (context) => {
    const { train, test } = await openMnist(context);
    const { fitted, scored } = sharesOf(context.budget);
    const familiar = firstImages(test, scored);
    const { others: known, left } = await outOfDistribution(scoring(context, scored), familiar);
    const others = [...known, ...perturbedImages(familiar, "digits")];
    const choice = await chooseDetectors(context, train);
    // The quick budget has no time for more networks.
    const { contenders, remarks } = await (context.budget.embedded
      ? mnistContendersOf(context, train, choosingFor(context.budget))
      : mnistContenders(context, train));
    const judged = await judgeAll(context, contenders, {
      fitted: firstImages(train, fitted),
      familiar,
      others,
    });
    return {
      rows: [...choice.rows, ...judged.rows],
      figures: [],
      remarks: [...choice.remarks, ...judged.remarks, ...left, ...remarks],
    };
  },
};

/** A data set whose networks are judged by the detectors that digits have chosen among. */
interface Judging extends Pick<Experiment, "name" | "title" | "reads"> {
  /** Name in `nsm data list`. */
  readonly data: string;
  /** Numbers of images at the standard budget, where all would take too long. */
  readonly standard?: Partial<Shares>;
  readonly contendersOf: typeof mnistContenders;
  /** Out-of-distribution images, at most `scored` of a set, and remarks on those that are not here. */
  readonly othersOf: (
    context: ExperimentContext,
    test: ImageSplit,
    scored: number,
  ) => Promise<{ readonly others: readonly Images[]; readonly left: readonly string[] }>;
  /** The context with the budget of its networks. Default: the context as it is. */
  readonly scaled?: (context: ExperimentContext) => ExperimentContext;
}

const judging = ({
  data,
  standard,
  contendersOf,
  othersOf,
  scaled = (context) => context,
  ...named
}: Judging): Experiment => ({
  ...named,
  takesSeeds: true,
  takesNotes: true,
  find: async (given) => {
    const context = scaled(given);
    const dataset = await openData(data, context);
    if (isMissing(dataset))
      return {
        rows: [...emptyRows(context, data, [{ name: "all methods", paper: null }], dataset)],
        ...{ figures: [], remarks: [] },
      };
    const { fitted, scored } = sharesOf(context.budget, standard);
    // Some data are sorted by class: images are drawn.
    const familiar = drawnImages(dataset.test, scored, 1);
    const { others, left } = await othersOf(context, familiar, scored);
    const { contenders, remarks } = await contendersOf(context, dataset.train);
    const found = await judgeAll(context, contenders, {
      ...{ fitted: drawnImages(dataset.train, fitted, 1), familiar, others },
      ...(dataset.note && { note: dataset.note }),
    });
    return { rows: [...found.rows], figures: [], remarks: [...found.remarks, ...left, ...remarks] };
  },
});

/** Standard deviation of the blur, in pixels. */
const BLUR = 3;

/** Images at the standard budget: areas of so many have a standard error of at most .006. */
const MANY = { fitted: 10_000, scored: 5000 };

export const cifarDetectors = judging({
  name: "cifar-detectors",
  title: "CIFAR-10: which images are unlike the training data?",
  reads: ["cifar10", "cifar100"],
  data: "cifar10",
  standard: MANY,
  scaled: atCifarScale,
  contendersOf: cifarContenders,
  othersOf: async (context, test, scored) => {
    const foreign = await foreignToCifar10(context, scored);
    return {
      others: [
        ...foreign,
        noiseImages(test.count, test.shape),
        { ...blurred(test, BLUR), name: `images blurred by ${BLUR} pixels` },
        ...perturbedImages(test, "images"),
      ],
      left: foreign.length > 0 ? [] : ["Without CIFAR-100: `nsm data fetch cifar100` gets it."],
    };
  },
});

export const nmnistDetectors = judging({
  name: "nmnist-detectors",
  title: "N-MNIST: which recordings are unlike the training data?",
  reads: ["nmnist"],
  data: "nmnist",
  standard: MANY,
  contendersOf: nmnistContenders,
  othersOf: async (_context, test) => ({ others: perturbedFrames(test), left: [] }),
});
