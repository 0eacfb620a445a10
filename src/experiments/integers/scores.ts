/** Scores of a run and of its integers, by the same noise. */
import * as z from "zod";
import type { ImageSplit } from "../../datasets/dataset.ts";
import { monteCarlo } from "../../inference/node.ts";
import { quantize } from "../../integer/quantize.ts";
import type { WeightWidth } from "../../networks/integers/integers.ts";
import type { Model } from "../../networks/model.ts";
import { metrics } from "../../statistics/metrics.ts";
import { metricsIn, metricsSchema } from "../../statistics/metrics-schema.ts";
import { agreement } from "../../statistics/probabilities.ts";
import { parseTraining } from "../../training/configuration.ts";
import { splitChecksum } from "../../training/runs/run.ts";
import type { ExperimentContext } from "../experiment.ts";
import type { Budget } from "../study/budgets.ts";
import { type Method, trialOf } from "../study/methods.ts";
import { scoringOf } from "../study/study.ts";

const PASSES = [1, 2, 5, 10, 20, 50, 100];

/** Numbers of passes at which a network errs and takes energy, up to those of the budget. */
export const passesOf = ({ samples }: Budget): readonly number[] =>
  PASSES.filter((passes) => passes <= samples);

/** Confidence at which an image takes no more passes. */
export const CONFIDENCE = 0.99;

const scoreSchema = z.strictObject({
  metrics: metricsSchema,
  /** Share of images with the label that floating point gives. */
  agreement: z.number(),
});

const schema = z.strictObject({
  float: metricsSchema,
  ...{ int8: scoreSchema, int4: scoreSchema, ternary: scoreSchema },
  /** Error in per cent of int8 by each of the budget's passes. */
  byPasses: z.array(z.number()),
  /** Mean number of passes of int8 with early exit, and its error in per cent. */
  adaptive: z.strictObject({ passes: z.number(), error: z.number() }),
});

export type IntegerScores = z.infer<typeof schema>;

/** Scores of a method's run of one seed on the test split. */
export const integerScores = (
  context: ExperimentContext,
  method: Method,
  { train, test }: { readonly train: ImageSplit; readonly test: ImageSplit },
  seed: number,
): Promise<IntegerScores> => {
  const { samples } = context.budget;
  const numbers = passesOf(context.budget);
  const trial = trialOf(context, method, train, seed);
  const key = {
    ...{ network: trial.network, training: parseTraining(trial.training), trainedOn: splitChecksum(train) },
    ...{ scoredOn: splitChecksum(test), samples, seed, passes: numbers, confidence: CONFIDENCE },
  };
  return context.cached("integers", key, schema, async () => {
    const { run } = await context.trained(trial);
    const { network, parameters } = run;
    const predict = (model: Model, options: object = {}) => {
      context.signal.throwIfAborted();
      return monteCarlo(model, test, { ...scoringOf(context), samples, seed, ...options });
    };
    context.say(`${trial.title}: floating point`);
    const float = (await predict({ network, parameters })).probabilities;
    const inIntegers = async (width: WeightWidth) => {
      context.say(`${trial.title}: ${width}`);
      const { probabilities } = await predict(quantize(run, width));
      return {
        metrics: metricsIn(metrics(probabilities, test.labels)),
        agreement: agreement(float, probabilities, network.classes),
      };
    };
    const [int8, int4, ternary] = [
      await inIntegers("int8"),
      await inIntegers("int4"),
      await inIntegers("ternary"),
    ];
    const model = quantize(run, "int8");
    const errorOf = (probabilities: Float64Array): number => metrics(probabilities, test.labels).error;
    const byPasses: number[] = [];
    for (const passes of numbers)
      byPasses.push(errorOf((await predict(model, { samples: passes })).probabilities));
    const early = await predict(model, { confidence: CONFIDENCE });
    const passes = early.samples.reduce((sum, count) => sum + count, 0) / test.count;
    return {
      float: metricsIn(metrics(float, test.labels)),
      ...{ int8, int4, ternary, byPasses },
      adaptive: { passes, error: errorOf(early.probabilities) },
    };
  });
};
