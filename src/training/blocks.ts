/**
 * Parameters and the optimiser's states are updated in blocks of elements: what one operator of the update wrote is
 * then still cached for the next.
 */
import { parametersOf } from "../networks/layers.ts";
import type { Network } from "../networks/network.ts";
import { type Optimizer, type StepScalars, stateNames, update } from "../nn/optimizer.ts";
import { input, sizeOf, type Tensor } from "../tensor/tensor.ts";

/** Elements [start, end) of a parameter. */
export interface Block {
  readonly parameter: string;
  readonly start: number;
  readonly end: number;
}

/** With fewer elements an operator would not use several threads. */
const BLOCK_ELEMENTS = 65_536;

export const blocksOf = (parameter: string, size: number): readonly Block[] =>
  Array.from({ length: Math.ceil(size / BLOCK_ELEMENTS) }, (_, k) => ({
    parameter,
    start: k * BLOCK_ELEMENTS,
    end: Math.min((k + 1) * BLOCK_ELEMENTS, size),
  }));

/** The blocks of all parameters. */
export const blocksOfNetwork = (network: Network): readonly Block[] =>
  parametersOf(network).flatMap(({ name, shape }) => blocksOf(name, sizeOf(shape)));

/** The name of an optimiser's state of a parameter. */
export const stateName = (parameter: string, state: string): string => `${parameter}/${state}`;

/** The arrays that have a parameter's shape and change with it: itself and the optimiser's states of it. */
export const changingArrays = (parameter: string, optimizer: Optimizer): readonly string[] => [
  parameter,
  ...stateNames(optimizer).map((state) => stateName(parameter, state)),
];

/** The name of one block of an array. */
export const blockName = (array: string, start: number): string => `${array}@${start}`;

/** The name of the changed block that a step puts out. */
export const nextName = (block: string): string => `next ${block}`;

/** The next values of a block and of its states, by `nextName`; the present ones are inputs, by `blockName`. */
export const updateBlock = (
  optimizer: Optimizer,
  { parameter, start, end }: Block,
  gradient: Tensor,
  scalars: Readonly<Record<StepScalars, Tensor>>,
): Readonly<Record<string, Tensor>> => {
  const block = (array: string): Tensor => input(blockName(array, start), [end - start]);
  const states = stateNames(optimizer).map((state) => [state, block(stateName(parameter, state))] as const);
  const current = { parameter: block(parameter), state: Object.fromEntries(states) };
  const next = update(optimizer, current, gradient, scalars);
  const named = (array: string, value: Tensor) => [nextName(blockName(array, start)), value] as const;
  return Object.fromEntries([
    named(parameter, next.parameter),
    ...Object.entries(next.state).map(([state, value]) => named(stateName(parameter, state), value)),
  ]);
};
