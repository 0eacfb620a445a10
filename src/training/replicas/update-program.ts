/**
 * Second half of a training step: the update of some blocks of the parameters by the sum of all replicas' gradients; and
 * between the halves, where gradients are clipped, the sum of squares that their norm takes.
 */
import { averaged } from "../../nn/averaging.ts";
import { MOMENTUM, ONLINE_MOMENTUM } from "../../nn/batch-norm.ts";
import {
  type Optimizer,
  optimizerStates,
  STEP_SCALARS,
  type StepScalars,
  update,
} from "../../nn/optimizer.ts";
import { weightNorm } from "../../nn/weight-norm.ts";
import { fixedName } from "../../substrate/learning-chip.ts";
import { sum } from "../../tensor/broadcast.ts";
import { abs, add, divide, maximum, minimum, multiply, square } from "../../tensor/elementwise.ts";
import { reshape } from "../../tensor/layout.ts";
import { lower } from "../../tensor/lower.ts";
import { input, type Tensor } from "../../tensor/tensor.ts";
import { type Block, normKey } from "../blocks.ts";
import type { FixedArrays } from "../chip-in-loop.ts";
import { type ArrayKind, type BlockKey, blockSize } from "../keys.ts";
import { optimizersOf } from "../matrices.ts";
import {
  type ArraySizes,
  blockInputs,
  joinedBlocks,
  type KeyedProgram,
  nextBinding,
  type Written,
} from "./keyed-program.ts";
import type { TrainingSetup } from "./setup.ts";

type Read = (key: BlockKey) => Tensor;

/**
 * Update of some blocks: parameters, optimiser states, averages and the norms of the new weights. Inputs: the present
 * values and each replica's gradients; those of `STEP_SCALARS` that the optimiser needs, "clipFactor" where gradients are
 * clipped, and "averageRate" where parameters are averaged. In mode online the output "magnitude" is the sum of the magnitudes of everything written but the norms: it is
 * finite only if all of that is.
 *
 * Outputs may lie where the inputs do: no operator reads an old value after another has written the new one.
 *
 * With `sizes` inputs and outputs are whole arrays, of which `blocks` must be all blocks, in order.
 */
export const updateProgram = (
  { network, optimizer, clipNorm, averaging, fixed = {}, mode }: TrainingSetup,
  blocks: readonly Block[],
  replicas: number,
  sizes?: ArraySizes,
): KeyedProgram => {
  const { read, bindings } = blockInputs(sizes);
  const scalars = Object.fromEntries(STEP_SCALARS.map((name) => [name, input(name, [])])) as Readonly<
    Record<StepScalars, Tensor>
  >;
  const clipFactor = clipNorm === undefined ? undefined : input("clipFactor", []);
  const averageRate = averaging && input("averageRate", []);
  const momentum = mode === "online" ? ONLINE_MOMENTUM : MOMENTUM;
  const optimizerOf = optimizersOf(network, optimizer);
  const limits = limitsOf(fixed);
  const nextOf = (block: Block): readonly [Written, ...Written[]] => {
    if (block.rule === "statistic") return [nextStatistic(block, replicas, momentum, read)];
    const gradient = gradientOf(block, replicas, read);
    const clipped = clipFactor ? multiply(gradient, clipFactor) : gradient;
    const [next, ...states] = nextState(optimizerOf(block.parameter), block, clipped, scalars, read);
    return [{ ...next, tensor: limits.within(block, next.tensor) }, ...states];
  };
  const written = blocks.map((block) => {
    const state = nextOf(block);
    const key = normKey(block);
    return {
      state: averageRate ? [...state, nextAverage(block, state[0].tensor, averageRate, read)] : state,
      ...(key && { norms: { binding: nextBinding(key), tensor: rowNorms(state[0].tensor, key) } }),
    };
  });
  const state = written.flatMap((each) => each.state);
  const blockwise = written.flatMap((each) => [...each.state, ...(each.norms ? [each.norms] : [])]);
  const all = sizes ? joinedBlocks(blockwise) : blockwise;
  const outputs = {
    ...Object.fromEntries(all.map(({ binding, tensor }) => [binding.name, tensor])),
    ...(mode === "online" && { magnitude: state.map(({ tensor }) => sum(abs(tensor))).reduce(add) }),
  };
  const program = lower(outputs, { name: "update", bound: limits.bound, wholeFeeds: sizes !== undefined });
  return { program, reads: bindings(), writes: all.map(({ binding }) => binding) };
};

