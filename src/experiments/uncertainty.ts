/**
 * Does a network know when it may err? Its probabilities against its errors on test digits; its entropy against images
 * of another kind; its answers where it is sure enough.
 */

import type { ImageSplit } from "../datasets/dataset.ts";
import { binnedAnswers } from "../statistics/calibration.ts";
import { type Metrics, wilsonInterval } from "../statistics/metrics.ts";
import { riskCoverage } from "../statistics/selective.ts";
import type { Experiment, ExperimentContext } from "./experiment.ts";
import type { Figure } from "./findings/findings.ts";
import { comparisonsInWords, comparisonsOf } from "./predicting/comparisons.ts";
import { type ContenderScores, scoreContenders } from "./predicting/contender-scores.ts";
import { outOfDistribution } from "./predicting/out-of-distribution.ts";
import { type Contender, contendersFor } from "./predicting/predictors.ts";
import { detectionRow } from "./predicting/rows.ts";
import { metricsAt } from "./predicting/scores.ts";
import { openMnist } from "./study/data.ts";
import { curvePoint, mean, meansInWords } from "./study/summarize.ts";

/** Numbers of Monte Carlo samples that are compared. */
const PASSES = [1, 2, 5, 10, 20, 50, 100];

export const uncertainty: Experiment = {
  name: "uncertainty",
  title: "MNIST: does the network know when it may err?",
  reads: ["mnist", "fashion-mnist"],
  takesSeeds: true,
  takesOod: true,
  find: async (context) => {
    const data = await openMnist(context);
    // Before what takes hours, so that a wrong folder is told at once.
    const { others, left } = await outOfDistribution(context, data.test);
    const { contenders, remarks } = await contendersFor(context, data.train);
    const found = await scoreContenders(context, contenders, data.test, others);
    const comparisons = await comparisonsOf(context, pairsOf(found));
    return {
      rows: await Promise.all(found.map((own) => detectionRow(context, own, data.test))),
      figures: [
        ...(await passesFigures(context, contenders, data.test)),
        riskFigure(found),
        reliabilityFigure(found),
      ],
      comparisons: [...comparisons],
      remarks: [...comparisonsInWords(comparisons), ...left, ...remarks],
    };
  },
};

/** Pairs of each stochastic network with each baseline. */
const pairsOf = (found: readonly ContenderScores[]): (readonly [ContenderScores, ContenderScores])[] => {
  const ofKind = (kind: Contender["kind"]) => found.filter(({ contender }) => contender.kind === kind);
  return ofKind("stochastic").flatMap((own) => ofKind("baseline").map((twin) => [own, twin] as const));
};

/** Error, NLL and ECE against the number of Monte Carlo samples, for contenders that sample. */
const passesFigures = async (
  context: ExperimentContext,
  contenders: readonly Contender[],
  test: ImageSplit,
): Promise<readonly Figure[]> => {
  const counts = PASSES.filter((count) => count <= context.budget.samples);
  const curves: { name: string; runs: readonly (readonly Metrics[])[] }[] = [];
  for (const { name, samples, predictors } of contenders) {
    if (!samples) continue;
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
/** Lowest coverage that is drawn: below it there are hardly any errors. */
const LEAST_COVERAGE = 0.8;

const riskFigure = (found: readonly ContenderScores[]): Figure => {
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
          const coverage = LEAST_COVERAGE + ((1 - LEAST_COVERAGE) * (k + 1)) / POINTS;
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
const reliabilityFigure = (found: readonly ContenderScores[]): Figure => ({
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
