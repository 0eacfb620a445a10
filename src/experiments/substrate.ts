/**
 * Networks on analog hardware: error, likelihood and calibration on chips, against each imperfection of the device alone and all
 * together. The NSM beside the conventional network of the same widths, each trained plainly and with the device in the loop.
 */
import { firstImages } from "../datasets/subset.ts";
import { counted, grouped } from "../grouped.ts";
import { mnistMlp } from "../networks/catalogue.ts";
import type { Metrics } from "../statistics/metrics.ts";
import { analogDeviceByName } from "../substrate/devices/devices.ts";
import { networkForSubstrate } from "../training/check-substrate.ts";
import { parseTraining } from "../training/configuration.ts";
import type { Experiment, ExperimentContext } from "./experiment.ts";
import type { Figure, Row } from "./findings/findings.ts";
import type { Budget } from "./study/budgets.ts";
import { openMnist } from "./study/data.ts";
import { BERNOULLI, compared, type Method, stochastic, trialOf } from "./study/methods.ts";
import { seedsOf } from "./study/study.ts";
import {
  curvePoint,
  mean,
  meanMetrics,
  meansInWords,
  type RunMetrics,
  summarizeMetrics,
  total,
} from "./study/summarize.ts";
import { type Imperfection, imperfectionsOf, NONE, togetherOf } from "./substrate/imperfections.ts";
import {
  entropiesOnChip,
  type Place,
  passesAt,
  RECALIBRATED_ON,
  type Splits,
  scoreOnChip,
} from "./substrate/on-chip.ts";
import { type Contestant, comparedInWords, errorText, riseInWords } from "./substrate/words.ts";

/** The method trained with the device of a place in the loop. */
const trainedFor = (method: Method, { device, seconds }: Place): Method => {
  const training = { ...method.training, substrate: { device, seconds } };
  // With the noise of the device's switch, which run.json has too.
  const network = networkForSubstrate(method.network, parseTraining(training));
  return { ...method, name: `${method.name}, device in the loop`, network, training };
};

const NSM = stochastic("NSM", mnistMlp, BERNOULLI, null);
const RECTIFIERS = compared("rectifiers", mnistMlp, "relu", null);

/** Both networks, trained plainly and with the device of all imperfections in the loop. */
const methodsOf = (budget: Budget): readonly [Method, Method, Method, Method] => {
  const together = togetherOf(budget);
  return [NSM, trainedFor(NSM, together), RECTIFIERS, trainedFor(RECTIFIERS, together)];
};

/** Methods of a sweep: the NSM alone for imperfections of its noise; at the quick budget none with the device in the loop. */
export const sweptMethods = (budget: Budget, { isOfNoise }: Imperfection): readonly Method[] => {
  const methods = methodsOf(budget).slice(0, isOfNoise ? 2 : 4);
  return methods.filter(({ training }) => !(budget.embedded && training.substrate));
};

/** The stochastic synapse of the publication of 2022, and the chips of it that are scored for each seed. */
const FEFET: Place = { severity: 0, seconds: 0, device: analogDeviceByName("fefet-selector") };
const FEFET_NSM = trainedFor(NSM, FEFET);
const chipsOf = ({ embedded }: Budget): number => (embedded ? 2 : 3);

/** Passes in sweeps over severities, of which there are many. */
const SWEPT = { passes: 20 };

/** Test digits that sweeps score; at the quick budget too few to conclude anything. */
const digitsOf = ({ embedded }: Budget): number => (embedded ? 300 : Number.POSITIVE_INFINITY);
const MOST_TURNED = 1000;
const ANGLES = [0, 15, 30, 45, 60, 75, 90];

