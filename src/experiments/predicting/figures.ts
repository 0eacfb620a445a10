/** Figures of uncertainty: scores by the number of passes, risk against coverage, and reliability. */
import type { ImageSplit } from "../../datasets/dataset.ts";
import { binnedAnswers } from "../../statistics/calibration.ts";
import { type Metrics, wilsonInterval } from "../../statistics/metrics.ts";
import { riskCoverage } from "../../statistics/selective.ts";
import type { ExperimentContext } from "../experiment.ts";
import type { Figure } from "../findings/findings.ts";
import { curvePoint, mean, meansInWords } from "../study/summarize.ts";
import type { ContenderScores } from "./contender-scores.ts";
import type { Contender } from "./predictors.ts";
import { metricsAt } from "./scores.ts";

/** Error, NLL and ECE against the number of Monte Carlo samples, for contenders that sample, each once. */
export const passesFigures = async (
  context: ExperimentContext,
  contenders: readonly Contender[],
  test: ImageSplit,
  passes: readonly number[],
): Promise<readonly Figure[]> => {
  const counts = passes.filter((count) => count <= context.budget.samples);
  const curves: { name: string; runs: readonly (readonly Metrics[])[] }[] = [];
  for (const { name, samples, passes: fixed, predictors } of contenders) {
    if (!samples || fixed !== undefined) continue;
    const runs: Metrics[][] = [];
    for (const predictor of predictors) {
      const found: Metrics[] = [];
      for (const count of counts) found.push(await metricsAt(context, predictor, test, count));
      runs.push(found);
    }
    curves.push({ name, runs });
  }
  const figure = (name: "error" | "nll" | "ece", label: string): Figure => ({
    name: `passes-${name}`,
    title: `${label[0]!.toUpperCase()}${label.slice(1)} against the number of passes`,
    caption: `${test.name}; ${meansInWords(context)}.`,
    x: { label: "passes an image", scale: "log" },
    y: { label },
    series: curves.map((curve) => ({
      name: curve.name,
      points: counts.map((count, k) =>
        curvePoint(
          count,
          curve.runs.map((run) => run[k]![name]),
          0,
        ),
      ),
    })),
  });
  return [figure("error", "error (%)"), figure("nll", "NLL (nats)"), figure("ece", "ECE")];
};

/** Points of a curve. */
const POINTS = 100;

/** Risk against coverage, from `leastCoverage` on, below which there are hardly any errors. */
export const riskFigure = (found: readonly ContenderScores[], leastCoverage: number): Figure => {
  const curves = found.map(({ contender, runs }) => ({
    name: contender.name,
    runs: runs.map(({ test: { entropy, wrong } }) =>
      riskCoverage(Float64Array.from(entropy), Uint8Array.from(wrong)),
    ),
  }));
  const areas = curves.map(
    ({ name, runs }) => `${name} ${mean(runs.map(({ aurc }) => aurc)).toExponential(2)}`,
  );
  return {
    name: "risk-coverage",
    title: "Errors among the images that are answered",
    caption: `Images in the order of their entropy, the surest first; means over the seeds (of the ensemble, itself). Areas, from no coverage on: ${areas.join(", ")}.`,
    x: { label: "coverage" },
    y: { label: "errors among the answers (%)" },
    series: curves.map(({ name, runs }) => {
      const images = runs[0]!.risks.length;
      return {
        name,
        points: Array.from({ length: POINTS }, (_, k) => {
          const coverage = leastCoverage + ((1 - leastCoverage) * (k + 1)) / POINTS;
          const count = Math.max(1, Math.round(coverage * images));
          return { x: count / images, y: 100 * mean(runs.map(({ risks }) => risks[count - 1]!)) };
        }),
      };
    }),
  };
};

/** Least number of images of a bin that is drawn. */
const LEAST_IMAGES = 20;

/** Reliability diagram: Guo, Pleiss, Sun & Weinberger, ICML 2017. */
export const reliabilityFigure = (found: readonly ContenderScores[]): Figure => ({
  name: "reliability",
  title: "How often answers are right, against how sure they are",
  caption: `In 15 bins of the likeliest class's probability, those with ${LEAST_IMAGES} images a seed or more; bands: Wilson's 95 % intervals for as many images as a seed has there.`,
  x: { label: "mean probability of the answer" },
  y: { label: "answers that are right" },
  series: [
    ...found.map(({ contender, runs }) => ({
      name: contender.name,
      points: binnedAnswers(
        runs.flatMap(({ test }) => test.confidence),
        runs.flatMap(({ test }) => test.wrong.map((wrong) => wrong === 0)),
      )
        .map((bin) => ({ ...bin, images: Math.round(bin.images / runs.length) }))
        .filter(({ images }) => images >= LEAST_IMAGES)
        .map(({ images, confidence, accuracy }) => {
          const [low, high] = wilsonInterval(Math.round(accuracy! * images), images);
          return { x: confidence!, y: accuracy!, low, high };
        }),
    })),
    // Last, so that a method has the colour that it has in the figure of the risk.
    {
      name: "calibrated",
      points: [
        { x: 0, y: 0 },
        { x: 1, y: 1 },
      ],
    },
  ],
});
