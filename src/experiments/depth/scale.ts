/** Sizes of the experiment on depth: networks, epochs, samples and what is varied, for each budget. */
import type { Budget, BudgetName } from "../study/budgets.ts";

/** Size of a network. */
export interface Extent {
  /** Channels of the stem and of the layers before the first pooling; later layers have twice as many. */
  readonly channels: number;
  /** Convolutions before each of the two poolings, and after them. */
  readonly depth: number;
}

export interface Scale {
  readonly deep: Extent;
  readonly shallow: Extent;
  /** Neurons of a population in the recipe. */
  readonly population: number;
  /** Other sizes of populations. */
  readonly otherPopulations: readonly number[];
  /** Whether thresholds, pooling, centring, start, label smoothing and averaging are exchanged too, one at a time. */
  readonly ablates: boolean;
  /** Factors of the potentials of a trained network, besides 1. */
  readonly gains: readonly number[];
  /** Largest number of images that are used. */
  readonly images: number;
  /** Inverse fraction of the training images that are held out, the last ones. */
  readonly heldOut: number;
  readonly epochs: number;
  readonly searchEpochs: number;
  readonly warmupSteps: number;
  /** Monte Carlo samples an image. */
  readonly samples: number;
  /** Images of the signal by depth. */
  readonly signalImages: number;
}

const SCALES: Readonly<Record<BudgetName, Scale>> = {
  /** Too short to conclude anything: whether everything works. */
  quick: {
    deep: { channels: 4, depth: 3 },
    shallow: { channels: 8, depth: 1 },
    ...{ population: 4, otherPopulations: [1], ablates: false, gains: [2] },
    ...{ images: 1000, heldOut: 4, signalImages: 100 },
    ...{ epochs: 2, searchEpochs: 0, warmupSteps: 4, samples: 5 },
  },
  /** A quarter of the paper's width. */
  standard: {
    deep: { channels: 24, depth: 3 },
    shallow: { channels: 48, depth: 1 },
    ...{ population: 4, otherPopulations: [1, 2, 8], ablates: true, gains: [0.5, 2, 4] },
    ...{ images: Number.POSITIVE_INFINITY, heldOut: 10, signalImages: 500 },
    ...{ epochs: 3, searchEpochs: 1, warmupSteps: 100, samples: 20 },
  },
  /** The paper's width and length. */
  paper: {
    deep: { channels: 96, depth: 3 },
    shallow: { channels: 96, depth: 1 },
    ...{ population: 4, otherPopulations: [1, 2, 8], ablates: true, gains: [0.5, 2, 4] },
    ...{ images: Number.POSITIVE_INFINITY, heldOut: 10, signalImages: 500 },
    ...{ epochs: 100, searchEpochs: 10, warmupSteps: 200, samples: 100 },
  },
};

export const scaleOf = ({ name }: Budget): Scale => SCALES[name];

/** The budget with the epochs and samples of the experiment. */
export const budgetAt = (budget: Budget, { epochs, searchEpochs, samples }: Scale): Budget => ({
  ...budget,
  ...{ epochs, searchEpochs, samples },
});
