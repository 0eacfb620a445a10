/**
 * Internal covariate shift: how the input of the last hidden layer moves over the first iterations. PAPER, "Figures" (a).
 */
import type { ImageSplit } from "../datasets/dataset.ts";
import { mnistCnn, mnistMlp } from "../networks/catalogue.ts";
import type { Network } from "../networks/network.ts";
import type { Engine } from "../runtime/engine.ts";
import { parseTraining } from "../training/configuration.ts";
import { stepsOf } from "../training/loop.ts";
import { openProbe } from "../training/probe.ts";
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
import { BERNOULLI, byOptimizerOf, compared, type Method, stochastic, trialOf } from "./study/methods.ts";
import { type Probed, probedTraining } from "./study/probed-training.ts";

/** The iterations of the paper's figure. */
const FIRST_STEPS = 200;
const PROBED_IMAGES = 100;

/** The percentiles of the last hidden layer's input, over its units and some images. */
const inputPercentiles =
  (images: ImageSplit) =>
  async (engine: Engine, network: Network, state: StateArrays): Promise<Percentiles> => {
    const probe = await openProbe(engine, network, images, PROBED_IMAGES);
    const drive = await probe.look(state);
    await probe.dispose();
    return percentilesOf(drive);
  };

export const covariateShift: Experiment = {
  name: "covariate-shift",
  title: "MNIST: the input of the last hidden layer while training begins",
  reads: ["mnist"],
  find: async (context) => {
    const { train, validation } = await digitsOf(context);
    const rectifiers = compared("StNN", mnistCnn, "noisy-rectifier", null);
    const contests: readonly [string, string, readonly Method[]][] = [
      [
        "cnn",
        "mnist-cnn",
        [byOptimizerOf(stochastic("bNSM", mnistCnn, BERNOULLI, null), rectifiers), rectifiers],
      ],
      [
        "mlp",
        "mnist-mlp",
        [
          stochastic("bNSM", mnistMlp, BERNOULLI, null),
          compared("MLP", mnistMlp, "relu", null),
          compared("MLP, batch normalization", mnistMlp, "batch-normalization", null),
        ],
      ],
    ];
    const figures: Figure[] = [];
    const remarks: string[] = [];
    for (const [name, network, methods] of contests) {
      const series: { name: string; probed: readonly Probed<Percentiles>[] }[] = [];
      for (const method of methods) {
        const trial = trialOf(context, method, train, 1);
        const until = Math.min(FIRST_STEPS, stepsOf(parseTraining(trial.training), train.count));
        const probed = await probedTraining(context, trial, {
          name: "last-hidden-input",
          until,
          isAt: (step) => step <= 10 || step % 5 === 0,
          schema: percentilesSchema,
          look: inputPercentiles(validation),
        });
        series.push({ name: method.name, probed });
      }
      figures.push(
        percentilesFigure(
          {
            name,
            title: `${network}: input of the last hidden layer`,
            x: { label: "iteration" },
            y: { label: "input" },
          },
          series,
        ),
      );
      remarks.push(...series.map(({ name: method, probed }) => `${network}, ${method}: ${inWords(probed)}`));
    }
    return { rows: [], figures, remarks };
  },
};

/** Spread of the middle 70 % at the start and at the end, and range of the median in between. */
const inWords = (probed: readonly Probed<Percentiles>[]): string => {
  const [start, end] = [probed[0]!, probed.at(-1)!];
  const width = ([low, , high]: Percentiles): number => high! - low!;
  const ends = ([low, , high]: Percentiles): string => `${low!.toFixed(2)} to ${high!.toFixed(2)}`;
  const moved = Math.max(...probed.map(({ found }) => Math.abs(found[1]! - start.found[1]!)));
  const times = (width(end.found) / width(start.found)).toFixed(1);
  return (
    `15th to 85th percentile ${ends(start.found)} at the start, ${ends(end.found)} after ${end.step} iterations, ` +
    `${times} times as wide; the median moved by at most ${moved.toFixed(2)}.`
  );
};
