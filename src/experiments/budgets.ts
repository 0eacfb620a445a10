/** How much an experiment may spend. */

export interface Budget {
  readonly name: BudgetName;
  /** Runs of each method, which differ by their seeds. */
  readonly seeds: number;
  /** Passes through the training split. */
  readonly epochs: number;
  /** Passes an image in use. */
  readonly samples: number;
  /** Examples of a stream that is learned online, at most. */
  readonly stream: number;
  /** Whether the digits that come with the package stand for MNIST, even where all of it is at hand. */
  readonly embedded: boolean;
  /** In words. */
  readonly about: string;
}

export const BUDGET_NAMES = ["quick", "standard", "paper"] as const;
export type BudgetName = (typeof BUDGET_NAMES)[number];

export const BUDGETS: Readonly<Record<BudgetName, Budget>> = {
  quick: {
    ...{ name: "quick", seeds: 1, epochs: 2, samples: 10, stream: 400, embedded: true },
    about: "two epochs of the embedded digits: whether everything works, in minutes",
  },
  standard: {
    ...{ name: "standard", seeds: 3, epochs: 15, samples: 100, stream: 20_000, embedded: false },
    about: "15 epochs and three seeds: an hour or two an experiment on two cores",
  },
  paper: {
    ...{ name: "paper", seeds: 3, epochs: 100, samples: 100, stream: 100_000, embedded: false },
    about: "the paper's 100 epochs and three seeds: days on two cores",
  },
};
