/** Scores of runs in ternary weights, fine-tuned for them. */
import type { ImageSplit } from "../../datasets/dataset.ts";
import { monteCarlo } from "../../inference/node.ts";
import { type Metrics, metrics } from "../../statistics/metrics.ts";
import { metricsIn, metricsSchema } from "../../statistics/metrics-schema.ts";
import { parseTraining } from "../../training/configuration.ts";
import { fineTune } from "../../training/runs/fine-tune.ts";
import { splitChecksum } from "../../training/runs/run.ts";
import type { ExperimentContext } from "../experiment.ts";
import { type Method, trialOf } from "../study/methods.ts";
import { scoringOf } from "../study/study.ts";

/** Most epochs of fine-tuning: those of the budget, if they are fewer. */
const MOST_EPOCHS = 3;

const WEIGHTS = "ternary";

/** Epochs of fine-tuning at a budget. */
export const fineTuningEpochs = ({ budget: { epochs } }: Pick<ExperimentContext, "budget">): number =>
  Math.min(MOST_EPOCHS, epochs);

/** Scores on the test split of a method's run of one seed, fine-tuned for ternary weights. */
export const fineTunedScores = (
  context: ExperimentContext,
  method: Method,
  { train, test }: { readonly train: ImageSplit; readonly test: ImageSplit },
  seed: number,
): Promise<Metrics> => {
  const { samples } = context.budget;
  const epochs = fineTuningEpochs(context);
  const trial = trialOf(context, method, train, seed);
  const key = {
    ...{ network: trial.network, training: parseTraining(trial.training), trainedOn: splitChecksum(train) },
    ...{ scoredOn: splitChecksum(test), samples, seed, weights: WEIGHTS, fineTuning: { epochs } },
  };
  return context.cached("fine-tuned-integers", key, metricsSchema, async () => {
    const { run } = await context.trained(trial);
    const title = `${trial.title}: fine-tuning, ${WEIGHTS}`;
    const model = await fineTune(run, train, WEIGHTS, {
      ...{ ...scoringOf(context), epochs },
      onStep: (report) => context.onStep(title, report),
    });
    const { probabilities } = await monteCarlo(model, test, { ...scoringOf(context), samples, seed });
    return metricsIn(metrics(probabilities, test.labels));
  });
};
