/**
 * Which detector tells images unlike the training data? Chosen on held-out digits against images made for the purpose;
 * then judged on test digits against other data sets and perturbed digits, for stochastic and conventional networks.
 */
import { DEFAULT_DETECTOR } from "../calibration/calibrate.ts";
import type { ImageSplit } from "../datasets/dataset.ts";
import { firstImages } from "../datasets/subset.ts";
import { drawValidation } from "../datasets/validation.ts";
import { DETECTOR_NAMES, type DetectorName } from "../detectors/kinds.ts";
import type { Images } from "../networks/images.ts";
import { madeImages, perturbedDigits } from "./digits/foreign.ts";
import type { Experiment, ExperimentContext } from "./experiment.ts";
import type { Row } from "./findings/findings.ts";
import { DETECTOR_PASSES, type Detections, detectionsOf } from "./predicting/detector-scores.ts";
import { mnistContenders } from "./predicting/mnist-contenders.ts";
import { outOfDistribution } from "./predicting/out-of-distribution.ts";
import type { Contender, Predictor } from "./predicting/predictors.ts";
import type { Budget } from "./study/budgets.ts";
import { openMnist } from "./study/data.ts";
import { mean, total } from "./study/summarize.ts";

/** Inverse fraction of the training digits that are held out for the choice. */
const HELD_OUT = 10;
const HELD_OUT_SEED = 2;

/**
 * Images at the quick budget, too few to conclude anything: those of which the choice holds some out, those that detectors
 * are fitted to, and those that they score.
 */
const QUICK = { chosenBy: 1000, fitted: 300, scored: 100 };

const ALL = Number.POSITIVE_INFINITY;

/** The images that a budget fits detectors to and scores. */
const shares = ({ embedded }: Budget): typeof QUICK =>
  embedded ? QUICK : { chosenBy: ALL, fitted: ALL, scored: ALL };

/** Networks whose held-out digits choose the detector. */
const CHOOSING = ["bNSM", "gNSM", "dCNN, one pass"];

export const detectors: Experiment = {
  name: "detectors",
  title: "MNIST: which images are unlike the training data?",
  reads: ["mnist", "fashion-mnist"],
  takesSeeds: true,
  takesOod: true,
  find: async (context) => {
    const { train, test: whole } = await openMnist(context);
    const { fitted, scored } = shares(context.budget);
    const test = firstImages(whole, scored);
    const budget = { ...context.budget, images: Math.min(context.budget.images, scored) };
    const { others: known, left } = await outOfDistribution({ ...context, budget }, test);
    const others = [...known, ...perturbedDigits(test)];
    const choice = await chosen(context, train);
    const { contenders, remarks } = await mnistContenders(context, train);
    const rows: Row[] = [...choice.rows];
    for (const contender of judgedOf(context.budget, contenders))
      rows.push(...(await judged(context, contender, firstImages(train, fitted), test, others)));
    return { rows, figures: [], remarks: [...choice.remarks, ...inWords(rows, test), ...left, ...remarks] };
  },
};

/** All contenders; at the quick budget those that choose the detector. */
const judgedOf = ({ embedded }: Budget, contenders: readonly Contender[]): readonly Contender[] =>
  contenders.filter(({ name }) => !embedded || CHOOSING.includes(name));

