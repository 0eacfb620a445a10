/** Errors of stochastic networks and of conventional ones on the same data, as the findings of experiments hold them. */
import type { Comparison, Findings, Row } from "../../experiments/findings/findings.ts";
import { type Estimate, errorDifference, estimateOf, type Lacks, lacksOf } from "../difference.ts";
import { intervalText } from "../number-text.ts";
import type { Result } from "./claim.ts";

/** Name of the error among the measures of comparisons. */
export const ERROR = "error in %";
/** Rows of tables. */
export const STOCHASTIC = ["bNSM", "gNSM"];
const CONVENTIONAL = "dCNN";

/** Stochastic networks of `depth`, each with its conventional counterpart. */
export const DEPTH_PAIRS = [
  ["deep NSM, Adam", "deep dCNN, Adam"],
  ["deep NSM, Muon", "deep dCNN, Muon"],
  ["deep populations with shortcuts, Muon", "deep dCNN with shortcuts, Muon"],
  ["shallow NSM, Adam", "shallow dCNN, Adam"],
  ["shallow populations, Muon", "shallow dCNN, Muon"],
] as const;

/** Networks of `cifar`. */
export const CIFAR_PAIRS = [["populations", "dCNN, one pass"]] as const;

/** Errors of a stochastic network and of a conventional one on the same data. */
export interface Gap extends Lacks {
  readonly about: string;
  readonly data: string;
  readonly difference: Estimate;
  /** The conventional network's error. */
  readonly other: number;
}

/** Name of a row's data, without the place where they lie and their number of images. */
export const dataOf = ({ dataset }: Row): string => dataset.replace(/ in .*$/s, "").split(/[:,]/)[0]!;

/** Gaps of the NSMs to the conventional network on each data set of a table, unless it has too few data. */
export const gapsOfRows = ({ rows }: Findings): readonly Gap[] =>
  rows
    .filter(({ name, isDemonstration }) => STOCHASTIC.includes(name) && !isDemonstration)
    .flatMap((own) => {
      const other = rows.find(({ name, dataset }) => name === CONVENTIONAL && dataset === own.dataset);
      const difference = other && errorDifference(own, other);
      if (difference === undefined) return [];
      const data = dataOf(own);
      return [
        {
          ...{
            about: `${data}${own.split ? " (own split)" : ""}, ${own.name}`,
            data,
            difference,
            other: other!.error!.mean,
          },
          ...lacksOf(own, other!),
        },
      ];
    });

export const lacksOfComparison = ({ rows }: Findings, { name, other, singles }: Comparison): Lacks => {
  const { isSingle, isPartial } = lacksOf(...rows.filter((row) => [name, other].includes(row.name)));
  return { isSingle: singles === undefined ? isSingle : singles.length > 0, isPartial };
};

/** Gaps of named pairs, by their comparisons. */
export const gapsOfPairs = (
  findings: Findings,
  data: string,
  pairs: readonly (readonly [string, string])[],
): readonly Gap[] =>
  pairs.flatMap(([own, twin]) =>
    (findings.comparisons ?? [])
      .filter(({ name, other, measure }) => name === own && other === twin && measure === ERROR)
      .map((comparison) => ({
        ...{ about: `${data}, ${own}`, data, difference: estimateOf(comparison) },
        ...{ other: comparison.values[1], ...lacksOfComparison(findings, comparison) },
      })),
  );

/** A result for all data that a table lacks, or has too few of. */
export const missingData = ({ rows }: Findings): readonly Result[] => {
  const lacking = [
    ...new Set(
      rows.filter(({ missing, isDemonstration }) => missing !== undefined || isDemonstration).map(dataOf),
    ),
  ];
  return lacking.length === 0
    ? []
    : [{ about: lacking.join(", "), text: "nsm data fetch NAME", outcome: "missing" }];
};

export const inPoints = (difference: Estimate): string => `${intervalText(difference)} points`;
