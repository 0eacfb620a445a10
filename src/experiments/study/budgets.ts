/** Budgets of experiments: seeds, epochs, samples, images. */

export interface Budget {
  readonly name: BudgetName;
  /** Runs of each method, with seeds 1, 2, .. */
  readonly seeds: number;
  /** Epochs of training. */
  readonly epochs: number;
  /** Epochs of each run of the learning rate search; 0 for no search: methods learn at the rates of their recipes. */
  readonly searchEpochs: number;
  /** Monte Carlo samples an image at inference. */
  readonly samples: number;
  /** Largest number of examples of an online stream. */
  readonly stream: number;
  /** Largest number of training images. */
  readonly images: number;
  /** Largest number of test images, and of out-of-distribution images. */
  readonly testImages: number;
  /** Whether the embedded digits are used for MNIST even where all of MNIST is present. */
  readonly embedded: boolean;
  /** Description for help texts. */
  readonly about: string;
}

export const BUDGET_NAMES = ["quick", "standard", "paper"] as const;
export type BudgetName = (typeof BUDGET_NAMES)[number];

const ALL = Number.POSITIVE_INFINITY;

export const BUDGETS: Readonly<Record<BudgetName, Budget>> = {
  quick: {
    ...{ name: "quick", seeds: 1, epochs: 1, searchEpochs: 0, samples: 5 },
    ...{ stream: 250, images: 1500, testImages: 500, embedded: true },
    about:
      "one epoch of a few of the embedded digits, or of other images: whether everything works, in minutes",
  },
  standard: {
    ...{ name: "standard", seeds: 3, epochs: 15, searchEpochs: 4, samples: 100 },
    ...{ stream: 20_000, images: ALL, testImages: ALL, embedded: false },
    about: "15 epochs and three seeds: up to some hours an experiment on two cores",
  },
  paper: {
    ...{ name: "paper", seeds: 3, epochs: 100, searchEpochs: 10, samples: 100 },
    ...{ stream: ALL, images: ALL, testImages: ALL, embedded: false },
    about: "the paper's 100 epochs and three seeds: days on two cores",
  },
};