/** The detector that is best on held-out digits, by the mean AUROC over networks and made images. */
const chosen = async (
  context: ExperimentContext,
  digits: ImageSplit,
): Promise<{ readonly rows: readonly Row[]; readonly remarks: readonly string[] }> => {
  const { chosenBy, fitted, scored } = shares(context.budget);
  const whole = firstImages(digits, chosenBy);
  const held = drawValidation(whole, Math.floor(whole.count / HELD_OUT), HELD_OUT_SEED);
  const { contenders } = await mnistContenders({ ...context, seeds: 1 }, held.train);
  const [train, validation] = [firstImages(held.train, fitted), firstImages(held.validation, scored)];
  const made = madeImages(validation);
  const rows: Row[] = [];
  const means = new Map<DetectorName, number[]>();
  for (const contender of contenders.filter(({ name }) => CHOOSING.includes(name))) {
    const found = await detectionsOf(context, contender.predictors[0]!, train, validation, made);
    for (const detector of namesIn(found)) {
      const areas = found.map((each) => each[detector]!.auroc);
      means.set(detector, [...(means.get(detector) ?? []), mean(areas)]);
      rows.push(
        await rowOf(
          context,
          `${contender.name}, ${detector}`,
          contender.predictors.slice(0, 1),
          validation,
          made,
          [found],
          detector,
        ),
      );
    }
  }
  const ranked = [...means]
    .filter(([, values]) => values.length === CHOOSING.length)
    .map(([name, values]) => ({ name, area: mean(values) }))
    .sort((a, b) => b.area - a.area);
  const [best] = ranked;
  return {
    rows,
    remarks: [
      `Best by the mean AUROC of held-out digits against made images, over ${CHOOSING.join(", ")}: ${ranked.map(({ name, area }) => `${name} ${area.toFixed(4)}`).join(", ")}.`,
      best!.name === DEFAULT_DETECTOR
        ? `The best, ${best!.name}, is the default of \`nsm calibrate\`.`
        : `\`nsm calibrate\` has ${DEFAULT_DETECTOR} by default, not the best of this budget.`,
    ],
  };
};

const namesIn = (found: readonly Detections[]): readonly DetectorName[] =>
  DETECTOR_NAMES.filter((name) => found.every((each) => each[name]));

/** A row for each detector: means over the contender's runs. */
const judged = async (
  context: ExperimentContext,
  { name, predictors }: Contender,
  train: ImageSplit,
  test: ImageSplit,
  others: readonly Images[],
): Promise<readonly Row[]> => {
  const runs: (readonly Detections[])[] = [];
  for (const predictor of predictors) runs.push(await detectionsOf(context, predictor, train, test, others));
  const rows: Row[] = [];
  for (const detector of namesIn(runs[0]!))
    rows.push(await rowOf(context, `${name}, ${detector}`, predictors, test, others, runs, detector));
  return rows;
};

const rowOf = async (
  { budget }: ExperimentContext,
  name: string,
  predictors: readonly Predictor[],
  familiar: ImageSplit,
  others: readonly Images[],
  runs: readonly (readonly Detections[])[],
  detector: DetectorName,
): Promise<Row> => ({
  ...{ name, dataset: familiar.name, images: familiar.count, epochs: budget.epochs, paper: null },
  ...{ error: null, nll: null, brier: null, ece: null },
  seeds: predictors.flatMap(({ seeds }) => seeds),
  seconds: total(await Promise.all(predictors.map((predictor) => predictor.seconds()))),
  ood: others.map((images, k) => {
    const of = (measure: "auroc" | "aupr" | "fpr95"): number =>
      mean(runs.map((run) => run[k]![detector]![measure]));
    return {
      name: images.name,
      images: images.count,
      auroc: of("auroc"),
      aupr: of("aupr"),
      fpr95: of("fpr95"),
    };
  }),
});

/** Who is best at each set of images, by the default detector. */
const inWords = (rows: readonly Row[], test: ImageSplit): readonly string[] => {
  const own = rows.filter(
    ({ name, dataset }) => dataset === test.name && name.endsWith(`, ${DEFAULT_DETECTOR}`),
  );
  const sets = own[0]?.ood ?? [];
  return [
    `AUROC of ${DEFAULT_DETECTOR} among ${test.name}, by ${DETECTOR_PASSES} passes where networks sample: ${sets
      .map(({ name: set }, k) => {
        const ranked = own
          .map(({ name, ood }) => ({
            name: name.slice(0, -DEFAULT_DETECTOR.length - 2),
            area: ood![k]!.auroc,
          }))
          .sort((a, b) => b.area - a.area);
        return `${set}: ${ranked.map(({ name, area }) => `${name} ${area.toFixed(4)}`).join(", ")}`;
      })
      .join("; ")}.`,
  ];
};
