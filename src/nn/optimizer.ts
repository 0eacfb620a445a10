/** Optimisers: from gradient and state of a parameter to its next value and state. */
import { add, multiply } from "../tensor/elementwise.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type Adam, type AdamState, adamScalars, adamUpdate } from "./adam.ts";
import { type MatrixSize, type Muon, type MuonState, muonUpdate } from "./muon.ts";
import { type Sgd, sgdUpdate } from "./sgd.ts";

export type Optimizer = Adam | Sgd | Muon;

/** Names of the scalars that change from step to step: those of Adam or SGD, and Muon's learning rate. */
export const STEP_SCALARS = ["rate", "epsilon", "relativeRate"] as const;
export type StepScalars = (typeof STEP_SCALARS)[number];

/** Names of an optimiser's arrays: Adam's two moments, the velocity of SGD and Muon. */
export type OptimizerState = "mean" | "square" | "velocity";

/** The optimiser of parameters that are no matrix whose scale does not matter: Muon leaves them to Adam. */
export const elementwiseOptimizer = (optimizer: Optimizer): Adam | Sgd =>
  optimizer.type === "muon" ? { ...optimizer.adam, type: "adam" } : optimizer;

/**
 * The arrays that an optimiser keeps for each parameter that it updates, in the parameter's shape; zero before the first
 * step.
 */
export const optimizerStates = (optimizer: Optimizer): readonly OptimizerState[] => {
  if (optimizer.type === "adam") return ["mean", "square"];
  return optimizer.type === "muon" || optimizer.momentum > 0 ? ["velocity"] : [];
};

/**
 * Scalars of step t = 1, 2, ... at `learningRate`, whose peak is `peak`. Muon's Adam has a peak of its own and the same
 * course.
 */
export const stepScalars = (
  optimizer: Optimizer,
  learningRate: number,
  t: number,
  peak: number,
): Record<StepScalars, number> => {
  if (optimizer.type === "sgd") return { rate: learningRate, epsilon: 0, relativeRate: 0 };
  if (optimizer.type === "adam") return { ...adamScalars(optimizer, learningRate, t), relativeRate: 0 };
  const { adam } = optimizer;
  const adamRate = adam.learningRate * (learningRate / peak);
  return { ...adamScalars({ ...adam, type: "adam" }, adamRate, t), relativeRate: learningRate };
};

/** A parameter, or a block of it, and its optimiser state. */
export type Update = { readonly parameter: Tensor } & Readonly<Partial<Record<OptimizerState, Tensor>>>;

/** One step of an optimiser. Muon takes a whole matrix, of size `matrix`, as a vector. */
export const update = (
  optimizer: Optimizer,
  present: Update,
  gradient: Tensor,
  scalars: Readonly<Record<StepScalars, Tensor>>,
  matrix?: MatrixSize,
): Update => {
  if (optimizer.type === "muon")
    return muonUpdate(optimizer, present as MuonState, gradient, scalars.relativeRate, matrix!);
  const { weightDecay } = optimizer;
  const g = weightDecay === 0 ? gradient : add(gradient, multiply(weightDecay, present.parameter));
  return optimizer.type === "adam"
    ? adamUpdate(optimizer, present as AdamState, g, scalars)
    : sgdUpdate(optimizer, present, g, scalars);
};