export const substrate: Experiment = {
  name: "substrate",
  title: "MNIST on analog hardware: imperfections of devices",
  reads: ["mnist"],
  takesSeeds: true,
  find: async (context) => {
    const { train, test: all } = await openMnist(context);
    const splits: Splits = { train, test: firstImages(all, digitsOf(context.budget)) };
    const rows: Row[] = [];
    const methods = methodsOf(context.budget);
    const places = placesOf(context.budget);
    /** Metrics of each method at each place, in their order. */
    const found: (readonly Metrics[])[][] = [];
    for (const method of methods) {
      const own: (readonly Metrics[])[] = [];
      for (const [words, place] of places) {
        const scores = await seedScores(context, method, splits, place);
        rows.push(await rowOf(context, `${method.name}: ${words}`, method, splits, scores));
        own.push(scores);
      }
      found.push(own);
    }
    const fefet = await fefetScores(context, splits);
    rows.push(
      await rowOf(context, `${FEFET_NSM.name}: fefet-selector`, FEFET_NSM, splits, fefet.map(meanMetrics)),
    );
    const figures: Figure[] = [];
    const sweeps: string[] = [];
    for (const imperfection of imperfectionsOf(context.budget)) {
      const curves = await curvesOf(context, imperfection, splits);
      figures.push(...MEASURES.map((measure) => figureOf(context, imperfection, curves, splits, measure)));
      sweeps.push(imperfectionInWords(imperfection, curves));
    }
    const turned = await rotationOnChip(context, splits);
    const contestant = (method: number, place: number): Contestant => ({
      name: methods[method]!.name,
      found: found[method]![place]!,
      before: found[method]![0]!,
    });
    const pairs = places.flatMap(([words], place) =>
      [0, 1].map((k) => ({ words, own: contestant(k, place), other: contestant(k + 2, place) })),
    );
    return {
      rows,
      figures: [...figures, turned.figure],
      remarks: [
        ...pairs.map(({ words, own, other }) => comparedInWords(words, own, other)),
        ...pairs
          .filter(({ words }) => words !== places[0]![0])
          .map(({ words, own, other }) => riseInWords(words, own, other)),
        fefetInWords(context, fefet),
        turned.words,
        ...sweeps,
      ],
    };
  },
};

/** Places at which all methods have a row; the first is what others are compared with. */
const placesOf = (budget: Budget): readonly (readonly [words: string, place: Place])[] => {
  const together = togetherOf(budget);
  return [
    ["exact weights", NONE],
    ["all imperfections", together],
    [`all imperfections, recalibrated on ${RECALIBRATED_ON} images`, { ...together, isRecalibrated: true }],
  ];
};

/** Metrics of a run of each seed at a place. */
const seedScores = async (
  context: ExperimentContext,
  method: Method,
  splits: Splits,
  place: Place,
): Promise<readonly Metrics[]> => {
  const found: Metrics[] = [];
  for (const seed of seedsOf(context)) found.push(await scoreOnChip(context, method, splits, seed, place));
  return found;
};

const rowOf = async (
  context: ExperimentContext,
  name: string,
  method: Method,
  { train, test }: Splits,
  found: readonly RunMetrics[],
): Promise<Row> => {
  const seconds = [];
  for (const seed of seedsOf(context))
    seconds.push(await context.secondsOf(trialOf(context, method, train, seed)));
  return {
    ...{ name, dataset: test.name, paper: null, epochs: context.budget.epochs },
    ...{ seeds: [...seedsOf(context)], images: test.count, seconds: total(seconds) },
    ...summarizeMetrics(found),
  };
};

/** Metrics of one method over the severities of an imperfection: [seed, severity]. */
interface Curve {
  readonly name: string;
  readonly runs: readonly (readonly Metrics[])[];
}

const curvesOf = async (
  context: ExperimentContext,
  imperfection: Imperfection,
  splits: Splits,
): Promise<readonly Curve[]> => {
  const curves: Curve[] = [];
  for (const method of sweptMethods(context.budget, imperfection)) {
    const runs: Metrics[][] = seedsOf(context).map(() => []);
    for (const condition of imperfection.conditions)
      for (const [k, metrics] of (
        await seedScores(context, method, splits, { ...condition, ...SWEPT })
      ).entries())
        runs[k]!.push(metrics);
    curves.push({ name: method.name, runs });
  }
  return curves;
};

type Measure = "error" | "nll" | "ece";
const MEASURES: readonly Measure[] = ["error", "nll", "ece"];
const LABELS: Readonly<Record<Measure, string>> = { error: "error (%)", nll: "NLL (nats)", ece: "ECE" };

