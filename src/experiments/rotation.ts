/** Uncertainty of rotated digits: entropy and mutual information from 0 to 180 degrees. */

import * as z from "zod";
import type { ImageSplit } from "../datasets/dataset.ts";
import { rotated } from "../datasets/perturb.ts";
import { firstImages } from "../datasets/subset.ts";
import { metrics } from "../statistics/metrics.ts";
import type { Experiment, ExperimentContext } from "./experiment.ts";
import type { Figure } from "./findings/findings.ts";
import { mnistContenders } from "./predicting/mnist-contenders.ts";
import type { Predictor } from "./predicting/predictors.ts";
import { predictionKey } from "./predicting/scores.ts";
import type { Budget } from "./study/budgets.ts";
import { openMnist } from "./study/data.ts";
import { labelsChecksum, type OfLabels, ofLabels } from "./study/of-labels.ts";
import { curvePoint, mean, meansInWords } from "./study/summarize.ts";

/** Test digits that are rotated, and degrees between two rotations; at the quick budget too few to conclude anything. */
const scaleOf = ({ embedded }: Budget) => (embedded ? { digits: 200, step: 45 } : { digits: 1000, step: 15 });

/** Half a turn in steps, in degrees. */
const anglesBy = (step: number): readonly number[] =>
  Array.from({ length: 180 / step + 1 }, (_, k) => step * k);

interface Turned {
  readonly error: number;
  readonly entropy: number;
  readonly mutualInformation: number;
}

const turnedSchema: z.ZodType<Turned & OfLabels> = z.strictObject({
  ...{ error: z.number(), entropy: z.number(), mutualInformation: z.number() },
  labels: z.string().optional(),
});

export const rotation: Experiment = {
  name: "rotation",
  title: "MNIST: turned digits",
  reads: ["mnist"],
  takesSeeds: true,
  find: async (context) => {
    const data = await openMnist(context);
    const { contenders, remarks } = await mnistContenders(context, data.train);
    const scale = scaleOf(context.budget);
    const angles = anglesBy(scale.step);
    const digits = firstImages(data.test, scale.digits);
    const curves: { name: string; runs: readonly (readonly Turned[])[] }[] = [];
    for (const { name, predictors } of contenders) {
      const runs: Turned[][] = [];
      for (const predictor of predictors) {
        const turned: Turned[] = [];
        for (const angle of angles) turned.push(await turnedScores(context, predictor, digits, angle));
        runs.push(turned);
      }
      curves.push({ name, runs });
    }
    const valuesAt = (runs: readonly (readonly Turned[])[], k: number, name: keyof Turned): number[] =>
      runs.map((turned) => turned[k]![name]);
    const figure = (name: keyof Turned, label: string): Figure => ({
      name,
      title: `${label[0]!.toUpperCase()}${label.slice(1)} against the angle`,
      caption: `The first ${digits.count} test digits, ${meansInWords(context)} (of the ensemble, itself); ${context.budget.samples} passes an image where passes differ.`,
      x: { label: "degrees" },
      y: { label },
      series: curves.map((curve) => ({
        name: curve.name,
        points: angles.map((angle, k) => curvePoint(angle, valuesAt(curve.runs, k, name), 0)),
      })),
    });
    return {
      rows: [],
      figures: [
        figure("entropy", "entropy (nats)"),
        figure("mutualInformation", "mutual information (nats)"),
        figure("error", "error (%)"),
      ],
      remarks: [
        ...curves.map(({ name, runs }) => {
          const at = (angle: number, what: keyof Turned): number =>
            mean(valuesAt(runs, angles.indexOf(angle), what));
          return `${name}: entropy ${at(0, "entropy").toFixed(3)} upright, ${at(90, "entropy").toFixed(3)} at 90 degrees, where it errs on ${at(90, "error").toFixed(1)} %.`;
        }),
        ...remarks,
      ],
    };
  },
};

const turnedScores = (
  { cached, say, signal, budget }: ExperimentContext,
  predictor: Predictor,
  digits: ImageSplit,
  angle: number,
): Promise<Turned> => {
  const passes = budget.samples;
  const key = { ...predictionKey(predictor, digits, passes), angle };
  const labels = labelsChecksum(digits);
  return cached("rotation", key, ofLabels(turnedSchema, labels), async () => {
    signal.throwIfAborted();
    say(`${predictor.name}: digits turned by ${angle} degrees`);
    const found = await predictor.predict(rotated(digits, angle), passes);
    return {
      labels,
      error: metrics(found.probabilities, digits.labels).error,
      entropy: mean([...found.entropy]),
      mutualInformation: mean([...found.mutualInformation]),
    };
  });
};
