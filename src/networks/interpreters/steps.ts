/** Forward tiling: layers as steps of a computation, some in chunks of images, others on the whole batch. */
import { concat, part } from "../../tensor/layout.ts";
import type { Tensor, TensorsByName } from "../../tensor/tensor.ts";
import type { LayerMap, LayerNoise } from "../layers/kind.ts";
import type { Tiling } from "../tiling.ts";

/** A layer or a part of one. */
export interface Step {
  /** Name under which other steps refer to its output. */
  readonly name: string;
  readonly inputs: readonly string[];
  readonly map: LayerMap;
  /** Random numbers for the whole batch, with separate rows for each image. */
  readonly noise: LayerNoise;
  /** Elements per image of its widest tensor. */
  readonly width: number;
  /** Whether it may be computed in chunks of rows. */
  readonly tiled: boolean;
}

/**
 * Maximum number of chunks. Each chunk is a separate part of the graph; with more, compilation takes longer
 * than they save.
 */
const MAX_CHUNKS = 25;

const chunkSize = (steps: readonly Step[], batch: number, { elements }: Tiling): number => {
  const widest = Math.max(...steps.map(({ width }) => width));
  const chunks = Math.round((batch * widest) / elements);
  return Math.ceil(batch / Math.min(MAX_CHUNKS, Math.max(1, chunks)));
};

/**
 * Outputs of the steps named `wanted`, given tensors [batch, ...] by name. Consecutive tiled steps process
 * one chunk of the batch after another, so that the output of a step is still in the cache for the next.
 */
export const runSteps = (
  steps: readonly Step[],
  given: TensorsByName,
  wanted: readonly string[],
  tiling: Tiling,
): TensorsByName => {
  const values: Record<string, Tensor> = { ...given };
  const runs = groupByTiling(steps);
  for (const [k, run] of runs.entries()) {
    const later = new Set([
      ...wanted,
      ...runs
        .slice(k + 1)
        .flat()
        .flatMap(({ inputs }) => inputs),
    ]);
    const outputs = run.filter(({ name }) => later.has(name)).map(({ name }) => name);
    Object.assign(
      values,
      run[0]!.tiled ? computeInChunks(run, values, outputs, tiling) : compute(run, values, outputs),
    );
  }
  return Object.fromEntries(wanted.map((name) => [name, values[name]!]));
};

/** Groups consecutive steps: maximal runs in which all steps are tiled or none is. */
const groupByTiling = (steps: readonly Step[]): readonly (readonly Step[])[] => {
  const runs: Step[][] = [];
  for (const step of steps) {
    const last = runs.at(-1);
    if (last && last[0]!.tiled === step.tiled) last.push(step);
    else runs.push([step]);
  }
  return runs;
};

const compute = (
  steps: readonly Step[],
  given: TensorsByName,
  outputs: readonly string[],
  noiseOf: (noise: LayerNoise) => LayerNoise = (noise) => noise,
): TensorsByName => {
  const values: Record<string, Tensor> = { ...given };
  for (const { name, inputs, map, noise } of steps)
    values[name] = map(
      inputs.map((input) => values[input]!),
      noiseOf(noise),
    );
  return Object.fromEntries(outputs.map((name) => [name, values[name]!]));
};

const computeInChunks = (
  steps: readonly Step[],
  values: TensorsByName,
  outputs: readonly string[],
  tiling: Tiling,
): TensorsByName => {
  const own = new Set(steps.map(({ name }) => name));
  const entering = [...new Set(steps.flatMap(({ inputs }) => inputs))].filter((name) => !own.has(name));
  const batch = values[entering[0]!]!.shape[0]!;
  const size = chunkSize(steps, batch, tiling);
  const chunks = Array.from({ length: Math.ceil(batch / size) }, (_, k) => {
    const [start, end] = [k * size, Math.min((k + 1) * size, batch)];
    const rows = (x: Tensor): Tensor => part(x, 0, start, end);
    const given = Object.fromEntries(entering.map((name) => [name, rows(values[name]!)]));
    return compute(steps, given, outputs, (noise) =>
      Object.fromEntries(Object.entries(noise).map(([kind, numbers]) => [kind, rows(numbers)])),
    );
  });
  return Object.fromEntries(
    outputs.map((name) => [
      name,
      concat(
        chunks.map((chunk) => chunk[name]!),
        0,
      ),
    ]),
  );
};
