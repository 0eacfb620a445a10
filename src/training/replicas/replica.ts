/**
 * One replica of data-parallel training. It computes the gradient of its rows of the batch, and updates its blocks of the
 * parameters by the sum of all replicas' gradients. Each optimiser state belongs to one replica: Rajbhandari et al.,
 * "ZeRO: memory optimizations toward training trillion parameter models", SC 2020, stage 1. A single replica has all rows
 * and all blocks.
 */
import type { Batch } from "../../loading/batch.ts";
import { tilingFor } from "../../networks/tiling.ts";
import { averageRate } from "../../nn/averaging.ts";
import type { StepScalars } from "../../nn/optimizer.ts";
import type { Rows } from "../../nn/rows.ts";
import { allocateNoise, fillUniformPart, type NoiseArrays } from "../../random/streams.ts";
import { type Engine, type Executable, only } from "../../runtime/engine.ts";
import { arriveAndWait } from "../../threads/barrier.ts";
import { type Block, joinBlocks } from "../blocks.ts";
import { noiseSizes, noiseWidths } from "../noise-sizes.ts";
import type { TrainingBuffers } from "./buffers.ts";
import { gradientProgram } from "./gradient-program.ts";
import { arraySizes, bound, type KeyedProgram } from "./keyed-program.ts";
import type { TrainingSetup } from "./setup.ts";
import { normsProgram, squaresProgram, updateProgram } from "./update-program.ts";

export interface ReplicaOptions {
  readonly setup: TrainingSetup;
  readonly buffers: TrainingBuffers;
  /** Number of the replica, from 0. */
  readonly index: number;
  /** Rows of a batch that are the replica's. */
  readonly rows: Rows;
  /** Blocks that each replica updates. */
  readonly shares: readonly (readonly Block[])[];
}

/** Request for one training step. All replicas get it once the buffers hold the batch. */
export interface StepRequest {
  readonly step: number;
  readonly scalars: Readonly<Record<StepScalars, number>>;
  /** Bank that is read. */
  readonly bank: number;
}

export interface ReplicaResult {
  /** The replica's part of the mean loss of the batch. */
  readonly loss: number;
  /** Correct answers among the replica's examples. */
  readonly correct: number;
  /** Sum of the magnitudes of what was written; in mode online, else 0. */
  readonly magnitude: number;
}

export interface Replica {
  step(request: StepRequest): Promise<ReplicaResult>;
  /** Makes the random numbers of a step ahead of it. */
  prepare(step: number): void;
  /** Copies the state into the buffers, where a device holds it. */
  fetch(): Promise<void>;
  dispose(): Promise<void>;
}

/**
 * Compiles the programs of a replica, and computes the norms of its blocks of the initial weights. `fillNoise` fills
 * arrays with a part of the random numbers of a step. Where the engine has a residence, parameters, optimiser states,
 * norms and gradients are on the device from the first step on; there must be one replica.
 */
