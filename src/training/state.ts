/** State of a training run: the parameters, the optimiser's arrays and, if they are averaged, the averages. */
import { NumericError } from "../errors.ts";
import type { ParameterArrays } from "../networks/initialize.ts";
import type { Network } from "../networks/network.ts";
import { isTrained, parametersOf } from "../networks/plan.ts";
import type { Averaging } from "../nn/averaging.ts";
import { type Optimizer, optimizerStates } from "../nn/optimizer.ts";
import { type Shape, sizeOf } from "../tensor/tensor.ts";
import { nextTurn } from "../threads/turn.ts";
import { type ArrayMap, arrayName } from "./keys.ts";
import { optimizersOf } from "./matrices.ts";

/** Arrays by `arrayName`: the parameters under their own names, and such as "layers.0.weight/mean". */
export type StateArrays = Readonly<Record<string, Float32Array>>;

/** Shape of every array of a state, by `arrayName`. */
export type StateShapes = Readonly<Record<string, Shape>>;

/** Settings of a training that determine what its state holds. */
export interface StateSettings {
  readonly optimizer: Optimizer;
  readonly averaging?: Averaging | undefined;
}

/** Shapes of a run's state. The optimiser's arrays and the average have the shape of their parameter. */
export const stateShapes = (network: Network, { optimizer, averaging }: StateSettings): StateShapes => {
  const optimizerOf = optimizersOf(network, optimizer);
  const averages = averaging ? (["average"] as const) : [];
  return Object.fromEntries(
    parametersOf(network).flatMap((spec) => {
      const states = isTrained(spec) ? optimizerStates(optimizerOf(spec.name)) : [];
      return (["parameter", ...states, ...averages] as const).map((array) => [
        arrayName({ array, parameter: spec.name }),
        spec.shape,
      ]);
    }),
  );
};

/** State before the first step: the given parameters, also as their averages, and zeros for the optimiser's arrays. */
export const initialState = (
  network: Network,
  settings: StateSettings,
  parameters: ParameterArrays,
): StateArrays => {
  const averages = Object.entries(parameters).map(([name, values]) => [averageName(name), values]);
  const given: ParameterArrays = { ...parameters, ...Object.fromEntries(averages) };
  return Object.fromEntries(
    Object.entries(stateShapes(network, settings)).map(([name, shape]) => [
      name,
      given[name] ?? new Float32Array(sizeOf(shape)),
    ]),
  );
};

/** Name of the array that holds the average of a parameter. */
export const averageName = (parameter: string): string => arrayName({ array: "average", parameter });

/** Parameters of the model in a state, the same arrays: the averages, if there are any, else the parameters. */
export const parametersIn = (network: Network, state: StateArrays): ParameterArrays =>
  Object.fromEntries(
    parametersOf(network).map(({ name }) => [name, state[averageName(name)] ?? state[name]!]),
  );

/** Copies of the state's arrays in `arrays`, which may hold others beside them. */
export const stateIn = (shapes: StateShapes, arrays: ArrayMap): StateArrays =>
  Object.fromEntries(Object.keys(shapes).map((name) => [name, new Float32Array(arrays.get(name)!)]));

/** Elements that are copied or looked at in one turn of the event loop: a millisecond or two where memory is new. */
const PIECE = 2 ** 18;

/** Calls `work` with the pieces [start, end) of each array, and lets the event loop serve others between them. */
const inPieces = async (
  arrays: StateArrays,
  work: (name: string, start: number, end: number) => void,
): Promise<void> => {
  let since = 0;
  for (const [name, { length }] of Object.entries(arrays))
    for (let start = 0; start < length; start += PIECE) {
      const end = Math.min(start + PIECE, length);
      since += end - start;
      if (since > PIECE) {
        since = end - start;
        await nextTurn();
      }
      work(name, start, end);
    }
};

/** Fills the arrays `to` with those of the same names, in pieces. */
const copyInPieces = (to: StateArrays, from: (name: string) => Float32Array): Promise<void> =>
  inPieces(to, (name, start, end) => to[name]!.set(from(name).subarray(start, end), start));

/** `stateIn` in pieces; nothing may write to `arrays` before it resolves. */
export const copiedState = async (shapes: StateShapes, arrays: ArrayMap): Promise<StateArrays> => {
  const copies = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, new Float32Array(sizeOf(shape))]),
  );
  await copyInPieces(copies, (name) => arrays.get(name)!);
  return copies;
};

/** Copies the arrays of a state into `arrays` in pieces; nothing may write to the state before it resolves. */
export const copyState = (shapes: StateShapes, state: StateArrays, arrays: ArrayMap): Promise<void> =>
  copyInPieces(
    Object.fromEntries(Object.keys(shapes).map((name) => [name, arrays.get(name)!])),
    (name) => state[name]!,
  );

/** Remedy where a loss or a weight is not finite. */
export const DIVERGED =
  "Lower the learning rate or clip the gradient. A run with a folder keeps its last good checkpoint.";

/**
 * Rejects with NumericError if an array holds a NaN or an infinity. The loss need not show it: a spike or a rectifier maps
 * NaN to a finite value.
 */
export const requireFinite = (state: StateArrays, step: number): Promise<void> =>
  inPieces(state, (name, start, end) => {
    const values = state[name]!.subarray(start, end);
    if (isAllFinite(values)) return;
    const place = values.findIndex((value) => !Number.isFinite(value));
    throw new NumericError(`${name} after step ${step}`, {
      given: `${values[place]} at element ${start + place}`,
      expected: "finite numbers",
      remedy: DIVERGED,
    });
  });

/** x - x is 0 for finite x, else NaN: a test of ten million numbers in a few milliseconds. */
const isAllFinite = (values: Float32Array): boolean => {
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += values[k]! - values[k]!;
  return sum === 0;
};
