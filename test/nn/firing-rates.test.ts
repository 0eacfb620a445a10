/** Measured firing rates against equation (3), over a grid of beta, p, sigma and b. */
import { describe, expect, test } from "vitest";
import { spike, spikeMean } from "../../src/nn/neuron.ts";
import { bernoulli } from "../../src/nn/noise/bernoulli.ts";
import { gaussian } from "../../src/nn/noise/gaussian.ts";
import { fillXi, type Noise, noiseVariance } from "../../src/nn/noise/noise.ts";
import { densePotential } from "../../src/nn/potential.ts";
import { denseSynapses, threshold } from "../../src/nn/synapse.ts";
import { key } from "../../src/random/key.ts";
import { fillNoise } from "../../src/random/streams.ts";
import { sum } from "../../src/tensor/broadcast.ts";
import { cast, greater } from "../../src/tensor/select.ts";
import { constant, input, type Tensor } from "../../src/tensor/tensor.ts";
import { erfc } from "../support/special-functions.ts";
import { binomialP, chiSquareTail, worstP } from "../support/statistics.ts";
import { evaluate } from "../tensor/evaluate.ts";
import { signs, uniform } from "./draw.ts";

/** Smallest accepted p-value of a test over its whole grid. */
const LEAST_P = 1e-4;
const SAMPLES = 20_000;

const GAINS = [0, 0.3, 0.7, 1.5, -1];
const BIASES = [-0.8, 0, 0.3];
const UNITS = GAINS.length * BIASES.length;
const gains = Float32Array.from({ length: UNITS }, (_, k) => GAINS[k % GAINS.length]!);
const biases = Float32Array.from({ length: UNITS }, (_, k) => BIASES[Math.floor(k / GAINS.length)]!);

/** A layer whose units have one input z each, and the gains and biases of the grid. */
const layer = (fanIn: number) => {
  const [weights, z] = [uniform(`weights ${fanIn}`, UNITS * fanIn), signs(`z ${fanIn}`, fanIn)];
  const synapses = {
    weight: constant(weights, [UNITS, fanIn]),
    gain: constant(gains, [UNITS]),
    bias: constant(biases, [UNITS]),
  };
  return { fanIn, weights, z, synapses };
};
type Layer = ReturnType<typeof layer>;

/** P(z_i = 1 | z) by equation (3), in float64. */
const equation3 = ({ fanIn, weights, z }: Layer, noise: Noise): readonly number[] =>
  Array.from(gains, (gain, i) => {
    const w = weights.subarray(i * fanIn, (i + 1) * fanIn);
    const norm = Math.hypot(...w);
    const drive = w.reduce((total, wj, j) => total + wj * z[j]!, 0);
    const s = Math.sqrt(noiseVariance(noise));
    return 0.5 * erfc(-((gain * drive) / norm + biases[i]! / (Math.SQRT2 * s * norm)));
  });

/** Number of times that each unit fired, from spikes [samples, units]. */
const counts = (spikes: Tensor): Tensor => sum(cast(greater(spikes, 0), "float32"), [0]);

/** Bonferroni's combination of the exact two-sided binomial p-values of all units. */
const binomialPs = (fired: readonly number[], probabilities: readonly number[]): number =>
  worstP(fired.map((count, k) => binomialP(count, SAMPLES, probabilities[k]!)));

/** Chi-square over all units that are not nearly saturated, each with its own probability. */
const gridP = (fired: readonly number[], probabilities: readonly number[]): number => {
  const used = probabilities.flatMap((p, k) => (SAMPLES * Math.min(p, 1 - p) > 20 ? [k] : []));
  expect(used.length).toBeGreaterThan(UNITS / 2);
  const squares = used.map((k) => {
    const p = probabilities[k]!;
    return (fired[k]! - SAMPLES * p) ** 2 / (SAMPLES * p * (1 - p));
  });
  return chiSquareTail(
    squares.reduce((a, b) => a + b, 0),
    used.length,
  );
};

const unitLaw = async (it: Layer, noise: Noise): Promise<number[]> => {
  const v = densePotential(it.synapses, noise, true)(constant(it.z, [1, it.fanIn]));
  const u = new Float32Array(SAMPLES * UNITS);
  fillNoise({ seed: 3, purpose: "rates", sizes: {} }, 0, { u });
  return evaluate(counts(spike(spikeMean(v), input("u", [SAMPLES, UNITS]))), { u });
};

const synapseLaw = async (it: Layer, noise: Noise): Promise<number[]> => {
  const xi = new Float32Array(SAMPLES * UNITS * it.fanIn);
  fillXi(noise, key(4, "rates/xi", 0), xi);
  const z = new Float32Array(SAMPLES * it.fanIn).map((_, k) => it.z[k % it.fanIn]!);
  const u = denseSynapses(
    input("z", [SAMPLES, it.fanIn]),
    input("xi", [SAMPLES, UNITS, it.fanIn]),
    it.synapses,
    noise,
  );
  return evaluate(counts(threshold(u)), { z, xi });
};

describe(`unit law, ${UNITS} units of fan-in 40, ${SAMPLES} samples, p > ${LEAST_P}`, () => {
  const noises = [...[0.1, 0.25, 0.5, 0.9].map(bernoulli), ...[0.3, 1, 3].map(gaussian)];
  test.each(noises)("%o", async (noise) => {
    const it = layer(40);
    const [fired, probabilities] = [await unitLaw(it, noise), equation3(it, noise)];
    expect(binomialPs(fired, probabilities)).toBeGreaterThan(LEAST_P);
    expect(gridP(fired, probabilities)).toBeGreaterThan(LEAST_P);
  });
});

describe(`synapse law, Gaussian, where (3) is exact at any fan-in, p > ${LEAST_P}`, () => {
  test.each([
    [0.5, 1],
    [1, 3],
    [2, 10],
  ])("sigma = %d, fan-in %d", async (sigma, fanIn) => {
    const it = layer(fanIn);
    const noise = gaussian(sigma);
    const [fired, probabilities] = [await synapseLaw(it, noise), equation3(it, noise)];
    expect(binomialPs(fired, probabilities)).toBeGreaterThan(LEAST_P);
    expect(gridP(fired, probabilities)).toBeGreaterThan(LEAST_P);
  });
});

test("the test can fail: rates of another gain, 5 % higher, are told apart", async () => {
  const it = layer(40);
  const noise = gaussian(1);
  const other = {
    ...it,
    synapses: {
      ...it.synapses,
      gain: constant(
        gains.map((g) => 1.05 * g),
        [UNITS],
      ),
    },
  };
  expect(gridP(await unitLaw(other, noise), equation3(it, noise))).toBeLessThan(LEAST_P);
});