const figureOf = (
  context: ExperimentContext,
  { name, title, label, scale, conditions }: Imperfection,
  curves: readonly Curve[],
  { test }: Splits,
  measure: Measure,
): Figure => ({
  name: `${name}-${measure}`,
  title: `${LABELS[measure]} against ${title}`,
  caption: `${test.name}; nothing else is imperfect; a chip for each run, ${meansInWords(context)}; ${passesAt(context, SWEPT)} passes an image where passes differ.`,
  x: { label, ...(scale && { scale }) },
  y: { label: LABELS[measure] },
  series: curves.map((curve) => ({
    name: curve.name,
    points: conditions.map(({ severity }, k) =>
      curvePoint(
        severity,
        curve.runs.map((run) => run[k]![measure]),
        0,
      ),
    ),
  })),
});

const imperfectionInWords = (
  { title, label, conditions }: Imperfection,
  curves: readonly Curve[],
): string => {
  const [first, last] = [conditions[0]!, conditions.at(-1)!].map(({ severity }) => grouped(severity));
  const found = curves.map(({ name, runs }) => {
    const at = (k: number, measure: Measure): number => mean(runs.map((run) => run.at(k)![measure]));
    const start = conditions.length > 1 ? `${at(0, "error").toFixed(2)} to ` : "";
    return `${name} ${start}${at(-1, "error").toFixed(2)} % (then NLL ${at(-1, "nll").toFixed(3)}, ECE ${at(-1, "ece").toFixed(3)})`;
  });
  const range = conditions.length > 1 ? `from ${first} to ${last}` : `at ${last}`;
  return `${title[0]!.toUpperCase()}${title.slice(1)}, ${range}, ${label}: error ${found.join("; ")}.`;
};

/** Metrics of the NSM on the device of 2022: [seed, chip]. */
const fefetScores = async (
  context: ExperimentContext,
  splits: Splits,
): Promise<readonly (readonly Metrics[])[]> => {
  const found: Metrics[][] = [];
  for (const seed of seedsOf(context)) {
    const own: Metrics[] = [];
    for (let chip = 0; chip < chipsOf(context.budget); chip++)
      own.push(await scoreOnChip(context, FEFET_NSM, splits, seed, { ...FEFET, chip }));
    found.push(own);
  }
  return found;
};

const fefetInWords = (
  { seeds, budget }: ExperimentContext,
  found: readonly (readonly Metrics[])[],
): string => {
  const errors = found.map((chips) => mean(chips.map(({ error }) => error)));
  return (
    `Three hidden layers on the stochastic synapse of Dutta et al., 2022: error ${errorText(errors)} % ` +
    `(${counted(seeds, "run")}, ${counted(chipsOf(budget), "chip")} each); the publication reports 1.75 % in simulation.`
  );
};

/** Entropy of the NSM on the device of 2022, as digits are turned. */
const rotationOnChip = async (
  context: ExperimentContext,
  { train, test }: Splits,
): Promise<{ readonly figure: Figure; readonly words: string }> => {
  const digits: Splits = { train, test: firstImages(test, MOST_TURNED) };
  const runs: (readonly number[])[] = [];
  for (const seed of seedsOf(context))
    runs.push(await entropiesOnChip(context, FEFET_NSM, digits, seed, FEFET, ANGLES));
  const at = (k: number): number => mean(runs.map((own) => own.at(k)!));
  const isRising = ANGLES.slice(1, 4).every((_, k) => at(k + 1) > at(k));
  return {
    figure: {
      name: "rotation",
      title: "Entropy of turned digits on fefet-selector",
      caption: `The first ${grouped(digits.test.count)} test digits, a chip for each run, ${meansInWords(context)}; ${context.budget.samples} passes an image.`,
      x: { label: "degrees" },
      y: { label: "entropy (nats)" },
      series: [
        {
          name: FEFET_NSM.name,
          points: ANGLES.map((angle, k) =>
            curvePoint(
              angle,
              runs.map((own) => own[k]!),
              0,
            ),
          ),
        },
      ],
    },
    words: `On fefet-selector the entropy is ${at(0).toFixed(3)} nats upright and ${at(-1).toFixed(3)} at 90 degrees; up to 45 degrees it ${isRising ? "rises" : "does not rise"} from step to step.`,
  };
};
