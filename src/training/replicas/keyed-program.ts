/** Programs whose inputs and outputs are blocks of arrays, known by their keys. */
import type { Network } from "../../networks/network.ts";
import { parametersOf } from "../../networks/plan.ts";
import { concat, part } from "../../tensor/layout.ts";
import type { Program } from "../../tensor/lower.ts";
import { input, sizeOf, type Tensor } from "../../tensor/tensor.ts";
import {
  type ArrayKey,
  type ArrayMap,
  arrayName,
  type BlockKey,
  blockName,
  blockSize,
  viewOf,
} from "../keys.ts";

/** An input or an output of a program, and the block that it reads or writes. */
export interface Binding {
  readonly name: string;
  readonly key: BlockKey;
}

export interface KeyedProgram {
  readonly program: Program;
  readonly reads: readonly Binding[];
  readonly writes: readonly Binding[];
}

/** Views of the arrays that a program reads or writes, by the program's names. */
export const bound = (
  bindings: readonly Binding[],
  arrays: ArrayMap,
): Readonly<Record<string, Float32Array>> =>
  Object.fromEntries(bindings.map(({ name, key }) => [name, viewOf(arrays, key)]));

/** Size of the array that has a key, in elements. */
export type ArraySizes = (key: ArrayKey) => number;

/** Sizes of the arrays of a network's training. */
export const arraySizes = (network: Network): ArraySizes => {
  const shapes = new Map(parametersOf(network).map(({ name, shape }) => [name, shape]));
  return ({ array, parameter }) => {
    const shape = shapes.get(parameter)!;
    return array === "norm" || array === "normGradient" ? shape[0]! : sizeOf(shape);
  };
};

/**
 * Blocks as inputs of one program: the same tensor for each request of a block. With `sizes` the inputs are whole arrays,
 * and the program cuts the blocks: a device has no views of arrays.
 */
export const blockInputs = (sizes?: ArraySizes) => {
  const bindings = new Map<string, Binding>();
  const blocks = new Map<string, Tensor>();
  const wholes = new Map<string, Tensor>();
  const inputOf = (name: string, key: BlockKey): Tensor => {
    bindings.set(name, { name, key });
    return input(name, [blockSize(key)]);
  };
  const wholeOf = (key: BlockKey, size: number): Tensor => {
    const name = arrayName(key);
    const known = wholes.get(name) ?? inputOf(name, { ...key, start: 0, end: size });
    wholes.set(name, known);
    return known;
  };
  return {
    read(key: BlockKey): Tensor {
      const name = blockName(key);
      const known =
        blocks.get(name) ??
        (sizes ? part(wholeOf(key, sizes(key)), 0, key.start, key.end) : inputOf(name, key));
      blocks.set(name, known);
      return known;
    },
    bindings: (): readonly Binding[] => [...bindings.values()],
  };
};

/** The next value of a block. */
export interface Written {
  readonly binding: Binding;
  readonly tensor: Tensor;
}

/** The next values of whole arrays, from those of all of their blocks. */
export const joinedBlocks = (written: readonly Written[]): readonly Written[] => {
  const names = [...new Set(written.map(({ binding }) => arrayName(binding.key)))];
  return names.map((name) => {
    const blocks = written
      .filter(({ binding }) => arrayName(binding.key) === name)
      .toSorted((a, b) => a.binding.key.start - b.binding.key.start);
    const [first] = blocks as [Written];
    const tensors = blocks.map(({ tensor }) => tensor);
    const tensor = tensors.length === 1 ? first.tensor : concat(tensors, 0);
    return { tensor, binding: nextBinding({ ...first.binding.key, end: sizeOf(tensor.shape) }) };
  });
};

/** Output that writes the next values of a block. */
export const nextBinding = (key: BlockKey): Binding => ({ name: `next ${blockName(key)}`, key });
