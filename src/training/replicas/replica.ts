/**
 * One of several threads that train together: it computes the gradient of its rows of the batch, and updates its blocks
 * of the parameters by the sum of all gradients. An optimiser's states are nowhere but with the replica that updates
 * them: Rajbhandari et al., "ZeRO: memory optimizations toward training trillion parameter models", SC 2020, stage 1.
 */

import { tilingFor } from "../../networks/tiling.ts";
import type { StepScalars } from "../../nn/optimizer.ts";
import type { Rows } from "../../nn/rows.ts";
import { type Engine, only } from "../../runtime/engine.ts";
import { allocateNoise, fillUniformPart } from "../../runtime/noise.ts";
import { meet } from "../../threads/barrier.ts";
import { type Block, blockArrays, blockName, nextName } from "../blocks.ts";
import { renamed, type StateArrays } from "../state.ts";
import { scalarArrays } from "../step.ts";
import type { StepResult } from "../trainer.ts";
import type { Exchange, TrainingSetup } from "./exchange.ts";
import type { NormedBlock } from "./norms.ts";
import { gradientName, gradientProgram, normsProgram, partName, updateProgram } from "./programs.ts";

export interface ReplicaOptions extends TrainingSetup {
  /** Its number, from 0. */
  readonly index: number;
  /** Its rows of a batch. */
  readonly rows: Rows;
  /** The blocks that each replica updates. */
  readonly shares: readonly (readonly NormedBlock[])[];
  /** The optimiser's states of its blocks, by `blockName`, which become its own. */
  readonly moments: StateArrays;
  readonly exchange: Exchange;
}

/** One training step, as all replicas are asked for it once the exchange holds its batch. */
export interface StepRequest {
  readonly step: number;
  readonly scalars: Readonly<Record<StepScalars, number>>;
}

export interface Replica {
  /** Its part of the batch's mean loss, and how many of its examples were right. */
  step(request: StepRequest): Promise<StepResult>;
  /** Makes the noise of a step, so that the step finds it. */
  prepare(step: number): void;
  /** Copies of its blocks of the state, by `blockName`. */
  state(): StateArrays;
  dispose(): Promise<void>;
}

export const openReplica = async (engine: Engine, options: ReplicaOptions): Promise<Replica> => {
  const { network, optimizer, estimator, index, rows, shares, streams, exchange } = options;
  const own = rows.end - rows.start;
  const pass = {
    tiling: tilingFor(engine),
    channelBlock: await engine.channelBlock?.(),
    ...(estimator && { estimator }),
  };
  const [gradients, update] = await Promise.all([
    engine.compile(gradientProgram(network, own, own / options.batch, pass)),
    engine.compile(updateProgram(optimizer, shares[index]!, shares.length)),
  ]);
  const { blocks, norms } = holdings(options);
  await computeNorms(engine, shares[index]!, blocks, norms);
  const width = (stream: string): number => streams.sizes[stream]! / options.batch;
  const noise = allocateNoise(
    Object.fromEntries(Object.keys(streams.sizes).map((stream) => [stream, own * width(stream)])),
  );
  let prepared: number | undefined;
  const prepare = (step: number): void => {
    if (prepared !== step) fillUniformPart(streams, step, noise, (stream) => rows.start * width(stream));
    prepared = step;
  };
  const examples = { ...rowsOf({ ...exchange.batch }, options), ...noise };
  const parameters = only(exchange.parameters, gradients.program.inputs);
  const found = renamed(exchange.gradients[index]!, gradientName);
  const parts = gradientsOf(options);
  // In place: no operator of the update reads an old value after another has written the new one over it.
  const next = renamed({ ...blocks, ...norms }, nextName);
  const results = { loss: new Float32Array(1), correct: new Float32Array(1) };
  return {
    prepare,
    async step({ step, scalars }) {
      prepare(step);
      const count = Float32Array.of(exchange.batch.mask.reduce((sum, counts) => sum + counts, 0));
      await gradients.run({ ...examples, ...parameters, count }, { ...results, ...found });
      meet(exchange.barrier, shares.length);
      await update.run({ ...blocks, ...norms, ...parts, ...scalarArrays(update.program, scalars) }, next);
      return { loss: results.loss[0]!, correct: results.correct[0]! };
    },
    state: () => Object.fromEntries(Object.entries(blocks).map(([name, array]) => [name, array.slice()])),
    async dispose() {
      await Promise.all([gradients.dispose(), update.dispose()]);
    },
  };
};

/** The replica's blocks of the state and of the norms: those of the optimiser's states are its own, the others shared. */
const holdings = ({ optimizer, index, shares, moments, exchange }: ReplicaOptions) => {
  const own = shares[index]!;
  const blocks = blockArrays(
    own.map(({ block }) => block),
    optimizer,
    (array, block) => blockOf(exchange.parameters[array], block) ?? moments[blockName(array, block.start)],
  );
  const norms: StateArrays = Object.fromEntries(
    own.flatMap(({ norms }) =>
      norms
        ? [[blockName(norms.parameter, norms.start), blockOf(exchange.parameters[norms.parameter]!, norms)]]
        : [],
    ),
  );
  return { blocks, norms };
};

/** The norms before the first step, in the bits that the update would have given them. */
const computeNorms = async (
  engine: Engine,
  own: readonly NormedBlock[],
  blocks: StateArrays,
  norms: StateArrays,
): Promise<void> => {
  if (Object.keys(norms).length === 0) return;
  const program = normsProgram(own);
  const executable = await engine.compile(program);
  const weights = Object.fromEntries(Object.keys(program.inputs).map((name) => [name, blocks[name]!]));
  await executable.run(weights, renamed(norms, nextName));
  await executable.dispose();
};

/** All replicas' gradients of this one's blocks and norms. */
const gradientsOf = ({ index, shares, exchange }: ReplicaOptions): StateArrays =>
  Object.fromEntries(
    shares[index]!.flatMap(({ block, norms }) =>
      (norms ? [block, norms] : [block]).flatMap((part) =>
        exchange.gradients.map((found, k) => [partName(part, k), blockOf(found[part.parameter]!, part)]),
      ),
    ),
  );

const blockOf = <Whole extends Float32Array | undefined>(whole: Whole, { start, end }: Block) =>
  whole?.subarray(start, end) as Whole;

/** A replica's rows of arrays of the whole batch: views. */
const rowsOf = <Arrays extends Readonly<Record<string, Float32Array | Int32Array>>>(
  arrays: Arrays,
  { rows, batch }: ReplicaOptions,
): Arrays =>
  Object.fromEntries(
    Object.entries(arrays).map(([name, whole]) => {
      const width = whole.length / batch;
      return [name, whole.subarray(rows.start * width, rows.end * width)];
    }),
  ) as Arrays;
