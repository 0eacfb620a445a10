/**
 * The trade between the size of populations, the gain and the spread of passes: quality of one pass and of many, mutual
 * information of label and noise, detection of out-of-distribution images.
 */
import * as z from "zod";
import type { ImageSplit } from "../../datasets/dataset.ts";
import { auroc } from "../../statistics/auroc.ts";
import type { Metrics } from "../../statistics/metrics.ts";
import type { ExperimentContext } from "../experiment.ts";
import type { Figure } from "../findings/findings.ts";
import type { Predictor } from "../predicting/predictors.ts";
import { labelledScores, metricsAt, predictionKey, scoresOf } from "../predicting/scores.ts";
import { seedsOf } from "../study/study.ts";
import { curvePoint, mean, meansInWords } from "../study/summarize.ts";
import type { DepthData } from "./data.ts";
import { predictorAtGain } from "./gain.ts";
import type { SizedMethod } from "./methods.ts";

/** Quality of a trained network at one gain. */
interface Quality {
  /** Metrics by one pass and by the budget's number of passes. */
  readonly one: Metrics;
  readonly many: Metrics;
  /** Mean over images, in nats. */
  readonly mutualInformation: number;
  /** AUROC of each set of out-of-distribution images by the entropy of the mean prediction. */
  readonly aurocs: readonly number[];
}

/** A size of populations and a gain, with the quality for each seed. */
export interface Place {
  readonly size: number;
  readonly gain: number;
  readonly seeds: readonly Quality[];
}

/** Qualities of all sizes at the gains `gains` and 1, in the order of the gains. */
export const tradeOf = async (
  context: ExperimentContext,
  sizes: readonly SizedMethod[],
  gains: readonly number[],
  data: DepthData,
): Promise<readonly Place[]> => {
  const places: Place[] = [];
  for (const { size, method } of sizes)
    for (const gain of [...gains, 1].sort((a, b) => a - b)) {
      const seeds: Quality[] = [];
      for (const seed of seedsOf(context)) {
        const predictor = predictorAtGain(context, method, data.train, seed, gain);
        seeds.push(await qualityOf(context, predictor, data));
      }
      places.push({ size, gain, seeds });
    }
  return places;
};

const qualityOf = async (
  context: ExperimentContext,
  predictor: Predictor,
  { validation, others }: DepthData,
): Promise<Quality> => {
  const own = await labelledScores(context, predictor, validation);
  const aurocs: number[] = [];
  for (const images of others)
    aurocs.push(areaOf(own.entropy, (await scoresOf(context, predictor, images)).entropy));
  return {
    ...{ one: await metricsAt(context, predictor, validation, 1), many: own.metrics },
    ...{ mutualInformation: await informationOf(context, predictor, validation), aurocs },
  };
};

const areaOf = (own: readonly number[], others: readonly number[]): number => {
  const isOther = new Uint8Array(own.length + others.length).fill(1, own.length);
  return auroc(Float64Array.from([...own, ...others]), isOther)!;
};

const informationOf = (
  { cached, budget }: ExperimentContext,
  predictor: Predictor,
  images: ImageSplit,
): Promise<number> => {
  const key = predictionKey(predictor, images, budget.samples);
  return cached("mutual-information", key, z.number(), async () => {
    const { mutualInformation } = await predictor.predict(images, budget.samples);
    return mean([...mutualInformation]);
  });
};

interface Line {
  readonly name: string;
  readonly of: (quality: Quality) => number;
}

/** Figures against the size of populations at gain 1, and against the gain for each size. */
export const tradeFigures = (
  context: ExperimentContext,
  places: readonly Place[],
  { validation, others }: DepthData,
): readonly Figure[] => {
  const { samples } = context.budget;
  const caption = `${validation.name}, ${samples} passes an image unless said otherwise; ${meansInWords(context)}.`;
  const passes = (of: (metrics: Metrics) => number): readonly Line[] => [
    { name: "1 pass", of: ({ one }) => of(one) },
    { name: `${samples} passes`, of: ({ many }) => of(many) },
  ];
  const against = (name: string, title: string, label: string, lines: readonly Line[]): Figure => ({
    ...{ name: `size-${name}`, title: `${title} against the size of populations` },
    ...{ caption, x: { label: "neurons of a population", scale: "log" }, y: { label } },
    series: lines.map((line) => ({
      name: line.name,
      points: places
        .filter(({ gain }) => gain === 1)
        .map(({ size, seeds }) => curvePoint(size, seeds.map(line.of))),
    })),
  });
  const sizes = [...new Set(places.map(({ size }) => size))];
  const byGain = (name: string, title: string, label: string, of: Line["of"]): Figure => ({
    ...{ name: `gain-${name}`, title: `${title} against the gain of the trained network` },
    caption: `All potentials and thresholds times a factor after training, which divides the noise by it. ${caption}`,
    ...{ x: { label: "factor of the gain", scale: "log" }, y: { label } },
    series: sizes.map((own) => ({
      name: own === 1 ? "single neurons" : `populations of ${own}`,
      points: places
        .filter(({ size }) => size === own)
        .map(({ gain, seeds }) => curvePoint(gain, seeds.map(of))),
    })),
  });
  const information: Line = { name: "mutual information", of: (quality) => quality.mutualInformation };
  return [
    against(
      "error",
      "Error",
      "error (%)",
      passes(({ error }) => error),
    ),
    against(
      "nll",
      "NLL",
      "NLL (nats)",
      passes(({ nll }) => nll),
    ),
    against(
      "ece",
      "ECE",
      "ECE",
      passes(({ ece }) => ece),
    ),
    against("information", "Mutual information of label and noise", "mutual information (nats)", [
      information,
    ]),
    against(
      "auroc",
      "Detection of out-of-distribution images",
      "AUROC",
      others.map(({ name }, k) => ({ name, of: ({ aurocs }) => aurocs[k]! })),
    ),
    byGain("error", "Error", "error (%)", ({ many }) => many.error),
    byGain("nll", "NLL", "NLL (nats)", ({ many }) => many.nll),
    byGain("ece", "ECE", "ECE", ({ many }) => many.ece),
    byGain(
      "information",
      "Mutual information of label and noise",
      "mutual information (nats)",
      information.of,
    ),
    byGain("auroc", `Detection of ${others[0]!.name}`, "AUROC", ({ aurocs }) => aurocs[0]!),
  ];
};

/** Scores of each size of populations at gain 1, in words. */
export const tradeInWords = (places: readonly Place[], passes: number): string[] =>
  places
    .filter(({ gain }) => gain === 1)
    .map(({ size, seeds }) => {
      const of = (value: Line["of"], digits: number): string => mean(seeds.map(value)).toFixed(digits);
      const name = size === 1 ? "Single neurons" : `Populations of ${size}`;
      return `${name}: error ${of(({ one }) => one.error, 2)} % by one pass, ${of(({ many }) => many.error, 2)} % by ${passes}; NLL ${of(({ one }) => one.nll, 3)} and ${of(({ many }) => many.nll, 3)}; mutual information ${of((quality) => quality.mutualInformation, 4)} nats.`;
    });
