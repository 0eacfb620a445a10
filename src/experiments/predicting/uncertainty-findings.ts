/** Findings on uncertainty: scores of all contenders, compared, with their figures. */
import type { ImageSplit } from "../../datasets/dataset.ts";
import type { Images } from "../../networks/images.ts";
import type { ExperimentContext } from "../experiment.ts";
import type { Findings } from "../findings/findings.ts";
import { comparisonsInWords, comparisonsOf } from "./comparisons.ts";
import { type ContenderScores, scoreContenders } from "./contender-scores.ts";
import { passesFigures, reliabilityFigure, riskFigure } from "./figures.ts";
import { type Contender, networksOf } from "./predictors.ts";
import { detectionRow } from "./rows.ts";

export interface UncertaintyTask {
  readonly contenders: readonly Contender[];
  readonly test: ImageSplit;
  /** Out-of-distribution images. */
  readonly others: readonly Images[];
  /** Numbers of Monte Carlo samples that are compared. */
  readonly passes: readonly number[];
  /** Lowest coverage that the figure of the risk shows. */
  readonly leastCoverage: number;
}

/**
 * Each stochastic contender is compared with each baseline; with an ensemble by as many passes as it has networks, if the
 * contenders have such.
 */
export const uncertaintyFindings = async (
  context: ExperimentContext,
  { contenders, test, others, passes, leastCoverage }: UncertaintyTask,
): Promise<Pick<Findings, "rows" | "comparisons" | "figures" | "remarks">> => {
  const found = await scoreContenders(context, contenders, test, others);
  const comparisons = await comparisonsOf(context, pairsOf(found));
  return {
    rows: await Promise.all(found.map((own) => detectionRow(context, own, test))),
    figures: [
      ...(await passesFigures(context, contenders, test, passes)),
      riskFigure(found, leastCoverage),
      reliabilityFigure(found),
    ],
    comparisons: [...comparisons],
    remarks: comparisonsInWords(comparisons),
  };
};

const pairsOf = (found: readonly ContenderScores[]): (readonly [ContenderScores, ContenderScores])[] => {
  const ofKind = (kind: Contender["kind"]) => found.filter(({ contender }) => contender.kind === kind);
  const fixed = new Set(found.map(({ contender }) => contender.passes));
  const passesAgainst = ({ contender }: ContenderScores): number | undefined =>
    fixed.has(networksOf(contender)) ? networksOf(contender) : undefined;
  return ofKind("stochastic").flatMap((own) =>
    ofKind("baseline")
      .filter((twin) => own.contender.passes === passesAgainst(twin))
      .map((twin) => [own, twin] as const),
  );
};
