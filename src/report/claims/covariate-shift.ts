/** Whether the inputs of hidden layers shift less. */
import type { Findings } from "../../experiments/findings/findings.ts";
import { movementOf, pointsOf } from "../curves.ts";
import { type Claim, isSmaller, type Result } from "./claim.ts";

/** Movement of the input of the last hidden layer in a network and in another; one result for each outcome. */
const shift = (findings: Findings, figure: string, own: string, other: string): readonly Result[] => {
  const [first, second] = [own, other].map((line) => {
    const points = pointsOf(findings, figure, line);
    return points && movementOf(points);
  });
  if (!first || !second) return [];
  const measures = [
    { key: "growth", words: "growth of the width", digits: 1 },
    { key: "median", words: "largest move of the median", digits: 2 },
    { key: "outer", words: "largest move of an outer percentile", digits: 2 },
  ] as const;
  return (["for", "against", "open"] as const).flatMap((outcome) => {
    const found = measures.filter(({ key }) => isSmaller(first[key], second[key]) === outcome);
    const text = found
      .map(({ key, words, digits }) => {
        const [one, two] = [first, second].map((movement) => movement[key].toFixed(digits));
        return `${words} ${one} and ${two}`;
      })
      .join("; ");
    const about = `mnist-${figure}, ${own} and ${other}`;
    return found.length === 0 ? [] : [{ about, text, outcome, isSingle: true }];
  });
};

export const covariateShift: Claim = {
  name: "covariate-shift",
  claim: "The inputs of hidden layers shift less while training begins.",
  tested: "Input of the last hidden layer in an NSM and in rectifiers, first 200 iterations",
  rule: "For: it moves less in the NSM. Against: it moves more.",
  tests: [
    {
      ...{ experiment: "covariate-shift", about: "MNIST" },
      find: (own) => [...shift(own, "cnn", "bNSM", "StNN"), ...shift(own, "mlp", "bNSM", "MLP")],
    },
  ],
};
