/** Judges detectors: how well each finds out-of-distribution images among a test split, by each contender. */
import type { ImageSplit, SplitNote } from "../../datasets/dataset.ts";
import { defaultDetector } from "../../detectors/default.ts";
import { DETECTOR_NAMES, type DetectorName } from "../../detectors/kinds.ts";
import type { Images } from "../../networks/images.ts";
import type { ExperimentContext } from "../experiment.ts";
import type { Row } from "../findings/findings.ts";
import { DETECTOR_PASSES, type Detections, detectionsOf } from "../predicting/detector-scores.ts";
import type { Contender } from "../predicting/predictors.ts";
import { seedsOfAll } from "../predicting/rows.ts";
import { mean, total } from "../study/summarize.ts";

/** The images of a judgement. */
export interface Judged {
  /** Training images that detectors are fitted to. */
  readonly fitted: ImageSplit;
  /** Images like them, among which the others are to be found. */
  readonly familiar: ImageSplit;
  readonly others: readonly Images[];
  /** Difference from the published splits. */
  readonly note?: SplitNote;
}

/** Detections by a contender's detectors. */
export interface Judgement {
  /** Detections of each run, for each set of images. */
  readonly runs: readonly (readonly Detections[])[];
  /** Detectors that fit the contender's networks. */
  readonly detectors: readonly DetectorName[];
  /** A row for each of them: means over the runs. */
  readonly rows: readonly Row[];
}

export const judge = async (
  context: ExperimentContext,
  { name, predictors }: Contender,
  { fitted, familiar, others, note }: Judged,
): Promise<Judgement> => {
  const runs: (readonly Detections[])[] = [];
  for (const predictor of predictors)
    runs.push(await detectionsOf(context, predictor, fitted, familiar, others));
  const detectors = DETECTOR_NAMES.filter((detector) => runs[0]!.every((each) => each[detector]));
  const seconds = total(await Promise.all(predictors.map((predictor) => predictor.seconds())));
  const shared = {
    ...{ dataset: familiar.name, images: familiar.count, epochs: context.budget.epochs, paper: null },
    ...{ error: null, nll: null, brier: null, ece: null, seconds },
    ...(note && { split: note.words }),
    ...seedsOfAll(predictors),
  };
  const rowOf = (detector: DetectorName): Row => ({
    ...{ name: `${name}, ${detector}`, ...shared },
    ood: others.map((images, k) => {
      const of = (measure: "auroc" | "aupr" | "fpr95"): number =>
        mean(runs.map((run) => run[k]![detector]![measure]));
      const measures = { auroc: of("auroc"), aupr: of("aupr"), fpr95: of("fpr95") };
      return { name: images.name, images: images.count, ...measures };
    }),
  });
  return { runs, detectors, rows: detectors.map(rowOf) };
};

/** Rows of all contenders, and who is best at each set of images, each by its default detector. */
export const judgeAll = async (
  context: ExperimentContext,
  contenders: readonly Contender[],
  judged: Judged,
): Promise<{ readonly rows: readonly Row[]; readonly remarks: readonly string[] }> => {
  const rows: Row[] = [];
  for (const contender of contenders) rows.push(...(await judge(context, contender, judged)).rows);
  return { rows, remarks: [inWords(contenders, rows, judged)] };
};

const inWords = (
  contenders: readonly Contender[],
  rows: readonly Row[],
  { familiar, others }: Judged,
): string => {
  const own = contenders.map(({ name, network }) => {
    const named = `${name}, ${defaultDetector(network)}`;
    return { named, ood: rows.find((row) => row.name === named)!.ood! };
  });
  const ranking = ({ name: set }: Images, k: number): string => {
    const ranked = own
      .map(({ named, ood }) => ({ named, area: ood[k]!.auroc }))
      .sort((a, b) => b.area - a.area);
    return `${set}: ${ranked.map(({ named, area }) => `${named} ${area.toFixed(4)}`).join("; ")}`;
  };
  return `AUROC of the default detectors among ${familiar.name}, by ${DETECTOR_PASSES} passes where networks sample. ${others.map(ranking).join(". ")}.`;
};
