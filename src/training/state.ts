/** The arrays that a run changes: parameters and the optimiser's states. */

import { NumericError } from "../errors.ts";
import type { ParameterArrays } from "../networks/initialize.ts";
import type { Network } from "../networks/network.ts";
import { isTrained, parametersOf } from "../networks/plan.ts";
import type { Optimizer } from "../nn/optimizer.ts";
import { type Shape, sizeOf, type TypedArray } from "../tensor/tensor.ts";
import { blockArrays, blocksOfNetwork, changingArrays, nextName } from "./blocks.ts";

/** Parameters by name, and states by `stateName`. */
export type StateArrays = Readonly<Record<string, Float32Array>>;

/** The shape of every array of a state, by its name. */
export type StateShapes = Readonly<Record<string, Shape>>;

/** The shapes of a run's state: an optimiser's arrays have the shape of their parameter. */
export const stateShapes = (network: Network, optimizer: Optimizer): StateShapes =>
  Object.fromEntries(
    parametersOf(network).flatMap((spec) =>
      changingArrays({ parameter: spec.name, trained: isTrained(spec) }, optimizer).map((array) => [
        array,
        spec.shape,
      ]),
    ),
  );

/** The state before the first step: the optimiser's arrays are zero. */
export const initialState = (
  network: Network,
  optimizer: Optimizer,
  parameters: ParameterArrays,
): StateArrays =>
  Object.fromEntries(
    Object.entries(stateShapes(network, optimizer)).map(([name, shape]) => [
      name,
      parameters[name] ?? new Float32Array(sizeOf(shape)),
    ]),
  );

/** The parameters of a state: the same arrays. */
export const parametersIn = (network: Network, state: StateArrays): ParameterArrays =>
  Object.fromEntries(parametersOf(network).map(({ name }) => [name, state[name]!]));

/** What to do about training that left the numbers. */
export const CALM_DOWN =
  "Lower the learning rate or clip the gradient. A run with a folder keeps its last good checkpoint.";

/** Throws NumericError if an array holds a NaN or an infinity. A NaN need not show in the loss: spikes hide it. */
export const requireFinite = (state: StateArrays, step: number): void => {
  for (const [name, values] of Object.entries(state)) {
    const place = values.findIndex((value) => !Number.isFinite(value));
    if (place >= 0)
      throw new NumericError(`${name} after step ${step}`, {
        given: `${values[place]} at element ${place}`,
        expected: "finite numbers",
        remedy: CALM_DOWN,
      });
  }
};

export const copyState = (state: StateArrays): StateArrays =>
  Object.fromEntries(Object.entries(state).map(([name, values]) => [name, values.slice()]));

/** The same arrays under other names. */
export const renamed = (arrays: StateArrays, rename: (name: string) => string): StateArrays =>
  Object.fromEntries(Object.entries(arrays).map(([name, array]) => [rename(name), array]));

/** What one set of arrays feeds to a step, and what a step writes into it: views, nothing is copied. */
export interface StateViews {
  readonly state: StateArrays;
  readonly inputs: Readonly<Record<string, TypedArray>>;
  readonly outputs: Readonly<Record<string, TypedArray>>;
}

export const viewsOf = (network: Network, optimizer: Optimizer, state: StateArrays): StateViews => {
  const blocks = blockArrays(blocksOfNetwork(network), optimizer, (array, { start, end }) =>
    state[array]!.subarray(start, end),
  );
  const parameters = parametersOf(network)
    .filter(isTrained)
    .map(({ name }) => [name, state[name]!] as const);
  return {
    state,
    inputs: { ...blocks, ...Object.fromEntries(parameters) },
    outputs: renamed(blocks, nextName),
  };
};
