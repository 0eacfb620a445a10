/**
 * Online learning: one example at a time, each predicted before it is learned, with and without drift. Learning rates are
 * chosen on digits held out of the streams, by the same search for all methods.
 */

import * as z from "zod";
import type { ImageSplit } from "../datasets/dataset.ts";
import { drawValidation } from "../datasets/validation.ts";
import { mnistMlp } from "../networks/catalogue.ts";
import { type Metrics, metrics } from "../statistics/metrics.ts";
import { metricsSchema } from "../statistics/metrics-schema.ts";
import { openOnlineLearner } from "../training/online/learner.ts";
import { splitChecksum } from "../training/runs/run.ts";
import { examplesOf, STREAMS, type Stream } from "./drifting-digits.ts";
import type { Experiment, ExperimentContext } from "./experiment.ts";
import type { Figure, Row } from "./findings/findings.ts";
import { openMnist } from "./study/data.ts";
import { SEARCH_SEED, sweepRates, triedInWords } from "./study/learning-rate.ts";
import { BERNOULLI, compared, encoded, type Method, stochastic } from "./study/methods.ts";
import { seedsOf } from "./study/study.ts";
import { curvePoint, mean, meansInWords, summarizeMetrics } from "./study/summarize.ts";

const OWN = stochastic("bNSM", mnistMlp, BERNOULLI, null);
const RECTIFIERS = compared("MLP", mnistMlp, "relu", null);

/** The paper's network takes signs of pixels, conventional ones pixels: each neuron by both. */
const METHODS: readonly Method[] = [
  OWN,
  encoded(OWN, "real"),
  RECTIFIERS,
  encoded(RECTIFIERS, "sign"),
  compared("MLP, batch normalization", mnistMlp, "batch-normalization", null),
  compared("MLP, weight normalization", mnistMlp, "weight-normalization", null),
];

const PASSES = 10;
/** First learning rates of the search, which continues like that of the tables; the second one where there is no search. */
const RATES = [5e-5, 1e-4, 2e-4] as const;
/** Inverse fraction of the digits that are held out for choosing the learning rate, on streams of half the length. */
const KEPT = 4;
/** Points of a curve. */
const WINDOWS = 40;

/** Result of learning one stream. */
interface Learned {
  readonly metrics: Metrics;
  /** Error over each window, in per cent. */
  readonly windows: readonly number[];
  readonly seconds: number;
}

const learnedSchema: z.ZodType<Learned> = z.strictObject({
  ...{ metrics: metricsSchema, windows: z.array(z.number()), seconds: z.number() },
});

interface ContenderScores {
  readonly method: Method;
  readonly stream: Stream;
  readonly learningRate: number;
  /** One entry for each seed. */
  readonly learned: readonly Learned[];
}

export const online: Experiment = {
  name: "online",
  title: "MNIST: learning from a stream, one digit at a time",
  reads: ["mnist"],
  takesSeeds: true,
  find: async (context) => {
    const mnist = await openMnist(context);
    const { train, validation } = drawValidation(mnist.train, Math.floor(mnist.train.count / KEPT), 1);
    const count = Math.min(context.budget.stream, train.count);
    const found: ContenderScores[] = [];
    const rates: string[] = [];
    for (const method of METHODS) {
      const { learningRate, tried } = await chooseRate(context, method, validation);
      if (tried.length > 0)
        rates.push(
          `${method.name} learns at ${learningRate}: on digits kept out of them, streams of half the length, the mean of all ${STREAMS.length}: ${triedInWords(tried)}.`,
        );
      for (const stream of STREAMS) {
        const learned: Learned[] = [];
        for (const seed of seedsOf(context))
          learned.push(
            await learnStream(context, { method, stream, learningRate, split: train, count, seed }),
          );
        found.push({ method, stream, learningRate, learned });
      }
    }
    return {
      rows: found.map((own) => rowOf(own, train, count, seedsOf(context))),
      figures: STREAMS.map((stream) => figureOf(stream, found, count, context.seeds)),
      remarks: [...STREAMS.map((stream) => streamInWords(stream, found)), ...rates],
    };
  },
};

interface Course {
  readonly method: Method;
  readonly stream: Stream;
  readonly learningRate: number;
  readonly split: ImageSplit;
  readonly count: number;
  readonly seed: number;
}

