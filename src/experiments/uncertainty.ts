/**
 * Does a network know when it may err? Its probabilities against its errors on test digits; its entropy against images
 * of another kind; its answers where it is sure enough.
 */

import type { ImageSplit } from "../datasets/dataset.ts";
import { binnedAnswers } from "../inference/calibration.ts";
import { detection } from "../inference/detection.ts";
import { type Metrics, wilsonInterval } from "../inference/metrics.ts";
import { riskCoverage } from "../inference/selective.ts";
import type { Images } from "../networks/images.ts";
import type { Experiment, Inquiry } from "./experiment.ts";
import type { Figure, Row } from "./findings/findings.ts";
import {
  calibration,
  type Difference,
  detectionDifference,
  difference,
  type Entropies,
  meanLoss,
  riskArea,
  type Statistic,
} from "./predicting/differences.ts";
import { otherKinds } from "./predicting/other-kinds.ts";
import { type Predictor, predictorsOf } from "./predicting/predictors.ts";
import { type LabelledScores, labelledScores, scoresOf } from "./predicting/scores.ts";
import { openMnist } from "./study/data.ts";

/** Numbers of passes that are compared. */
const PASSES = [1, 2, 5, 10, 20, 50, 100];

export const uncertainty: Experiment = {
  name: "uncertainty",
  title: "MNIST: does the network know when it may err?",
  reads: ["mnist", "fashion-mnist"],
  takesOod: true,
  find: async (inquiry) => {
    const data = await openMnist(inquiry);
    // Before what takes hours, so that a wrong folder is told at once.
    const { others, left } = await otherKinds(inquiry, data.test);
    const { predictors, remarks } = await predictorsOf(inquiry, data.train);
    const found: Found[] = [];
    for (const predictor of predictors) found.push(await findOf(inquiry, predictor, data.test, others));
    return {
      rows: await Promise.all(found.map((own) => rowOf(inquiry, own, data.test))),
      figures: [
        ...(await passesFigures(inquiry, predictors, data.test)),
        riskFigure(found),
        reliabilityFigure(found),
      ],
      remarks: [...remarksOf(found), ...left, ...remarks],
    };
  },
};

interface Found {
  readonly predictor: Predictor;
  readonly test: LabelledScores;
  readonly others: readonly { readonly name: string; readonly entropy: readonly number[] }[];
}

const findOf = async (
  inquiry: Inquiry,
  predictor: Predictor,
  test: ImageSplit,
  others: readonly Images[],
): Promise<Found> => {
  const own = await labelledScores(inquiry, predictor, test);
  const entropies: { name: string; entropy: readonly number[] }[] = [];
  for (const images of others)
    entropies.push({ name: images.name, ...(await scoresOf(inquiry, predictor, images)) });
  return { predictor, test: own, others: entropies };
};

const rowOf = async (
  { budget }: Inquiry,
  { predictor, test, others }: Found,
  split: ImageSplit,
): Promise<Row> => {
  const { error, errorInterval, nll, brier, ece } = test.metrics;
  return {
    ...{ name: predictor.name, dataset: split.name, images: split.count, epochs: budget.epochs },
    seeds: predictor.members.map((_, k) => k + 1),
    seconds: await predictor.seconds(),
    error: { mean: error, low: errorInterval[0], high: errorInterval[1] },
    ...{ paper: null, nll, brier, ece },
    ood: others.map(({ name, entropy }) => ({
      name,
      ...detection(Float64Array.from(test.entropy), Float64Array.from(entropy)),
    })),
  };
};

/** Error, NLL and ECE against the number of passes, of those that have more than one to take. */
const passesFigures = async (
  inquiry: Inquiry,
  predictors: readonly Predictor[],
  test: ImageSplit,
): Promise<readonly Figure[]> => {
  const counts = PASSES.filter((count) => count <= inquiry.budget.samples);
  const curves: { name: string; metrics: readonly Metrics[] }[] = [];
  for (const predictor of predictors) {
    if (!predictor.samples) continue;
    const found: Metrics[] = [];
    for (const count of counts) found.push((await labelledScores(inquiry, predictor, test, count)).metrics);
    curves.push({ name: predictor.name, metrics: found });
  }
  const figure = (name: "error" | "nll" | "ece", label: string): Figure => ({
    name: `passes-${name}`,
    title: `${label[0]!.toUpperCase()}${label.slice(1)} against the number of passes`,
    caption: `${test.name}.${name === "error" ? " Bands: Wilson's 95 % intervals of the test images." : ""}`,
    x: { label: "passes an image", scale: "log" },
    y: { label },
    series: curves.map((curve) => ({
      name: curve.name,
      points: curve.metrics.map((found, k) => ({
        x: counts[k]!,
        y: found[name],
        ...(name === "error" && { low: found.errorInterval[0], high: found.errorInterval[1] }),
      })),
    })),
  });
  return [figure("error", "error (%)"), figure("nll", "NLL (nats)"), figure("ece", "ECE")];
};

