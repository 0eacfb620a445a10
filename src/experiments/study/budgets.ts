/** How much an experiment may spend. */

export interface Budget {
  readonly name: BudgetName;
  /** Runs of each method, which differ by their seeds. */
  readonly seeds: number;
  /** Passes through the training split. */
  readonly epochs: number;
  /** The same in the search for a learning rate; 0 for none: everything learns at the rate of its recipe. */
  readonly searchEpochs: number;
  /** Passes an image in use. */
  readonly samples: number;
  /** Examples of a stream that is learned online, at most. */
  readonly stream: number;
  /** Images of each split of other data sets than MNIST, at most. */
  readonly images: number;
  /** Whether the digits that come with the package stand for MNIST, even where all of it is at hand. */
  readonly embedded: boolean;
  /** In words. */
  readonly about: string;
}

export const BUDGET_NAMES = ["quick", "standard", "paper"] as const;
export type BudgetName = (typeof BUDGET_NAMES)[number];

const ALL = Number.POSITIVE_INFINITY;

export const BUDGETS: Readonly<Record<BudgetName, Budget>> = {
  quick: {
    ...{ name: "quick", seeds: 1, epochs: 1, searchEpochs: 0, samples: 10 },
    ...{ stream: 400, images: 2000, embedded: true },
    about:
      "one epoch of the embedded digits, and of a few images of other data: whether everything works, in minutes",
  },
  standard: {
    ...{ name: "standard", seeds: 3, epochs: 15, searchEpochs: 4, samples: 100 },
    ...{ stream: 20_000, images: ALL, embedded: false },
    about: "15 epochs and three seeds: up to some hours an experiment on two cores",
  },
  paper: {
    ...{ name: "paper", seeds: 3, epochs: 100, searchEpochs: 10, samples: 100 },
    ...{ stream: ALL, images: ALL, embedded: false },
    about: "the paper's 100 epochs and three seeds: days on two cores",
  },
};
