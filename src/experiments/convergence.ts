/** Speed of learning: error on held-out digits against iterations and against seconds. */
import * as z from "zod";
import { monteCarlo } from "../inference/node.ts";
import { mnistCnn } from "../networks/catalogue.ts";
import type { Network } from "../networks/network.ts";
import type { Engine } from "../runtime/engine.ts";
import { metrics } from "../statistics/metrics.ts";
import { parseTraining } from "../training/configuration.ts";
import { stepsOf } from "../training/loop.ts";
import { parametersIn, type StateArrays } from "../training/state.ts";
import type { Experiment } from "./experiment.ts";
import type { Figure } from "./findings/findings.ts";
import { digitsOf, HELD_OUT } from "./study/held-out.ts";
import { atSearchedRates } from "./study/learning-rate.ts";
import { BERNOULLI, byOptimizerOf, compared, type Method, stochastic, trialOf } from "./study/methods.ts";
import { type Probed, probedTraining } from "./study/probed-training.ts";
import { engineOf } from "./study/provenance.ts";
import { stepSeconds } from "./study/step-times.ts";
import { seedsOf } from "./study/study.ts";
import { mean, meansInWords } from "./study/summarize.ts";

/** Evaluations of the held-out error an epoch, besides those of the first steps. */
const LOOKS_AN_EPOCH = 4;
const LOOK_SAMPLES = 10;

/** Lower bound of errors that are drawn, in per cent: half of one digit, as a logarithmic scale has no zero. */
const LEAST_ERROR = 100 / HELD_OUT / 2;

const OWN = stochastic("bNSM", mnistCnn, BERNOULLI, null);
const NORMALIZED = compared("dCNN, batch normalization", mnistCnn, "batch-normalization", null);

/** First rates of the search for Muon's, about that of the recipe. */
const MUON_RATES = [0.01, 0.02, 0.04] as const;

const RECTIFIERS = compared("dCNN", mnistCnn, "relu", null);
const NOISY = compared("StNN", mnistCnn, "noisy-rectifier", null);

/** The stochastic neuron and the one with batch normalization by each optimiser; rectifiers alone do not suit Muon. */
const METHODS: readonly Method[] = [
  OWN,
  { ...byOptimizerOf(OWN, NORMALIZED), name: "bNSM, Adam" },
  RECTIFIERS,
  NORMALIZED,
  {
    ...{ ...byOptimizerOf(NORMALIZED, OWN), name: "dCNN, batch normalization, Muon" },
    firstRates: MUON_RATES,
  },
  NOISY,
];

/** Methods of the quick budget, which has no time for more: the NSM and the networks that it is judged against. */
const FEW = [OWN, RECTIFIERS, NOISY];

/** Mean and range over the seeds: confidence intervals of so few would cover the whole figure. */
const pointOf = (x: number, errors: readonly number[]) => ({
  ...{ x, y: mean(errors) },
  ...(errors.length > 1 && { low: Math.min(...errors), high: Math.max(...errors) }),
});

interface Curve {
  readonly name: string;
  /** The held-out error along a run, for each seed, at least LEAST_ERROR. */
  readonly seeds: readonly (readonly Probed<number>[])[];
}

export const convergence: Experiment = {
  name: "convergence",
  title: "MNIST: how fast networks learn",
  reads: ["mnist"],
  takesSeeds: true,
  find: async (context) => {
    const { whole, train, validation } = await digitsOf(context);
    const heldOutError = async (engine: Engine, network: Network, state: StateArrays): Promise<number> => {
      const parameters = parametersIn(network, state);
      const options = { samples: LOOK_SAMPLES, seed: 1, ...engineOf(engine), signal: context.signal };
      const { probabilities } = await monteCarlo({ network, parameters }, validation, options);
      return metrics(probabilities, validation.labels).error;
    };
    // The rates of the tables, which are sought once.
    const searched = await atSearchedRates(context, context.budget.embedded ? FEW : METHODS, whole);
    const curves: Curve[] = [];
    for (const method of searched.methods) {
      const seeds: (readonly Probed<number>[])[] = [];
      for (const seed of seedsOf(context)) {
        const trial = trialOf(context, method, train, seed);
        const training = parseTraining(trial.training);
        const every = Math.ceil(stepsOf({ ...training, epochs: 1 }, train.count) / LOOKS_AN_EPOCH);
        const probed = await probedTraining(context, trial, {
          name: "held-out-error",
          until: stepsOf(training, train.count),
          isAt: (step) => step % every === 0,
          schema: z.number(),
          look: heldOutError,
        });
        seeds.push(probed.map(({ step, found }) => ({ step, found: Math.max(found, LEAST_ERROR) })));
      }
      curves.push({ name: method.name, seeds });
    }
    const seconds = await stepSeconds(context, searched.methods, train);
    /** `scales`: what a step counts, for each method. */
    const figure = (name: string, label: string, scales: readonly number[], how = ""): Figure => ({
      name,
      title: `Held-out error against ${name}`,
      caption: `${HELD_OUT} training digits held out, ${LOOK_SAMPLES} passes an image; ${meansInWords(context, "from the best to the worst of them")}, cut off at ${LEAST_ERROR} %, half a digit.${how}`,
      x: { label },
      y: { label: "error (%)", scale: "log" },
      series: curves.map(({ name: method, seeds }, which) => ({
        name: method,
        points: seeds[0]!.slice(1).map((_, k) => {
          const at = seeds.map((probed) => probed[k + 1]!);
          return pointOf(
            at[0]!.step * scales[which]!,
            at.map(({ found }) => found),
          );
        }),
      })),
    });
    return {
      rows: [],
      figures: [
        figure(
          "iterations",
          "iteration",
          curves.map(() => 1),
        ),
        figure(
          "seconds",
          "seconds of training",
          seconds,
          " A step takes its median time, of all methods in turns.",
        ),
      ],
      remarks: [...convergenceRemarks(curves, seconds), ...searched.remarks],
    };
  },
};

/**
 * How long each took until its curve, the mean of the seeds, first came to the error that the worst of them has at the
 * last look; `seconds` of a step.
 */
const convergenceRemarks = (curves: readonly Curve[], seconds: readonly number[]): string[] => {
  const means = curves.map(({ seeds }) =>
    seeds[0]!.map(({ step }, k) => ({ step, error: mean(seeds.map((probed) => probed[k]!.found)) })),
  );
  const goal = Math.max(...means.map((curve) => curve.at(-1)!.error));
  return [
    `Every curve comes to ${goal.toFixed(2)} % of the held-out digits, which the worst has at the last look, after ${means[0]!.at(-1)!.step} iterations.`,
    ...curves.map(({ name, seeds }, k) => {
      const { step } = means[k]!.find(({ error }) => error <= goal)!;
      const own = seeds.map((probed) => probed.find(({ found }) => found <= goal)?.step ?? "never");
      const time = `${step} iterations of ${(1000 * seconds[k]!).toFixed(1)} ms, ${(step * seconds[k]!).toFixed(1)} s`;
      const each = seeds.length === 1 ? "" : ` (each seed by itself: ${own.join(", ")})`;
      return `${name}: there after ${time}${each}; at the last look it has ${means[k]!.at(-1)!.error.toFixed(2)} %.`;
    }),
  ];
};