/** Points of a curve: enough for a picture. */
const POINTS = 100;

const riskFigure = (found: readonly Found[]): Figure => ({
  name: "risk-coverage",
  title: "Errors among the images that are answered",
  caption: `Images in the order of their entropy, the surest first. Areas: ${found
    .map(({ predictor, test }) => `${predictor.name} ${aurcOf(test).toExponential(2)}`)
    .join(", ")}.`,
  x: { label: "coverage" },
  y: { label: "errors among the answers (%)" },
  series: found.map(({ predictor, test }) => {
    const { risks } = riskCoverage(Float64Array.from(test.entropy), Uint8Array.from(test.wrong));
    return {
      name: predictor.name,
      points: Array.from({ length: POINTS }, (_, k) => {
        const count = Math.max(1, Math.round(((k + 1) * risks.length) / POINTS));
        return { x: count / risks.length, y: 100 * risks[count - 1]! };
      }),
    };
  }),
});

/** A bin of fewer images tells little. */
const LEAST_IMAGES = 5;

/** Guo, Pleiss, Sun & Weinberger, ICML 2017. */
const reliabilityFigure = (found: readonly Found[]): Figure => ({
  name: "reliability",
  title: "How often answers are right, against how sure they are",
  caption: `In 15 bins of the likeliest class's probability, those with ${LEAST_IMAGES} images or more; bands: Wilson's 95 % intervals.`,
  x: { label: "mean probability of the answer" },
  y: { label: "answers that are right" },
  series: [
    {
      name: "calibrated",
      points: [
        { x: 0, y: 0 },
        { x: 1, y: 1 },
      ],
    },
    ...found.map(({ predictor, test }) => ({
      name: predictor.name,
      points: binnedAnswers(
        test.confidence,
        test.wrong.map((wrong) => wrong === 0),
      )
        .filter(({ images }) => images >= LEAST_IMAGES)
        .map(({ images, confidence, accuracy }) => {
          const [low, high] = wilsonInterval(Math.round(accuracy! * images), images);
          return { x: confidence!, y: accuracy!, low, high };
        }),
    })),
  ],
});

const aurcOf = ({ entropy, wrong }: LabelledScores): number =>
  riskCoverage(Float64Array.from(entropy), Uint8Array.from(wrong)).aurc;

/** Where the stochastic network is better than its deterministic twin, and where not. */
const remarksOf = ([nsm, twin, ...others]: readonly Found[]): string[] => {
  const compared = (what: string, statistic: Statistic): string =>
    inWords(what, difference(nsm!.test, twin!.test, statistic), "lower");
  const entropies = ({ test, others: sets }: Found, k: number): Entropies => ({
    digits: test.entropy,
    others: sets[k]!.entropy,
  });
  return [
    compared("NLL", meanLoss),
    compared("ECE", calibration),
    compared("AURC", riskArea),
    ...nsm!.others.map(({ name }, k) =>
      inWords(
        `AUROC of finding ${name}`,
        detectionDifference(entropies(nsm!, k), entropies(twin!, k)),
        "higher",
      ),
    ),
    `The others' NLL: ${others.map(({ predictor, test }) => `${predictor.name} ${test.metrics.nll.toFixed(4)}`).join(", ")}.`,
  ];
};

/** Who is better, if their difference is more than chance. */
const inWords = (what: string, { values, interval }: Difference, better: "lower" | "higher"): string => {
  const [low, high] = interval;
  const isLower = high < 0;
  const isHigher = low > 0;
  const verdict =
    !isLower && !isHigher
      ? "the NSM and its deterministic twin do not differ by more than chance"
      : (better === "lower") === isLower
        ? "the NSM is better"
        : "the deterministic twin is better";
  const [nsm, twin] = values.map((value) => value.toPrecision(3));
  const ends = `${low.toPrecision(2)} to ${high.toPrecision(2)}`;
  return `${what}: ${verdict} (${nsm} against ${twin}; 95 % interval of the difference ${ends}).`;
};
