/**
 * Bias and variance of the gradient estimators, against the gradient of a small network by enumeration. With g the exact
 * gradient by the hidden layers' parameters and G a draw of it, the mean of n draws is off by
 *
 *     sqrt(||E(G) - g||^2 + tr Var(G) / n) / ||g||
 */

import * as z from "zod";
import { grouped } from "../grouped.ts";
import { initialParameters } from "../networks/initialize.ts";
import { isStochastic } from "../networks/layers/neuron-options.ts";
import { drawnShape } from "../networks/layers/stochastic.ts";
import { type Network, parseNetwork } from "../networks/network.ts";
import { isTrained, parametersOf, planOf } from "../networks/plan.ts";
import { ESTIMATORS, type Estimator } from "../nn/estimators.ts";
import { fillUniform } from "../random/fill.ts";
import { key } from "../random/key.ts";
import type { Engine } from "../runtime/engine.ts";
import { createEngine } from "../runtime/node.ts";
import { sizeOf } from "../tensor/tensor.ts";
import type { Experiment } from "./experiment.ts";
import type { Figure } from "./findings/findings.ts";
import { drawnGradients, exactGradient, type GradientProblem } from "./gradients/gradient-draws.ts";
import { type GradientQuality, gradientQuality } from "./gradients/gradient-quality.ts";
import { engineOf } from "./study/provenance.ts";

/** A network of 16 spikes in three layers, which can be enumerated. */
const SMALL: Network = parseNetwork({
  name: "estimators",
  input: [1, 4, 4],
  classes: 3,
  encoding: "sign",
  layers: [
    { type: "dense", units: 6 },
    { type: "dense", units: 5 },
    { type: "dense", units: 5 },
  ],
});

const HIDDEN = planOf(SMALL).filter(isStochastic);

/** Gains: of a network at the start of training, and of one whose spikes are nearly saturated. */
const GAINS = [1, 3];
const [ROWS, RUNS] = [500, 100];
/** Numbers of draws in a mean. */
const MEANS = [1, 3, 10, 30, 100, 300, 1000, 3000, 10_000];

interface Quality extends GradientQuality {
  readonly estimator: Estimator;
}

const schema: z.ZodType<Quality> = z.strictObject({
  estimator: z.enum(ESTIMATORS),
  ...{ bias: z.number(), biasLimit: z.number(), isBiased: z.boolean() },
  ...{ deviation: z.number(), cosine: z.number() },
});

export const estimators: Experiment = {
  name: "estimators",
  title: "Bias and variance of the gradient estimators",
  reads: [],
  find: async ({ cached, say, signal, ...options }) => {
    const engine = createEngine(engineOf(options));
    const figures: Figure[] = [];
    const remarks: string[] = [];
    for (const gain of GAINS) {
      const found: Quality[] = [];
      for (const estimator of ESTIMATORS) {
        signal.throwIfAborted();
        const key = { network: SMALL, gain, estimator, rows: ROWS, runs: RUNS };
        found.push(
          await cached("estimator", key, schema, () => {
            say(`estimator ${estimator}, gain ${gain}`);
            return qualityOf(engine, problemWith(gain), estimator);
          }),
        );
      }
      figures.push(figureOf(gain, found));
      remarks.push(...found.map((quality) => `Gain ${gain}, ${inWords(quality)}`));
    }
    return {
      rows: [],
      figures,
      remarks: ["Biases and deviations in norms of the exact gradient.", ...remarks],
    };
  },
};

/** An image of random signs, and random parameters with that gain. */
const problemWith = (gain: number): GradientProblem => {
  const specs = parametersOf(SMALL).filter(isTrained);
  const start = initialParameters(specs, 1);
  const gains = specs.filter(({ kind }) => kind === "gain");
  const image = new Float32Array(sizeOf(SMALL.input));
  fillUniform(key(1, "estimators"), image);
  return {
    network: SMALL,
    parameters: {
      ...start,
      ...Object.fromEntries(gains.map(({ name }) => [name, start[name]!.map((value) => gain * value)])),
    },
    image: image.map((u) => (u < 0 ? -1 : 1)),
    label: 0,
    // The readout's has no bias, whatever the estimator.
    sought: specs
      .map(({ name }) => name)
      .filter((name) => HIDDEN.some((layer) => name.startsWith(`${layer.name}.`))),
  };
};

const qualityOf = async (
  engine: Engine,
  problem: GradientProblem,
  estimator: Estimator,
): Promise<Quality> => {
  const exact = await exactGradient(engine, problem);
  const drawn = await drawnGradients(engine, problem, { estimator, rows: ROWS, runs: RUNS, seed: 1 });
  return { estimator, ...gradientQuality(exact, drawn, ROWS) };
};

const figureOf = (gain: number, found: readonly Quality[]): Figure => ({
  name: `gain-${gain}`,
  title: `Error of the estimated gradient, gain ${gain}`,
  caption:
    `A network of ${HIDDEN.map((layer) => sizeOf(drawnShape(layer))).join(", ")} spikes; against the exact gradient of its hidden layers by enumeration, ` +
    `from ${grouped(ROWS * RUNS)} draws. Where a line levels off is its bias. REINFORCE's baseline is the mean loss of the same image's other draws, better than what training has.`,
  x: { label: "draws averaged", scale: "log" },
  y: { label: "error / norm of the gradient", scale: "log" },
  series: found.map(({ estimator, bias, deviation }) => ({
    name: NAMES[estimator],
    points: MEANS.map((n) => ({ x: n, y: Math.sqrt(bias ** 2 + deviation ** 2 / n) })),
  })),
});

const NAMES: Readonly<Record<Estimator, string>> = {
  erf: "the paper's (erf)",
  identity: "straight-through, identity",
  hardTanh: "straight-through, hard tanh",
  concrete: "binary concrete",
  reinforce: "REINFORCE",
  arm: "ARM",
};

const inWords = ({ estimator, bias, biasLimit, isBiased, deviation, cosine }: Quality): string => {
  const seen = isBiased
    ? `bias ${bias.toPrecision(2)}`
    : `no bias seen (at most ${biasLimit.toPrecision(2)})`;
  return `${NAMES[estimator]}: ${seen}, standard deviation of a draw ${deviation.toPrecision(2)}, cosine of its mean ${cosine.toFixed(3)}.`;
};
