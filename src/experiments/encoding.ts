/**
 * Out-of-distribution detection by every neuron with every encoding of the pixels. The paper's stochastic networks take
 * sgn(2x - 1), conventional ones take x itself, so the two differ in more than their neurons.
 */

import { mnistCnn } from "../networks/catalogue.ts";
import type { Encoding } from "../networks/network.ts";
import type { Experiment } from "./experiment.ts";
import { comparisonsInWords, comparisonsOf } from "./predicting/comparisons.ts";
import { type ContenderScores, scoreContenders } from "./predicting/contender-scores.ts";
import { outOfDistribution } from "./predicting/out-of-distribution.ts";
import { contendersOf, type Way } from "./predicting/predictors.ts";
import { detectionRow } from "./predicting/rows.ts";
import { openMnist } from "./study/data.ts";
import { BERNOULLI, compared, encoded, type Method, stochastic } from "./study/methods.ts";

/** The method by signs of pixels, then by real pixels. */
const bothWays = (kind: Way["kind"], method: Method): readonly [Way, Way] => {
  const way = (encoding: Encoding): Way => {
    const own = encoded(method, encoding);
    return { kind, name: own.name, method: own };
  };
  return [way("sign"), way("real")];
};

const WAYS: readonly Way[] = [
  ...bothWays("stochastic", stochastic("bNSM", mnistCnn, BERNOULLI, null)),
  ...bothWays("baseline", compared("binary network", mnistCnn, "binary-erf", null)),
  ...bothWays("baseline", compared("dCNN", mnistCnn, "relu", null)),
];

export const encoding: Experiment = {
  name: "encoding",
  title: "MNIST: images of another kind, by neurons and by encoding of the pixels",
  reads: ["mnist", "fashion-mnist"],
  takesSeeds: true,
  takesOod: true,
  find: async (context) => {
    const data = await openMnist(context);
    const { others, left } = await outOfDistribution(context, data.test);
    const { contenders, remarks } = await contendersOf(context, data.train, WAYS);
    const found = await scoreContenders(context, contenders, data.test, others);
    const comparisons = await comparisonsOf(context, pairsOf(found));
    return {
      rows: await Promise.all(found.map((own) => detectionRow(context, own, data.test))),
      figures: [],
      comparisons: [...comparisons],
      remarks: [...comparisonsInWords(comparisons), ...left, ...remarks],
    };
  },
};

/** Pairs: the encodings of each neuron, and the stochastic network with the others at the same encoding. */
const pairsOf = (found: readonly ContenderScores[]): (readonly [ContenderScores, ContenderScores])[] => {
  const [stochasticSign, stochasticReal, binarySign, binaryReal, rectifierSign, rectifierReal] = found as [
    ...[ContenderScores, ContenderScores],
    ...[ContenderScores, ContenderScores],
    ...[ContenderScores, ContenderScores],
  ];
  return [
    [stochasticReal, stochasticSign],
    [binaryReal, binarySign],
    [rectifierReal, rectifierSign],
    [stochasticReal, binaryReal],
    [stochasticReal, rectifierReal],
    [stochasticSign, rectifierSign],
  ];
};
