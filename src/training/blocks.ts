/**
 * Parameters and the optimiser's states are updated in blocks of elements: what one operator of the update wrote is
 * then still cached for the next.
 */

import type { ParameterSpec } from "../networks/layers/kind.ts";
import type { Network } from "../networks/network.ts";
import { isTrained, parametersOf } from "../networks/plan.ts";
import { RENEWAL } from "../nn/batch-norm.ts";
import { type Optimizer, type StepScalars, stateNames, update } from "../nn/optimizer.ts";
import { add, multiply } from "../tensor/elementwise.ts";
import { input, sizeOf, type Tensor } from "../tensor/tensor.ts";

/** Elements [start, end) of a parameter: whole rows, as the first axis counts them. */
export interface Block {
  readonly parameter: string;
  /** Whether it changes by its gradient: a running statistic follows what the batches give. */
  readonly trained: boolean;
  readonly start: number;
  readonly end: number;
}

/** With fewer elements the operators' own start shows. */
const BLOCK_ELEMENTS = 65_536;

/** Every block is a part of the graph of its own: with more of them compiling takes longer than they save. */
const MOST_BLOCKS = 64;

export const blocksOf = (spec: ParameterSpec): readonly Block[] => {
  const { name: parameter, shape } = spec;
  const size = sizeOf(shape);
  const row = size / shape[0]!;
  const step = row * Math.max(1, Math.floor(Math.max(BLOCK_ELEMENTS, size / MOST_BLOCKS) / row));
  return Array.from({ length: Math.ceil(size / step) }, (_, k) => ({
    parameter,
    trained: isTrained(spec),
    start: k * step,
    end: Math.min((k + 1) * step, size),
  }));
};

/** The blocks of all parameters. */
export const blocksOfNetwork = (network: Network): readonly Block[] =>
  parametersOf(network).flatMap(blocksOf);

/** The name of an optimiser's state of a parameter. */
const stateName = (parameter: string, state: string): string => `${parameter}/${state}`;

/** The arrays that have a parameter's shape and change with it: itself and the optimiser's states, if it is trained. */
export const changingArrays = (
  { parameter, trained }: Pick<Block, "parameter" | "trained">,
  optimizer: Optimizer,
): readonly string[] => [
  parameter,
  ...(trained ? stateNames(optimizer).map((state) => stateName(parameter, state)) : []),
];

/** The name of one block of an array. */
export const blockName = (array: string, start: number): string => `${array}@${start}`;

/** An array for each parameter and each state of some blocks, by `blockName`, where `arrayOf` gives one. */
export const blockArrays = (
  blocks: readonly Block[],
  optimizer: Optimizer,
  arrayOf: (array: string, block: Block) => Float32Array | undefined,
): Readonly<Record<string, Float32Array>> =>
  Object.fromEntries(
    blocks.flatMap((block) =>
      changingArrays(block, optimizer).flatMap((array) => {
        const values = arrayOf(array, block);
        return values ? [[blockName(array, block.start), values] as const] : [];
      }),
    ),
  );

/** The name of the changed block that a step puts out. */
export const nextName = (block: string): string => `next ${block}`;

/**
 * The next values of a block and of its states, by `nextName`; the present ones are inputs, by `blockName`. `gradient`
 * gives the block's gradient, of its parameter's values as they are; of a running statistic, what the batch gave, which
 * renews that part of it.
 */
export const updateBlock = (
  optimizer: Optimizer,
  { parameter, trained, start, end }: Block,
  gradient: (parameter: Tensor) => Tensor,
  scalars: Readonly<Record<StepScalars, Tensor>>,
  renewal = RENEWAL,
): Readonly<Record<string, Tensor>> => {
  const block = (array: string): Tensor => input(blockName(array, start), [end - start]);
  if (!trained) {
    const running = block(parameter);
    const next = add(multiply(1 - renewal, running), multiply(renewal, gradient(running)));
    return { [nextName(blockName(parameter, start))]: next };
  }
  const states = stateNames(optimizer).map((state) => [state, block(stateName(parameter, state))] as const);
  const current = { parameter: block(parameter), state: Object.fromEntries(states) };
  const next = update(optimizer, current, gradient(current.parameter), scalars);
  const named = (array: string, value: Tensor) => [nextName(blockName(array, start)), value] as const;
  return Object.fromEntries([
    named(parameter, next.parameter),
    ...Object.entries(next.state).map(([state, value]) => named(stateName(parameter, state), value)),
  ]);
};
