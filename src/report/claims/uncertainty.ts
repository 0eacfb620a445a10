/** Whether averaged passes tell the uncertainty, better than a single deterministic pass does. */
import type { Comparison, Findings } from "../../experiments/findings/findings.ts";
import { binomialTail } from "../../statistics/clopper-pearson.ts";
import { estimateOf } from "../difference.ts";
import { intervalText, significant } from "../number-text.ts";
import type { Claim, Outcome, Result } from "./claim.ts";
import { ERROR, lacksOfComparison, STOCHASTIC } from "./gaps.ts";

/** Share of comparisons whose interval lies on one side of zero by chance. */
const BY_CHANCE = 0.025;

/** Probability below which as many are more than chance explains. */
const LEAST_CHANCE = 0.05;

/** Whether chance explains `found` of `all` comparisons on one side: independent ones, which these are only about. */
const isChance = (found: number, all: number): boolean =>
  1 - binomialTail(found - 1, all, BY_CHANCE) > LEAST_CHANCE;

/** Comparisons of stochastic networks with another, except those of the error; one result for each verdict. */
const comparisonsWith = (
  findings: Findings,
  data: string,
  names: readonly string[],
  other: string,
): readonly Result[] => {
  const all = (findings.comparisons ?? []).filter(
    (own) => names.includes(own.name) && own.other === other && own.measure !== ERROR,
  );
  const of = (verdict: Comparison["verdict"], outcome: Outcome, words: string): readonly Result[] => {
    const found = all.filter((own) => own.verdict === verdict);
    const [first] = found;
    if (first === undefined) return [];
    const decides = outcome !== "open" && !isChance(found.length, all.length);
    const chance = outcome !== "open" && !decides ? ", as chance may" : "";
    const example = `${first.measure} of ${first.name} by ${intervalText(estimateOf(first), significant)}`;
    return [
      {
        about: `${data}, against ${other}`,
        text: `${words} ${found.length} of ${all.length}${chance}${outcome === "open" ? "" : `, such as ${example}`}`,
        outcome: decides ? outcome : "open",
        ...lacksOfComparison(findings, first),
      },
    ];
  };
  return [
    ...of("better", "for", "better in"),
    ...of("worse", "against", "worse in"),
    ...of("neither", "open", "no significant difference in"),
  ];
};

export const uncertainty: Claim = {
  name: "uncertainty",
  claim: "Every pass is a Monte Carlo sample, so that averaging passes tells the uncertainty.",
  tested:
    "NLL, ECE, AURC and detection of out-of-distribution images, against networks of one deterministic pass",
  rule:
    "For: more comparisons are significantly better, by their intervals, than chance explains (binomial, 5 %). " +
    "Against: more are significantly worse.",
  tests: [
    {
      ...{ experiment: "uncertainty", about: "MNIST" },
      find: (own) => [
        ...comparisonsWith(own, "MNIST", STOCHASTIC, "binary network, one pass"),
        ...comparisonsWith(own, "MNIST", STOCHASTIC, "dCNN, one pass"),
      ],
    },
    {
      ...{ experiment: "cifar", about: "CIFAR-10" },
      find: (own) => comparisonsWith(own, "CIFAR-10", ["populations"], "dCNN, one pass"),
    },
  ],
};
