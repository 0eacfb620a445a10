/** Errors against energies: an NSM in integers by its passes, and conventional networks of the same widths. */
import { conventionalEnergy, energyOfPasses } from "../../integer/energy.ts";
import { operationsOf } from "../../integer/operations.ts";
import { integersOf } from "../../integer/quantize.ts";
import { initialParameters } from "../../networks/initialize.ts";
import type { Network } from "../../networks/network.ts";
import { parametersOf } from "../../networks/plan.ts";
import type { Figure, Row } from "../findings/findings.ts";
import { curvePoint, mean } from "../study/summarize.ts";
import { CONFIDENCE, type IntegerScores } from "./scores.ts";

/** Microjoules of so many passes of a network in int8, side by side, so that each weight is read once. */
const microjoules = (network: Network) => {
  // Operations do not depend on the weights.
  const parameters = initialParameters(parametersOf(network), 1);
  const operations = operationsOf(integersOf({ network, parameters }, "int8"));
  return (passes: number): number => energyOfPasses(operations, passes).decisionTogether / 1e6;
};

/** Conventional networks of the same widths: rows of a table by what they compute with. */
export interface Conventional {
  readonly rectifiers: Row;
  readonly binary: Row;
}

/** `passes`: the numbers of passes that `byPasses` of the scores is about. */
export const energyFigure = (
  network: Network,
  scores: readonly IntegerScores[],
  passes: readonly number[],
  { rectifiers, binary }: Conventional,
): Figure => {
  const of = microjoules(network);
  const energy = conventionalEnergy(network);
  const point = (row: Row, picojoules: number) =>
    row.error ? [{ x: picojoules / 1e6, y: row.error.mean }] : [];
  return {
    name: "energy",
    title: "Error against the energy of a decision",
    caption: `By published energies of single operations (Horowitz, ISSCC 2014), weights from 1 MB of memory, passes side by side: ${passes.join(", ")} of them from left to right. Conventional networks: one pass, at the error that they have with float32 weights.`,
    x: { label: "energy (microjoules)", scale: "log" },
    y: { label: "error (%)" },
    series: [
      {
        name: "bNSM, int8",
        points: passes.map((count, k) =>
          curvePoint(
            of(count),
            scores.map(({ byPasses }) => byPasses[k]!),
            0,
          ),
        ),
      },
      { name: "rectifiers, float32", points: point(rectifiers, energy.float32) },
      { name: "rectifiers, int8", points: point(rectifiers, energy.int8) },
      { name: "binary neurons and weights", points: point(binary, energy.binary) },
    ],
  };
};

/** The energies in words. */
export const energyRemarks = (network: Network, scores: readonly IntegerScores[]): readonly string[] => {
  const of = microjoules(network);
  const energy = conventionalEnergy(network);
  const words = (microjoule: number): string => `${microjoule.toPrecision(3)} uJ`;
  const [passes, error] = [
    mean(scores.map(({ adaptive }) => adaptive.passes)),
    mean(scores.map(({ adaptive }) => adaptive.error)),
  ];
  return [
    `A decision of bNSM in int8: ${words(of(1))} by 1 pass, ${words(of(10))} by 10, ${words(of(100))} by 100; of the conventional network in one pass ${words(energy.float32 / 1e6)} in float32, ${words(energy.int8 / 1e6)} in int8, ${words(energy.binary / 1e6)} with binary neurons and weights.`,
    `With early exit at a confidence of ${CONFIDENCE}: ${passes.toFixed(1)} passes on average, ${words(of(passes))}, error ${error.toFixed(2)} %.`,
  ];
};
