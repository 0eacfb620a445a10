/** The training step as one program: forward, backward and the optimiser's update of every parameter. */

import { forward, parameterInputs, uniformInputs } from "../networks/forward.ts";
import type { Chunking } from "../networks/in-chunks.ts";
import type { Network } from "../networks/network.ts";
import { correctCount, crossEntropy } from "../nn/loss.ts";
import { type Optimizer, type StepScalars, stateNames, update } from "../nn/optimizer.ts";
import { sum } from "../tensor/broadcast.ts";
import { add, divide, maximum, multiply, sqrt, square } from "../tensor/elementwise.ts";
import { gradient } from "../tensor/gradient.ts";
import { reshape, slice } from "../tensor/layout.ts";
import { lower, type Program } from "../tensor/lower.ts";
import { input, sizeOf, type Tensor } from "../tensor/tensor.ts";

export interface StepOptions {
  readonly network: Network;
  readonly batch: number;
  readonly optimizer: Optimizer;
  readonly chunking?: Chunking;
  /** Gradients are scaled down so that the norm of all of them together is at most this. */
  readonly clipNorm?: number;
}

/**
 * Parameters and states are updated in blocks of so many elements: what one operator of the update wrote is then
 * still cached for the next. With fewer the engine would not use its threads.
 */
const BLOCK_ELEMENTS = 131_072;

/** The ranges, [start, end), in which the elements of a parameter are updated. */
export const blocksOf = (size: number): readonly (readonly [number, number])[] =>
  Array.from({ length: Math.ceil(size / BLOCK_ELEMENTS) }, (_, k) => [
    k * BLOCK_ELEMENTS,
    Math.min((k + 1) * BLOCK_ELEMENTS, size),
  ]);

/** The name of one block of a tensor. */
export const blockName = (name: string, start: number): string => `${name}@${start}`;

/** The name of an optimiser's state of a parameter. */
export const stateName = (parameter: string, state: string): string => `${parameter}/${state}`;

/** The name of the changed block that a step puts out. */
export const nextName = (block: string): string => `next ${block}`;

/**
 * Inputs: "images" [batch, ...], "labels" int32 [batch], "mask" [batch], the uniform numbers of every layer, each
 * parameter whole, each parameter and state in blocks, "rate" and "epsilon".
 * Outputs: "loss" (mean over the masked batch), "correct" (count), and the next value of every block.
 */
export const trainingStep = ({ network, batch, optimizer, chunking, clipNorm }: StepOptions): Program => {
  const parameters = parameterInputs(network);
  const labels = input("labels", [batch], "int32");
  const mask = input("mask", [batch]);
  const images = input("images", [batch, ...network.input]);
  const logits = forward(network, parameters, images, uniformInputs(network, batch), chunking);
  const loss = crossEntropy(logits, labels, mask);
  const gradients = clip(gradient(loss, Object.values(parameters)), clipNorm);
  const scalars: Record<StepScalars, Tensor> = { rate: input("rate", []), epsilon: input("epsilon", []) };
  const updates = Object.entries(parameters).flatMap(([name, parameter], k) =>
    updateInBlocks(optimizer, name, parameter, gradients[k]!, scalars),
  );
  return lower(
    { loss, correct: correctCount(logits, labels, mask), ...Object.fromEntries(updates) },
    { name: `${network.name} training step` },
  );
};

const updateInBlocks = (
  optimizer: Optimizer,
  name: string,
  parameter: Tensor,
  gradientOfParameter: Tensor,
  scalars: Readonly<Record<StepScalars, Tensor>>,
): readonly (readonly [string, Tensor])[] => {
  const flat = reshape(gradientOfParameter, [-1]);
  return blocksOf(sizeOf(parameter.shape)).flatMap(([start, end]) => {
    const block = (tensor: string): Tensor => input(blockName(tensor, start), [end - start]);
    const states = stateNames(optimizer).map((state) => [state, block(stateName(name, state))] as const);
    const current = { parameter: block(name), state: Object.fromEntries(states) };
    const next = update(optimizer, current, slice(flat, [start], [end]), scalars);
    const named = (tensor: string, value: Tensor) => [nextName(blockName(tensor, start)), value] as const;
    return [
      named(name, next.parameter),
      ...Object.entries(next.state).map(([state, value]) => named(stateName(name, state), value)),
    ];
  });
};

/** Pascanu, Mikolov & Bengio, 2013: g min(1, limit / ||g||), with the norm over all gradients. */
const clip = (gradients: readonly Tensor[], limit: number | undefined): readonly Tensor[] => {
  if (limit === undefined) return gradients;
  const norm = sqrt(gradients.map((g) => sum(square(g))).reduce(add));
  const factor = divide(limit, maximum(norm, limit));
  return gradients.map((g) => multiply(g, factor));
};
