/**
 * Firing probabilities, measured against equation (3): every synapse draws its noise, equation (4). (3) is exact for
 * Gaussian noise, and the central limit for Bernoulli noise.
 */

import * as z from "zod";
import { grouped } from "../grouped.ts";
import { spikeMean } from "../nn/neuron.ts";
import { bernoulli } from "../nn/noise/bernoulli.ts";
import { gaussian } from "../nn/noise/gaussian.ts";
import { fillXi, type Noise, noiseVariance } from "../nn/noise/noise.ts";
import { densePotential } from "../nn/potential.ts";
import { denseSynapses, threshold } from "../nn/synapse.ts";
import { fillUniform } from "../random/fill.ts";
import { key } from "../random/key.ts";
import type { Engine } from "../runtime/engine.ts";
import { createEngine } from "../runtime/node.ts";
import { broadcastTo } from "../tensor/broadcast.ts";
import { lower } from "../tensor/lower.ts";
import { mean } from "../tensor/reduce.ts";
import { input } from "../tensor/tensor.ts";
import type { Experiment } from "./experiment.ts";
import type { Figure } from "./findings/findings.ts";
import { engineOf } from "./study/provenance.ts";

/** Number of units; each has a bias of its own, so that v covers [-WIDEST, WIDEST]. */
const UNITS = 25;
const WIDEST = 1.8;
const POTENTIALS = Array.from({ length: UNITS }, (_, k) => WIDEST * ((2 * k) / (UNITS - 1) - 1));

/** Monte Carlo passes in a batch, and number of batches. */
const [BATCH, RUNS] = [500, 40];
const DRAWS = BATCH * RUNS;

const SYNAPSES: readonly { readonly name: string; readonly noise: Noise; readonly inputs: number }[] = [
  { name: "Gaussian, 4 inputs", noise: gaussian(1), inputs: 4 },
  { name: "Bernoulli .5, 4 inputs", noise: bernoulli(0.5), inputs: 4 },
  { name: "Bernoulli .5, 16 inputs", noise: bernoulli(0.5), inputs: 16 },
  { name: "Bernoulli .5, 256 inputs", noise: bernoulli(0.5), inputs: 256 },
  { name: "Bernoulli .25, 16 inputs", noise: bernoulli(0.25), inputs: 16 },
  { name: "Bernoulli .25, 256 inputs", noise: bernoulli(0.25), inputs: 256 },
];

/** For each unit: the fraction of draws in which it fired, and P by (3). */
interface Firing {
  readonly measured: readonly number[];
  readonly expected: readonly number[];
}

const firingSchema: z.ZodType<Firing> = z.strictObject({
  ...{ measured: z.array(z.number()).length(UNITS), expected: z.array(z.number()).length(UNITS) },
});

export const firing: Experiment = {
  name: "firing",
  title: "Firing probabilities against equation (3)",
  reads: [],
  find: async ({ cached, say, signal, ...options }) => {
    const engine = createEngine(engineOf(options));
    const found: (Firing & { readonly name: string })[] = [];
    for (const { name, noise, inputs } of SYNAPSES) {
      signal.throwIfAborted();
      const key = { noise, inputs, potentials: POTENTIALS, draws: DRAWS };
      const compute = async (): Promise<Firing> => {
        say(`firing: ${name}`);
        return measure(engine, noise, inputs);
      };
      found.push({ name, ...(await cached("firing", key, firingSchema, compute)) });
    }
    return { rows: [], figures: [curvesFigure(found), deviationsFigure(found)], remarks: found.map(inWords) };
  },
};

