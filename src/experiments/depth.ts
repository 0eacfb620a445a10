/**
 * Depth: which of the paper's claims about convergence hold with which architecture. Curves of stochastic networks and
 * their conventional counterparts, ablations of a recipe that learns faster, signal by depth, and the trade between the
 * size of populations and the spread of passes. Everything is scored on held-out training images.
 */
import { hasNoise } from "../networks/plan.ts";
import { type Curve, curveOf, curvesFigure, pairInWords } from "./depth/curves.ts";
import { type DepthData, depthData } from "./depth/data.ts";
import { type DepthMethods, methodsFor } from "./depth/methods.ts";
import { budgetAt, type Scale, scaleOf } from "./depth/scale.ts";
import { type MethodSignal, signalFigures, signalInWords, signalOf } from "./depth/signal.ts";
import { tradeFigures, tradeInWords, tradeOf } from "./depth/trade.ts";
import type { Experiment, ExperimentContext } from "./experiment.ts";
import { comparisonsInWords, comparisonsOf } from "./predicting/comparisons.ts";
import { type ContenderScores, scoreContenders } from "./predicting/contender-scores.ts";
import { contendersOf } from "./predicting/predictors.ts";
import { detectionRow } from "./predicting/rows.ts";
import { atSearchedRates } from "./study/learning-rate.ts";
import type { Method } from "./study/methods.ts";

/** Measures that methods are compared in. */
const COMPARED = ["error in %", "NLL"];

export const depth: Experiment = {
  name: "depth",
  title: "Convergence by depth, optimiser and population neurons",
  reads: ["cifar10", "cifar100"],
  takesSeeds: true,
  find: async (given) => {
    const scale = scaleOf(given.budget);
    const data = await depthData(given, scale);
    const context = { ...given, budget: budgetAt(given.budget, scale) };
    const { methods, remarks: rates } = await searchedMethods(context, scale, data);
    const curves = await curvesOf(context, methods, data);
    const found = await scored(context, methods, data);
    const all = await comparisonsOf(context, comparedPairs(methods, found));
    const comparisons = all.filter(({ measure }) => COMPARED.includes(measure));
    const signals = await signalsOf(context, methods, scale, data);
    const places = await tradeOf(context, methods.sizes, scale.gains, data);
    return {
      rows: await Promise.all(found.map((own) => detectionRow(context, own, data.validation))),
      figures: [
        curvesFigure(curves.flat(), data.validation, context),
        ...signalFigures(signals, scale.signalImages, context),
        ...tradeFigures(context, places, data),
      ],
      comparisons,
      remarks: [
        `Scored on ${data.validation.name}, on which no network was trained, at half the width and height. Test images are not used.`,
        ...curves.map(pairInWords),
        ...comparisonsInWords(comparisons),
        ...signals.map(signalInWords),
        ...tradeInWords(places, scale.samples),
        ...rates,
      ],
    };
  },
};

/** The methods at their learning rates. */
const searchedMethods = async (
  context: ExperimentContext,
  scale: Scale,
  { train, augmentation }: DepthData,
): Promise<{ readonly methods: DepthMethods; readonly remarks: readonly string[] }> => {
  const all = methodsFor(scale, train, augmentation);
  const searching = allOf(all).filter(({ firstRates }) => firstRates !== undefined);
  const { methods: searched, remarks } = await atSearchedRates(context, searching, train);
  const found = new Map(searching.map((method, k) => [method, searched[k]!]));
  const { learningRate } = found.get(all.recipe)!.training;
  const own = (method: Method): Method =>
    found.get(method) ?? { ...method, training: { ...method.training, learningRate } };
  return {
    methods: {
      pairs: all.pairs.map(([one, other]) => [own(one), own(other)] as const),
      recipe: own(all.recipe),
      variants: all.variants.map(own),
      sizes: all.sizes.map(({ size, method }) => ({ size, method: own(method) })),
    },
    remarks: [...remarks, `The other variants of the recipe learn at its rate, ${learningRate}.`],
  };
};

const allOf = ({ pairs, variants }: DepthMethods): readonly Method[] => [...pairs.flat(), ...variants];

const curvesOf = async (
  context: ExperimentContext,
  { pairs }: DepthMethods,
  data: DepthData,
): Promise<readonly (readonly [Curve, Curve])[]> => {
  const curves: [Curve, Curve][] = [];
  for (const [own, twin] of pairs)
    curves.push([await curveOf(context, own, data), await curveOf(context, twin, data)]);
  return curves;
};

/** Scores of all methods on the held-out images. */
const scored = async (
  context: ExperimentContext,
  methods: DepthMethods,
  { train, validation, others }: DepthData,
): Promise<readonly ContenderScores[]> => {
  const ways = allOf(methods).map((method) => {
    const kind = hasNoise(method.network) ? "stochastic" : "baseline";
    return { kind, name: method.name, method } as const;
  });
  const { contenders } = await contendersOf(context, train, ways);
  return scoreContenders(context, contenders, validation, others);
};

/** Each stochastic network with its conventional counterpart, and each variant with the recipe; without OOD images. */
const comparedPairs = (
  { pairs, variants, recipe }: DepthMethods,
  found: readonly ContenderScores[],
): (readonly [ContenderScores, ContenderScores])[] => {
  const alone = new Map(
    found.map(({ contender, runs }) => [
      contender.name,
      { contender, runs: runs.map(({ test }) => ({ test, others: [] })) },
    ]),
  );
  const of = ({ name }: Method): ContenderScores => alone.get(name)!;
  return [
    ...pairs.map(([own, twin]) => [of(own), of(twin)] as const),
    ...variants.map((variant) => [of(variant), of(recipe)] as const),
  ];
};

const signalsOf = async (
  context: ExperimentContext,
  { pairs }: DepthMethods,
  { signalImages }: Scale,
  { train }: DepthData,
): Promise<readonly MethodSignal[]> => {
  const signals: MethodSignal[] = [];
  for (const [own] of pairs) signals.push(await signalOf(context, own, train, signalImages));
  return signals;
};
