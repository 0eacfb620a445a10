/** Whether stochastic networks are as good as conventional ones of the same widths. */
import type { Estimate } from "../difference.ts";
import type { Claim, Outcome, Result } from "./claim.ts";
import { CIFAR_PAIRS, type Gap, gapsOfPairs, gapsOfRows, inPoints, missingData } from "./gaps.ts";

/** Fraction of the conventional network's error by which an error may be higher and still be as good. */
const AS_GOOD = 0.1;

export const isAsGood = ({ low, high }: Estimate, other: number): Outcome =>
  high <= AS_GOOD * other ? "for" : low > 0 ? "against" : "open";

const qualityOf = ({ about, difference, other, isSingle, isPartial }: Gap): Result => ({
  ...{ about, text: inPoints(difference), outcome: isAsGood(difference, other), isSingle, isPartial },
});

export const quality: Claim = {
  name: "quality",
  claim: "NSMs are as good as conventional networks of the same architecture, or better.",
  tested: "Error less that of a rectifier network of the same widths",
  rule:
    `For: the interval ends at ${100 * AS_GOOD} % of the conventional network's error or below. Against: it ` +
    "begins above zero.",
  tests: [
    { experiment: "mnist-table", about: "MNIST", find: (own) => gapsOfRows(own).map(qualityOf) },
    {
      ...{ experiment: "data-table", about: "other data" },
      find: (own) => [...gapsOfRows(own).map(qualityOf), ...missingData(own)],
    },
    {
      ...{ experiment: "cifar", about: "CIFAR-10" },
      find: (own) => gapsOfPairs(own, "CIFAR-10", CIFAR_PAIRS).map(qualityOf),
    },
  ],
};