const learnStream = (
  context: ExperimentContext,
  { method, stream, learningRate, split, count, seed }: Course,
): Promise<Learned> => {
  const { network } = method;
  const settings = { passes: PASSES, learningRate, seed };
  const key = {
    network,
    settings,
    stream: stream.title,
    windows: WINDOWS,
    data: splitChecksum(split),
    count,
  };
  return context.cached("online", key, learnedSchema, async () => {
    context.say(
      `${method.name}: ${stream.title}, ${count} digits, learning rate ${learningRate}, seed ${seed}`,
    );
    const learner = await openOnlineLearner(
      { network },
      { ...settings, ...(context.device && { device: context.device }) },
    );
    const probabilities = new Float64Array(count * network.classes);
    const labels = new Uint8Array(count);
    const began = performance.now();
    try {
      let k = 0;
      for (const { image, label } of examplesOf(split, stream, count, seed)) {
        context.signal.throwIfAborted();
        const prediction = await learner.learn(image, label);
        probabilities.set(prediction.probabilities, k * network.classes);
        labels[k++] = label;
      }
    } finally {
      await learner.close();
    }
    const seconds = (performance.now() - began) / 1000;
    return { metrics: metrics(probabilities, labels), windows: windowErrors(probabilities, labels), seconds };
  });
};

/** First example of window `k`. */
const windowStart = (k: number, count: number): number => Math.round((k * count) / windowsOf(count));

/** Number of windows: each has at least one digit. */
const windowsOf = (count: number): number => Math.min(WINDOWS, count);

const windowErrors = (probabilities: Float64Array, labels: Uint8Array): readonly number[] => {
  const classes = probabilities.length / labels.length;
  return Array.from({ length: windowsOf(labels.length) }, (_, k) => {
    const [from, to] = [windowStart(k, labels.length), windowStart(k + 1, labels.length)];
    return metrics(probabilities.subarray(from * classes, to * classes), labels.subarray(from, to)).error;
  });
};

/** Learning rate with the least error on the held-out digits, over all streams. */
const chooseRate = async (
  context: ExperimentContext,
  method: Method,
  split: ImageSplit,
): ReturnType<typeof sweepRates> => {
  if (context.budget.searchEpochs === 0) return { learningRate: RATES[1], tried: [] };
  const count = Math.min(Math.ceil(context.budget.stream / 2), split.count);
  return sweepRates(async (learningRate) => {
    const errors: number[] = [];
    for (const stream of STREAMS) {
      const course = { method, stream, learningRate, split, count, seed: SEARCH_SEED };
      errors.push((await learnStream(context, course)).metrics.error);
    }
    return mean(errors);
  }, RATES);
};

const rowOf = (
  { method, stream, learned }: ContenderScores,
  split: ImageSplit,
  count: number,
  seeds: readonly number[],
): Row => ({
  ...{ name: `${method.name}: ${stream.title}`, dataset: split.name, seeds: [...seeds] },
  ...{ images: count, epochs: 1, paper: null },
  seconds: learned.reduce((sum, { seconds }) => sum + seconds, 0),
  ...summarizeMetrics(learned.map((own) => own.metrics)),
});

const ofStream = (stream: Stream, found: readonly ContenderScores[]): readonly ContenderScores[] =>
  found.filter((own) => own.stream.name === stream.name);

const figureOf = (
  stream: Stream,
  found: readonly ContenderScores[],
  count: number,
  seeds: number,
): Figure => ({
  name: stream.name,
  title: `Online error, ${stream.title}`,
  caption: `Each point: the ${Math.round(count / windowsOf(count))} digits before it, each predicted before it is learned; ${PASSES} passes where they differ; ${meansInWords({ seeds })}.`,
  x: { label: "digits learned" },
  y: { label: "error (%)" },
  series: ofStream(stream, found).map(({ method, learned }) => ({
    name: method.name,
    points: Array.from({ length: windowsOf(count) }, (_, k) =>
      curvePoint(
        windowStart(k + 1, count),
        learned.map(({ windows }) => windows[k]!),
        0,
      ),
    ),
  })),
});

const streamInWords = (stream: Stream, found: readonly ContenderScores[]): string => {
  const errors = ofStream(stream, found)
    .map(({ method, learned }) => ({
      name: method.name,
      error: mean(learned.map((own) => own.metrics.error)),
    }))
    .sort((a, b) => a.error - b.error);
  return `Where ${stream.title}, errors from the least (%): ${errors.map(({ name, error }) => `${name} ${error.toFixed(2)}`).join(", ")}.`;
};
