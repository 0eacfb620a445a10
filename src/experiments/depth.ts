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
import { type Place, tradeFigures, tradeInWords, tradeOf } from "./depth/trade.ts";
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
    const found = new Map<Method, MethodFindings>();
    for (const method of allOf(methods))
      found.set(method, await findingsOf(context, methods, method, scale, data));
    const of = (method: Method): MethodFindings => found.get(method)!;
    const curves = methods.pairs.map(([own, twin]) => [of(own).curve!, of(twin).curve!] as const);
    const signals = methods.pairs.map(([own]) => of(own).signal!);
    const places = methods.sizes.flatMap(({ method }) => of(method).places);
    const all = await comparisonsOf(
      context,
      comparedPairs(methods, (method) => of(method).scores),
    );
    const comparisons = all.filter(({ measure }) => COMPARED.includes(measure));
    return {
      rows: await Promise.all(
        [...found.values()].map(({ scores }) => detectionRow(context, scores, data.validation)),
      ),
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

/** Findings by the networks of one method. */
interface MethodFindings {
  readonly scores: ContenderScores;
  /** Errors by epoch, of a method in pairs. */
  readonly curve: Curve | undefined;
  /** Signal by depth, of a stochastic method in pairs. */
  readonly signal: MethodSignal | undefined;
  /** Quality at each gain, of a method among those that differ in the size of the populations. */
  readonly places: readonly Place[];
}

/** Everything that needs the networks of a method, so that nothing needs them again once it is kept. */
const findingsOf = async (
  context: ExperimentContext,
  { pairs, sizes }: DepthMethods,
  method: Method,
  { gains, signalImages }: Scale,
  data: DepthData,
): Promise<MethodFindings> => {
  const isPaired = pairs.flat().includes(method);
  const isStochastic = hasNoise(method.network);
  const kind = isStochastic ? "stochastic" : "baseline";
  const sized = sizes.filter((each) => each.method === method);
  const curve = isPaired ? await curveOf(context, method, data) : undefined;
  const { contenders } = await contendersOf(context, data.train, [{ kind, name: method.name, method }]);
  const [scores] = await scoreContenders(context, contenders, data.validation, data.others);
  return {
    scores: scores!,
    curve,
    signal: isPaired && isStochastic ? await signalOf(context, method, data.train, signalImages) : undefined,
    places: await tradeOf(context, sized, gains, data),
  };
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
  const atRates = new Map(searching.map((method, k) => [method, searched[k]!]));
  const own = (method: Method): Method => atRates.get(method)!;
  const others = all.variants.filter(({ method }) => !atRates.has(method));
  for (const { method, base } of others) {
    const { learningRate } = own(base).training;
    atRates.set(method, { ...method, training: { ...method.training, learningRate } });
  }
  return {
    methods: {
      pairs: all.pairs.map(([one, other]) => [own(one), own(other)] as const),
      recipe: own(all.recipe),
      variants: all.variants.map(({ method, base }) => ({ method: own(method), base: own(base) })),
      sizes: all.sizes.map(({ size, method }) => ({ size, method: own(method) })),
    },
    remarks: [
      ...remarks,
      ...[...new Set(others.map(({ base }) => base))].map((base) => {
        const names = others.filter((other) => other.base === base).map(({ method }) => `"${method.name}"`);
        return `${names.join(", ")}: at the rate of "${base.name}", ${own(base).training.learningRate}.`;
      }),
    ],
  };
};

/** All methods, each once: a variant may be one of a pair. */
const allOf = ({ pairs, variants }: DepthMethods): readonly Method[] => [
  ...new Set([...pairs.flat(), ...variants.map(({ method }) => method)]),
];

/** Each stochastic network with its conventional counterpart, and each variant with its base; without OOD images. */
const comparedPairs = (
  methods: DepthMethods,
  scoresOf: (method: Method) => ContenderScores,
): (readonly [ContenderScores, ContenderScores])[] => {
  const onTest = new Map<Method, ContenderScores>();
  for (const method of allOf(methods)) {
    const { contender, runs } = scoresOf(method);
    onTest.set(method, { contender, runs: runs.map(({ test }) => ({ test, others: [] })) });
  }
  const pairs = [...methods.pairs, ...methods.variants.map(({ method, base }) => [method, base] as const)];
  return pairs.map(([own, other]) => [onTest.get(own)!, onTest.get(other)!] as const);
};
