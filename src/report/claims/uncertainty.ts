/** Whether averaged passes tell the uncertainty, better than a single deterministic pass does. */
import type { Comparison, Findings } from "../../experiments/findings/findings.ts";
import { estimateOf } from "../difference.ts";
import { intervalText, significant } from "../number-text.ts";
import type { Claim, Outcome, Result } from "./claim.ts";
import { ERROR, isSingleComparison, STOCHASTIC } from "./gaps.ts";

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
    const example = `${first.measure} of ${first.name} by ${intervalText(estimateOf(first), significant)}`;
    return [
      {
        about: `${data}, against ${other}`,
        text: `${words} ${found.length} of ${all.length}${outcome === "open" ? "" : `, such as ${example}`}`,
        outcome,
        isSingle: isSingleComparison(findings, first),
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
  rule: "For: significantly better by the comparison's interval. Against: significantly worse.",
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