export const openReplica = async (
  engine: Engine,
  options: ReplicaOptions,
  fillNoise = fillUniformPart,
): Promise<Replica> => {
  const { setup, buffers, index, rows, shares } = options;
  const { clipNorm, averaging, mode } = setup;
  const replicas = shares.length;
  // An online learner reads its state after every example; several replicas share theirs.
  const residence = mode === "batch" && replicas === 1 ? engine.residence : undefined;
  const own = residence ? joinBlocks(shares[index]!) : shares[index]!;
  const sizes = residence && arraySizes(setup.network);
  const gradient = gradientProgram(setup, {
    replica: index,
    replicas,
    rows: rows.end - rows.start,
    tiling: tilingFor(engine),
    channelBlock: await engine.channelBlock?.(),
    isOnGpu: residence !== undefined,
    keepsDenormals: engine.keepsDenormals,
  });
  const update = updateProgram(setup, own, replicas, sizes);
  const hasGradient = own.some(({ rule }) => rule === "gradient");
  const squares = clipNorm !== undefined && hasGradient ? squaresProgram(own, replicas, sizes) : undefined;
  const norms = own.some(({ rows }) => rows) ? normsProgram(own, sizes) : undefined;
  const programs = { gradient, update, ...(squares && { squares }), ...(norms && { norms }) };
  const executables = await compileAll(engine, programs, residence !== undefined);
  // In the bits in which an update would have computed them.
  if (norms)
    await executables.norms!.run(
      bound(norms.reads, buffers.banks[0]!),
      bound(norms.writes, buffers.banks[0]!),
    );

  const numbers = rowNoise(options, fillNoise);
  const batch = rowsOf(buffers.batch, rows);
  const banks = buffers.banks.map((bank) => new Map([...bank, ...buffers.gradients]));
  const gradientInputs = banks.map((arrays) => bound(gradient.reads, arrays));
  const updateInputs = banks.map((arrays) => bound(update.reads, arrays));
  const updateOutputs = banks.map((arrays) => bound(update.writes, arrays));
  const squaresInputs = banks.map((arrays) => (squares ? bound(squares.reads, arrays) : {}));
  const results = { loss: new Float32Array(1), correct: new Float32Array(1) };
  const found = {
    ...results,
    ...bound(gradient.writes, banks[0]!),
    ...(mode === "online" && { probabilities: buffers.probabilities }),
  };
  const magnitude = new Float32Array(1);
  const ownSquares = { squares: buffers.squares.subarray(index, index + 1) };
  const waitForAll = (): void => {
    if (buffers.barrier) arriveAndWait(buffers.barrier, replicas);
  };

  /** What the gradient is multiplied by, so that its norm is at most `clipNorm`: Pascanu, Mikolov & Bengio, 2013. */
  const clipFactor = async (bank: number): Promise<number> => {
    if (clipNorm === undefined) return 1;
    await executables.squares?.run(squaresInputs[bank]!, ownSquares);
    waitForAll();
    const norm = Math.sqrt(buffers.squares.reduce((sum, part) => sum + part, 0));
    return clipNorm / Math.max(norm, clipNorm);
  };

  return {
    prepare: numbers.prepare,
    async step({ step, scalars, bank }) {
      numbers.prepare(step);
      const count = Float32Array.of(buffers.batch.mask.reduce((sum, counts) => sum + counts, 0));
      await executables.gradient!.run({ ...batch, ...numbers.arrays, ...gradientInputs[bank], count }, found);
      waitForAll();
      const values = {
        ...scalars,
        clipFactor: await clipFactor(bank),
        averageRate: averaging ? averageRate(averaging, step) : 0,
      };
      const fed = Object.fromEntries(
        Object.entries(values).map(([name, value]) => [name, Float32Array.of(value)]),
      );
      await executables.update!.run(
        { ...updateInputs[bank], ...only(fed, update.program.inputs) },
        { ...updateOutputs[(bank + 1) % banks.length], ...(mode === "online" && { magnitude }) },
      );
      return { loss: results.loss[0]!, correct: results.correct[0]!, magnitude: magnitude[0]! };
    },
    async fetch() {
      await residence?.fetch([...buffers.banks[0]!.values()]);
    },
    async dispose() {
      await residence?.clear();
      await Promise.all(Object.values(executables).map((executable) => executable.dispose()));
    },
  };
};

/**
 * Executables of some programs, which leave what they write on the device if it is resident. None is left compiled where
 * one fails.
 */
const compileAll = async <Name extends string>(
  engine: Engine,
  programs: Readonly<Partial<Record<Name, KeyedProgram>>>,
  isResident: boolean,
): Promise<Readonly<Partial<Record<Name, Executable>>>> => {
  const entries = Object.entries(programs) as [Name, KeyedProgram][];
  const compile = async ([name, { program, writes }]: (typeof entries)[number]) => {
    const resident = isResident ? writes.map((binding) => binding.name) : [];
    return [name, await engine.compile(program, { resident })] as const;
  };
  const settled = await Promise.allSettled(entries.map(compile));
  const executables = settled.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  const failed = settled.find((each) => each.status === "rejected");
  if (!failed) return Object.fromEntries(executables) as Partial<Record<Name, Executable>>;
  await Promise.all(executables.map(([, executable]) => executable.dispose()));
  throw failed.reason;
};

/** Random numbers of a replica's rows. Streams without rows are those of the whole batch, the same for all replicas. */
const rowNoise = (
  { setup: { network, analog, streams }, rows }: ReplicaOptions,
  fillNoise: typeof fillUniformPart,
) => {
  const widths = noiseWidths(network, analog);
  const arrays: NoiseArrays = allocateNoise(noiseSizes(network, rows.end - rows.start, analog));
  let prepared: number | undefined;
  return {
    arrays,
    prepare(step: number): void {
      if (prepared !== step) fillNoise(streams, step, arrays, (stream) => rows.start * widths[stream]!);
      prepared = step;
    },
  };
};

/** Views of a replica's rows of a batch. */
const rowsOf = ({ images, labels, mask }: Batch, { start, end }: Rows): Batch => {
  const width = images.length / mask.length;
  return {
    images: images.subarray(start * width, end * width),
    labels: labels.subarray(start, end),
    mask: mask.subarray(start, end),
  };
};
