/** Whether noise that is always on and threshold neurons suffice: errors against those of rectifiers. */
import type { Claim } from "./claim.ts";
import { CIFAR_PAIRS, DEPTH_PAIRS, type Gap, gapsOfPairs, gapsOfRows, missingData } from "./gaps.ts";
import { SUFFICIENCY_RULE, sufficiency } from "./sufficiency.ts";

/** Gaps with the highest limit of each data set: all networks must suffice. */
const widest = (gaps: readonly Gap[]): readonly Gap[] =>
  gaps.filter((gap) =>
    gaps.every(({ data, difference }) => data !== gap.data || difference.high <= gap.difference.high),
  );

export const sufficient: Claim = {
  name: "sufficient",
  claim: "Multiplicative noise that is always on and threshold neurons suffice for deep learning.",
  tested: "Error less that of a rectifier network of the same widths; of bNSM and gNSM the higher one",
  rule: SUFFICIENCY_RULE,
  tests: [
    { experiment: "mnist-table", about: "MNIST", find: (own) => widest(gapsOfRows(own)).map(sufficiency) },
    {
      ...{ experiment: "data-table", about: "other data" },
      find: (own) => [...widest(gapsOfRows(own)).map(sufficiency), ...missingData(own)],
    },
    {
      ...{ experiment: "depth", about: "depth, CIFAR-10" },
      find: (own) => gapsOfPairs(own, "CIFAR-10 at half size", DEPTH_PAIRS).map(sufficiency),
    },
    {
      ...{ experiment: "cifar", about: "CIFAR-10" },
      find: (own) => gapsOfPairs(own, "CIFAR-10", CIFAR_PAIRS).map(sufficiency),
    },
  ],
};
