/** Whether the noise normalises the weights: firing probabilities against equation (3), and the spread of weights. */
import type { Findings } from "../../experiments/findings/findings.ts";
import { type Deviation, deviationOf, movementOf, pointsOf } from "../curves.ts";
import { type Claim, isSmaller, type Outcome, type Result } from "./claim.ts";

/** 5 % critical value of the largest of the 25 deviations of `firing`, by Bonferroni's correction. */
const CHANCE = 3.09;

/** Deviations from equation (3), in one result for the curves within chance and one for those beyond it. */
export const firingLaw = (findings: Findings): readonly Result[] => {
  const figure = findings.figures.find(({ name }) => name === "deviations");
  const found = (figure?.series ?? []).flatMap(({ name, points }) => {
    const deviation = points.length > 0 ? deviationOf(points) : undefined;
    return deviation ? [{ name, ...deviation }] : [];
  });
  const result = (
    outcome: Outcome,
    isOwn: (deviation: Deviation) => boolean,
    words: (largest: string, scores: string) => string,
  ): readonly Result[] => {
    const own = found.filter(isOwn);
    if (own.length === 0) return [];
    const largest = Math.max(...own.map((each) => each.largest)).toFixed(4);
    const scores = own.map(({ score }) => score);
    const range = [Math.min(...scores), Math.max(...scores)].map((score) => score.toFixed(0));
    const about = own.map(({ name }) => name).join("; ");
    return [{ about, text: words(largest, [...new Set(range)].join(" to ")), outcome }];
  };
  return [
    ...result(
      "for",
      ({ score }) => score < CHANCE,
      (largest) => `at most ${largest} off, within chance`,
    ),
    ...result(
      "against",
      ({ score }) => score >= CHANCE,
      (largest, scores) => `up to ${largest} off, ${scores} standard errors`,
    ),
  ];
};

const weightSpread = (findings: Findings): readonly Result[] => {
  const [own, other] = ["bNSM", "StNN"].map((line) => {
    const points = pointsOf(findings, "distribution", line);
    return points && movementOf(points);
  });
  if (!own || !other) return [];
  return [
    {
      about: "growth of the width of the weights' distribution, bNSM and StNN",
      text: `${own.growth.toFixed(2)} and ${other.growth.toFixed(2)}`,
      outcome: isSmaller(own.growth, other.growth),
      isSingle: true,
    },
  ];
};

export const normalisation: Claim = {
  name: "normalisation",
  claim: "The noise normalises the weights: a neuron fires by their direction and a gain alone.",
  tested:
    "Firing probability with noise in every synapse, less that of equation (3); spread of trained weights",
  rule:
    "For: the largest deviation over all potentials is within chance (Bonferroni, 5 %); the weights spread less " +
    "than those of noisy rectifiers. Against: the opposite.",
  tests: [
    { experiment: "firing", about: "equation (3)", isBudgetFree: true, find: firingLaw },
    { experiment: "weight-drift", about: "trained weights", find: weightSpread },
  ],
};
