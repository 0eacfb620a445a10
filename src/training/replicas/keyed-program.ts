/** Programs whose inputs and outputs are blocks of arrays, known by their keys. */
import type { Program } from "../../tensor/lower.ts";
import { input, type Tensor } from "../../tensor/tensor.ts";
import { type ArrayMap, type BlockKey, blockName, blockSize, viewOf } from "../keys.ts";

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

/** Blocks as inputs of one program: the same tensor for each request of a block. */
export const blockInputs = () => {
  const found = new Map<string, { readonly binding: Binding; readonly tensor: Tensor }>();
  return {
    read(key: BlockKey): Tensor {
      const name = blockName(key);
      const known = found.get(name) ?? { binding: { name, key }, tensor: input(name, [blockSize(key)]) };
      found.set(name, known);
      return known.tensor;
    },
    bindings: (): readonly Binding[] => [...found.values()].map(({ binding }) => binding),
  };
};

/** Output that writes the next values of a block. */
export const nextBinding = (key: BlockKey): Binding => ({ name: `next ${blockName(key)}`, key });
