/** Whether stochastic networks need fewer iterations than others. */
import type { Findings } from "../../experiments/findings/findings.ts";
import { grouped } from "../../grouped.ts";
import { isBanded, pointsOf, reachOf } from "../curves.ts";
import type { Estimate } from "../difference.ts";
import { intervalText } from "../number-text.ts";
import { type Claim, isBelow, type Result } from "./claim.ts";
import { DEPTH_PAIRS } from "./gaps.ts";

/** Iterations of a network and of another to the lowest error that both reach. */
const iterations = (
  findings: Findings,
  figure: string,
  pairs: readonly (readonly [string, string])[],
): readonly Result[] =>
  pairs.flatMap(([name, twin]) => {
    const curves = [name, twin].map((line) => pointsOf(findings, figure, line));
    if (curves.some((points) => points === undefined)) return [];
    const { level, at } = reachOf(curves.map((points) => points!));
    const [own, other] = at as [Estimate, Estimate];
    const isSingle = !curves.every((points) => isBanded(points!));
    const [first, second] = at.map((estimate) =>
      isSingle ? grouped(estimate.mean) : intervalText(estimate, grouped),
    );
    return [
      {
        about: `${name} and ${twin} to ${level.toFixed(2)} %`,
        text: `${first} and ${second} iterations`,
        outcome: isBelow(own, other),
        isSingle,
      } as const,
    ];
  });

/** Networks of `convergence`, by the same optimiser: before version 0.3 all were trained by Adam. */
const pairsOf = (findings: Findings): readonly (readonly [string, string])[] => {
  const byAdam = "bNSM, Adam";
  const own = pointsOf(findings, "iterations", byAdam) ? byAdam : "bNSM";
  return [
    [own, "dCNN"],
    [own, "StNN"],
  ];
};

export const convergence: Claim = {
  name: "convergence",
  claim: "NSMs converge in fewer iterations than networks that do not normalise.",
  tested:
    "Iterations to the lowest held-out error that both networks reach, with the range of the curves' bands",
  rule:
    "For: the NSM's range ends before the other's begins. Against: it begins after the other's ends. The error is " +
    "the lowest that the upper limits of both bands reach.",
  tests: [
    {
      ...{ experiment: "convergence", about: "MNIST" },
      find: (own) => iterations(own, "iterations", pairsOf(own)),
    },
    {
      ...{ experiment: "depth", about: "depth, CIFAR-10" },
      find: (own) => iterations(own, "steps", DEPTH_PAIRS),
    },
  ],
};
