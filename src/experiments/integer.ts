/**
 * Networks in integers: error by width of the weights with the noise of the run in floating point, and the energy of a
 * decision beside conventional networks of the same widths.
 */
import { counted } from "../grouped.ts";
import { mnistCnn, mnistMlp } from "../networks/catalogue.ts";
import { WEIGHT_WIDTHS } from "../networks/integers/integers.ts";
import type { Metrics } from "../statistics/metrics.ts";
import type { Experiment, ExperimentContext } from "./experiment.ts";
import type { Row } from "./findings/findings.ts";
import { energyFigure, energyRemarks } from "./integers/energy.ts";
import { fineTunedScores, fineTuningEpochs } from "./integers/fine-tuned.ts";
import { type IntegerScores, integerScores, passesOf } from "./integers/scores.ts";
import { openMnist } from "./study/data.ts";
import { atSearchedRates } from "./study/learning-rate.ts";
import { BERNOULLI, compared, type Method, stochastic } from "./study/methods.ts";
import { seedsOf } from "./study/study.ts";
import { mean, summarizeMetrics } from "./study/summarize.ts";
import { tableRows } from "./study/table.ts";

const NSMS: readonly Method[] = [
  stochastic("bNSM, mnist-cnn", mnistCnn, BERNOULLI, null),
  stochastic("bNSM, mnist-mlp", mnistMlp, BERNOULLI, null),
];

const CONVENTIONAL: readonly Method[] = [
  compared("rectifiers, mnist-cnn", mnistCnn, "relu", null),
  compared("binary neurons, mnist-cnn", mnistCnn, "binary-erf", null),
];

/** At the quick budget only the dense network, whose steps are short. */
const isFineTuned = ({ budget }: ExperimentContext, name: string): boolean =>
  !budget.embedded || name === NSMS.at(-1)!.name;

/** Scores of every seed, one after the other. */
const ofSeeds = async <Scores>(
  context: ExperimentContext,
  score: (seed: number) => Promise<Scores>,
): Promise<Scores[]> => {
  const found: Scores[] = [];
  for (const seed of seedsOf(context)) found.push(await score(seed));
  return found;
};

export const integer: Experiment = {
  name: "integer",
  title: "MNIST: networks in integers",
  reads: ["mnist"],
  takesSeeds: true,
  find: async (context) => {
    const data = await openMnist(context);
    const { methods, remarks } = await atSearchedRates(context, [...NSMS, ...CONVENTIONAL], data.train);
    const rows: Row[] = [];
    const found: IntegerScores[][] = [];
    const tuned: (Metrics[] | undefined)[] = [];
    const furtherEpochs = fineTuningEpochs(context);
    for (const method of methods.slice(0, NSMS.length)) {
      const scores = await ofSeeds(context, (seed) => integerScores(context, method, data, seed));
      found.push(scores);
      const fineTuned = isFineTuned(context, method.name)
        ? await ofSeeds(context, (seed) => fineTunedScores(context, method, data, seed))
        : undefined;
      tuned.push(fineTuned);
      const base = { dataset: data.test.name, images: data.test.count, epochs: context.budget.epochs };
      const common = { ...base, seeds: [...seedsOf(context)], seconds: null, paper: null };
      rows.push(
        { name: method.name, ...common, ...summarizeMetrics(scores.map(({ float }) => float)) },
        ...WEIGHT_WIDTHS.map((width) => ({
          ...{ name: `${method.name}, ${width}`, ...common },
          ...summarizeMetrics(scores.map((each) => each[width].metrics)),
        })),
        ...(fineTuned
          ? [
              {
                ...{ name: `${method.name}, ternary, fine-tuned`, ...common },
                epochs: base.epochs + furtherEpochs,
                ...summarizeMetrics(fineTuned),
              },
            ]
          : []),
      );
    }
    const conventional = await tableRows(context, data, methods.slice(NSMS.length));
    const [rectifiers, binary] = conventional as [Row, Row];
    const { network } = methods[0]!;
    return {
      rows: [...rows, ...conventional],
      figures: [energyFigure(network, found[0]!, passesOf(context.budget), { rectifiers, binary })],
      remarks: [
        ...NSMS.flatMap(({ name }, k) => [
          ...differences(name, found[k]!),
          ...(tuned[k] ? [gain(name, furtherEpochs, tuned[k], found[k]!)] : []),
        ]),
        ...energyRemarks(network, found[0]!),
        ...remarks,
      ],
    };
  },
};

/** Change of the error by fine-tuning, in words. */
const gain = (
  name: string,
  epochs: number,
  tuned: readonly Metrics[],
  rounded: readonly IntegerScores[],
): string => {
  const apart = tuned.map(({ error }, k) => signed(error - rounded[k]!.ternary.metrics.error));
  return `${name}, ternary, fine-tuned (${counted(epochs, "epoch")}, weights rounded in the forward pass): error ${apart.join(", ")} points from rounding alone.`;
};

const signed = (points: number): string => `${points < 0 ? "" : "+"}${points.toFixed(2)}`;

/** Differences from floating point in words. */
const differences = (name: string, scores: readonly IntegerScores[]): readonly string[] =>
  WEIGHT_WIDTHS.map((width) => {
    const apart = scores.map((each) => signed(each[width].metrics.error - each.float.error));
    const agreement = mean(scores.map((each) => each[width].agreement));
    return `${name}, ${width}: error ${apart.join(", ")} points from floating point by the same noise, ${(100 * agreement).toFixed(2)} % equal labels.`;
  });