/** Limits of the weights of a chip's cells, by blocks; other parameters have none. `bound` holds those that were asked for. */
const limitsOf = (fixed: FixedArrays) => {
  const bound: Record<string, Float32Array> = {};
  const limit = ({ parameter, start, end }: Block, part: "lowest" | "highest"): Tensor | undefined => {
    const values = parameter.endsWith(WEIGHT) && fixed[fixedName(parameter.slice(0, -WEIGHT.length), part)];
    if (!values) return undefined;
    const name = `${parameter}/${part}@${start}`;
    bound[name] = values.slice(start, end);
    return input(name, [end - start]);
  };
  return {
    bound,
    within: (block: Block, value: Tensor): Tensor => {
      const [lowest, highest] = [limit(block, "lowest"), limit(block, "highest")];
      return lowest && highest ? minimum(maximum(value, lowest), highest) : value;
    },
  };
};

const WEIGHT = ".weight";

/** Sum of the squares of the gradient of some blocks, the output "squares" []. */
export const squaresProgram = (
  blocks: readonly Block[],
  replicas: number,
  sizes?: ArraySizes,
): KeyedProgram => {
  const { read, bindings } = blockInputs(sizes);
  const squares = blocks
    .filter(({ rule }) => rule === "gradient")
    .map((block) => sum(square(gradientOf(block, replicas, read))))
    .reduce(add);
  const program = lower({ squares }, { name: "squares of the gradient", wholeFeeds: sizes !== undefined });
  return { program, reads: bindings(), writes: [] };
};

/** Norms of some blocks of weights, in the bits in which `updateProgram` computes them. */
export const normsProgram = (blocks: readonly Block[], sizes?: ArraySizes): KeyedProgram => {
  const { read, bindings } = blockInputs(sizes);
  const blockwise = blocks.flatMap((block) => {
    const key = normKey(block);
    return key ? [{ binding: nextBinding(key), tensor: rowNorms(read(keyOf(block, "parameter")), key) }] : [];
  });
  const written = sizes ? joinedBlocks(blockwise) : blockwise;
  const outputs = Object.fromEntries(written.map(({ binding, tensor }) => [binding.name, tensor]));
  const program = lower(outputs, { name: "norms", wholeFeeds: sizes !== undefined });
  return { program, reads: bindings(), writes: written.map(({ binding }) => binding) };
};

const keyOf = ({ parameter, start, end }: Block, array: ArrayKind): BlockKey => ({
  array,
  parameter,
  start,
  end,
});

const nextState = (
  optimizer: Optimizer,
  block: Block,
  gradient: Tensor,
  scalars: Readonly<Record<StepScalars, Tensor>>,
  read: Read,
): readonly [Written, ...Written[]] => {
  const states = optimizerStates(optimizer);
  const present = {
    parameter: read(keyOf(block, "parameter")),
    ...Object.fromEntries(states.map((array) => [array, read(keyOf(block, array))])),
  };
  const next = update(optimizer, present, gradient, scalars, block.matrix);
  const written = (array: ArrayKind, tensor: Tensor): Written => ({
    binding: nextBinding(keyOf(block, array)),
    tensor,
  });
  return [written("parameter", next.parameter), ...states.map((array) => written(array, next[array]!))];
};

/** Average of a block with its next values. */
const nextAverage = (block: Block, values: Tensor, rate: Tensor, read: Read): Written => {
  const key = keyOf(block, "average");
  return { binding: nextBinding(key), tensor: averaged(read(key), values, rate) };
};

/** Running statistic after a batch: (1 - momentum) times the present value, momentum times the batch's. */
const nextStatistic = (block: Block, replicas: number, momentum: number, read: Read): Written => {
  const key = keyOf(block, "parameter");
  const kept = multiply(1 - momentum, read(key));
  const tensor = add(kept, multiply(momentum, totalOf(keyOf(block, "gradient"), replicas, read)));
  return { binding: nextBinding(key), tensor };
};

/**
 * Gradient of a block. What a weight changes through the norm of its row is d||w_i|| / dw_i = w_i / ||w_i|| times the
 * gradient by the norm.
 */
const gradientOf = (block: Block, replicas: number, read: Read): Tensor => {
  const direct = totalOf(keyOf(block, "gradient"), replicas, read);
  const norms = normKey(block);
  if (!norms) return direct;
  const scale = divide(totalOf({ ...norms, array: "normGradient" }, replicas, read), read(norms));
  const weights = rowsOf(read(keyOf(block, "parameter")), norms);
  return add(direct, reshape(multiply(weights, reshape(scale, [-1, 1])), [-1]));
};

/** Sum over all replicas. */
const totalOf = (key: BlockKey, replicas: number, read: Read): Tensor =>
  Array.from({ length: replicas }, (_, replica) => read({ ...key, replica })).reduce(add);

const rowsOf = (weights: Tensor, norms: BlockKey): Tensor => reshape(weights, [blockSize(norms), -1]);

const rowNorms = (weights: Tensor, norms: BlockKey): Tensor => weightNorm(rowsOf(weights, norms));