const measure = async (engine: Engine, noise: Noise, inputs: number): Promise<Firing> => {
  const synapses = {
    weight: input("weight", [UNITS, inputs]),
    gain: input("gain", [UNITS]),
    bias: input("bias", [UNITS]),
  };
  const z = input("z", [1, inputs]);
  const xi = input("xi", [BATCH, UNITS, inputs]);
  const executable = await engine.compile(
    lower({
      measured: mean(threshold(denseSynapses(broadcastTo(z, [BATCH, inputs]), xi, synapses, noise)), [0]),
      expected: spikeMean(densePotential(synapses, noise, true)(z)),
    }),
  );
  const feeds = unitsAt(POTENTIALS, noise, inputs);
  const factors = new Float32Array(BATCH * UNITS * inputs);
  const sums = new Float64Array(UNITS);
  let expected: Float32Array | undefined;
  for (let run = 0; run < RUNS; run++) {
    fillXi(noise, key(1, "firing/xi", run), factors);
    const results = await executable.run({ ...feeds, xi: factors });
    for (const [k, spike] of (results.measured as Float32Array).entries()) sums[k]! += spike;
    expected = results.expected as Float32Array;
  }
  await executable.dispose();
  const probability = (spike: number): number => (1 + spike) / 2;
  return {
    measured: Array.from(sums, (sum) => probability(sum / RUNS)),
    expected: Array.from(expected!, probability),
  };
};

/** Random weights and inputs; gain 1 / 2; biases that bring each unit to its v. */
const unitsAt = (potentials: readonly number[], noise: Noise, inputs: number) => {
  const draw = (name: string, length: number): Float32Array => {
    const values = new Float32Array(length);
    fillUniform(key(1, `firing/${name}`), values);
    return values;
  };
  const weight = draw("weight", UNITS * inputs);
  const z = draw("inputs", inputs).map((u) => (u < 0 ? -1 : 1));
  const gain = new Float32Array(UNITS).fill(0.5);
  // v = gain w.z / ||w|| + b / (sqrt(2) s ||w||), solved for b.
  const bias = Float32Array.from(potentials, (v, i) => {
    const own = weight.subarray(i * inputs, (i + 1) * inputs);
    const drive = own.reduce((sum, w, j) => sum + w * z[j]!, 0);
    return (v * Math.hypot(...own) - gain[i]! * drive) * Math.sqrt(2 * noiseVariance(noise));
  });
  return { weight, z, gain, bias };
};

type Named = Firing & { readonly name: string };

const CAPTION = `${UNITS} units with random weights, every synapse drawn ${grouped(DRAWS)} times.`;

const curvesFigure = (found: readonly Named[]): Figure => ({
  name: "curves",
  title: "Firing probability",
  caption: CAPTION,
  x: { label: "v" },
  y: { label: "P(z = 1)" },
  series: [
    ...found.map(({ name, measured }) => ({
      name,
      points: POTENTIALS.map((v, k) => ({ x: v, y: measured[k]! })),
    })),
    { name: "equation (3)", points: POTENTIALS.map((v, k) => ({ x: v, y: found[0]!.expected[k]! })) },
  ],
});

const standardError = (p: number): number => Math.sqrt((p * (1 - p)) / DRAWS);

const deviationsFigure = (found: readonly Named[]): Figure => ({
  name: "deviations",
  title: "Measured firing probability less that of equation (3)",
  caption: `${CAPTION} Bands: 95 % of the draws' own scatter.`,
  x: { label: "v" },
  y: { label: "difference" },
  series: found.map(({ name, measured, expected }) => ({
    name,
    points: POTENTIALS.map((v, k) => {
      const [y, half] = [measured[k]! - expected[k]!, 1.96 * standardError(expected[k]!)];
      return { x: v, y, low: y - half, high: y + half };
    }),
  })),
});

/** 5 % critical value of the largest of several normal variates, by Bonferroni's correction. */
const CHANCE = 3.09;

const inWords = ({ name, measured, expected }: Named): string => {
  const differences = measured.map((p, k) => Math.abs(p - expected[k]!));
  const scores = differences.map((difference, k) => difference / standardError(expected[k]!));
  const largest = Math.max(...scores);
  const verdict = largest < CHANCE ? "no more than chance" : `${largest.toFixed(0)} standard errors`;
  return `${name}: off by at most ${Math.max(...differences).toFixed(4)}, ${verdict}.`;
};
