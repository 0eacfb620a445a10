/** The gradient of a small network's expected loss: exactly, and as an estimator draws it. */

import type { ParameterArrays } from "../../networks/initialize.ts";
import { expectation } from "../../networks/interpreters/enumerate.ts";
import { parameterInputs } from "../../networks/interpreters/sample.ts";
import type { Model } from "../../networks/model.ts";
import type { Network } from "../../networks/network.ts";
import type { Estimator } from "../../nn/estimators.ts";
import { exampleLosses } from "../../nn/loss.ts";
import { uniformNoise } from "../../random/streams.ts";
import { type Arrays, type Engine, type Executable, only } from "../../runtime/engine.ts";
import { gradient } from "../../tensor/gradient.ts";
import { lower } from "../../tensor/lower.ts";
import { constant, input, type Tensor } from "../../tensor/tensor.ts";
import { lossOfBatch } from "../../training/loss.ts";
import { noiseSizes } from "../../training/noise-sizes.ts";

export interface GradientProblem extends Model {
  /** One encoded image, [channels, height, width], and its class. */
  readonly image: Float32Array;
  readonly label: number;
  /** The parameters whose gradient is sought. */
  readonly sought: readonly string[];
}

/** dE(loss)/d(sought), one parameter behind the other. Throws ConfigError for a network of more than 16 spikes. */
export const exactGradient = async (engine: Engine, problem: GradientProblem): Promise<Float32Array> => {
  const { network, image, label, sought } = problem;
  const x = input("images", [1, ...network.input]);
  const executable = await compileGradient(engine, network, sought, (parameters) =>
    expectation(network, parameters, x, (logits) => {
      const outcomes = logits.shape[0]!;
      return exampleLosses(logits, constant(new Int32Array(outcomes).fill(label), [outcomes]));
    }),
  );
  const found = await runGradient(executable, sought, { ...problem.parameters, images: image });
  await executable.dispose();
  return found;
};

/** Numbers of draws of an estimator. */
export interface Draws {
  readonly estimator: Estimator;
  /** Draws of a run. */
  readonly rows: number;
  readonly runs: number;
  readonly seed: number;
}

/** The mean gradient of each run's draws. */
export const drawnGradients = async (
  engine: Engine,
  { network, parameters, image, label, sought }: GradientProblem,
  { estimator, rows, runs, seed }: Draws,
): Promise<readonly Float32Array[]> => {
  const executable = await compileGradient(
    engine,
    network,
    sought,
    (inputs) => lossOfBatch(network, inputs, rows, { estimator }).loss,
  );
  const images = new Float32Array(rows * image.length);
  for (let row = 0; row < rows; row++) images.set(image, row * image.length);
  const fixed = {
    ...{ ...parameters, images, labels: new Int32Array(rows).fill(label) },
    mask: new Float32Array(rows).fill(1),
  };
  const sizes = noiseSizes(network, rows);
  const noise = uniformNoise({ seed, purpose: `gradient by ${estimator}`, sizes });
  const found: Float32Array[] = [];
  for (let run = 0; run < runs; run++)
    found.push(await runGradient(executable, sought, { ...fixed, ...noise(run) }));
  await executable.dispose();
  return found;
};

const compileGradient = (
  engine: Engine,
  network: Network,
  sought: readonly string[],
  lossOf: (parameters: Readonly<Record<keyof ParameterArrays, Tensor>>) => Tensor,
): Promise<Executable> => {
  const parameters = parameterInputs(network);
  const found = gradient(
    lossOf(parameters),
    sought.map((name) => parameters[name]!),
  );
  return engine.compile(lower(Object.fromEntries(sought.map((name, k) => [outputName(name), found[k]!]))));
};

const outputName = (parameter: string): string => `d ${parameter}`;

const runGradient = async (
  executable: Executable,
  sought: readonly string[],
  feeds: Arrays,
): Promise<Float32Array> => {
  const results = await executable.run(only(feeds, executable.program.inputs));
  return Float32Array.from(sought.flatMap((name) => [...(results[outputName(name)] as Float32Array)]));
};
