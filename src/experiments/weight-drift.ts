/** Distribution and drift of the third layer's weights over the epochs. PAPER, "Figures" (b). */
import * as z from "zod";
import { mnistCnn } from "../networks/catalogue.ts";
import type { Network } from "../networks/network.ts";
import { planOf } from "../networks/plan.ts";
import type { Engine } from "../runtime/engine.ts";
import { parseTraining } from "../training/configuration.ts";
import { stepsOf } from "../training/loop.ts";
import type { StateArrays } from "../training/state.ts";
import type { Experiment } from "./experiment.ts";
import type { Figure } from "./findings/findings.ts";
import {
  digitsOf,
  type Percentiles,
  percentilesFigure,
  percentilesOf,
  percentilesSchema,
} from "./study/held-out.ts";
import { BERNOULLI, byOptimizerOf, compared, stochastic, trialOf } from "./study/methods.ts";
import { type Probed, probedTraining } from "./study/probed-training.ts";

interface Weights {
  readonly percentiles: Percentiles;
  readonly mean: number;
  readonly variance: number;
}

const weightsSchema: z.ZodType<Weights> = z.strictObject({
  ...{ percentiles: percentilesSchema, mean: z.number(), variance: z.number() },
});

/** Statistics of the third layer's weights, which the paper shows. */
const thirdLayer = async (_engine: Engine, network: Network, state: StateArrays): Promise<Weights> => {
  const weights = state[`${planOf(network)[2]!.name}.weight`]!;
  const average = weights.reduce((sum, w) => sum + w, 0) / weights.length;
  const variance = weights.reduce((sum, w) => sum + (w - average) ** 2, 0) / weights.length;
  return { percentiles: percentilesOf(weights), mean: average, variance };
};

export const weightDrift: Experiment = {
  name: "weight-drift",
  title: "MNIST: the weights of the third layer over the epochs",
  reads: ["mnist"],
  find: async (context) => {
    const { train } = await digitsOf(context);
    const rectifiers = compared("StNN", mnistCnn, "noisy-rectifier", null);
    const methods = [
      // Muon itself holds the norm of the weights.
      byOptimizerOf(stochastic("bNSM", mnistCnn, BERNOULLI, null), rectifiers),
      rectifiers,
      compared("dCNN", mnistCnn, "relu", null),
    ];
    const series: { name: string; perEpoch: number; probed: readonly Probed<Weights>[] }[] = [];
    for (const method of methods) {
      const trial = trialOf(context, method, train, 1);
      const training = parseTraining(trial.training);
      const perEpoch = stepsOf({ ...training, epochs: 1 }, train.count);
      const probed = await probedTraining(context, trial, {
        name: "third-layer-weights",
        until: stepsOf(training, train.count),
        isAt: (step) => step % perEpoch === 0,
        schema: weightsSchema,
        look: thirdLayer,
      });
      series.push({ name: method.name, perEpoch, probed });
    }
    const drift = (name: "mean" | "variance", label: string): Figure => ({
      name,
      title: `Drift of the ${name} of the weights`,
      caption: "The third layer's weights, less what they were at the start. One run of each, seed 1.",
      x: { label: "epoch" },
      y: { label },
      series: series.map(({ name: method, perEpoch, probed }) => ({
        name: method,
        points: probed.map(({ step, found }) => ({
          x: step / perEpoch,
          y: found[name] - probed[0]!.found[name],
        })),
      })),
    });
    const distribution = percentilesFigure(
      {
        name: "distribution",
        title: "Weights of the third layer",
        x: { label: "epoch" },
        y: { label: "weight" },
      },
      series.map(({ name, perEpoch, probed }) => ({
        name,
        probed: probed.map((at) => ({ ...at, step: at.step / perEpoch, found: at.found.percentiles })),
      })),
    );
    return {
      rows: [],
      figures: [
        distribution,
        drift("mean", "E[W] - E[W at the start]"),
        drift("variance", "Var[W] - Var[W at the start]"),
      ],
      remarks: series.map(({ name, probed }) => {
        const [start, end] = [probed[0]!.found, probed.at(-1)!.found];
        return `${name}: the variance went from ${start.variance.toExponential(2)} to ${end.variance.toExponential(2)}, ${(end.variance / start.variance).toFixed(2)} times as much.`;
      }),
    };
  },
};
