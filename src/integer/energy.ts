/**
 * Energy of a network from published energies of single operations at 45 nm and .9 V: M. Horowitz, "Computing's energy problem
 * (and what we can do about it)", ISSCC 2014, in picojoules. Assumptions of ours: weights come from a memory of 1 MB, tables
 * from one of 8 kB, a comparison costs an addition, and 32 random bits cost ten additions, those of xoshiro128**. What moves
 * activations and controls the flow is left out, for all networks alike.
 */
import type { AnyPlan } from "../networks/layers/kinds.ts";
import type { Network } from "../networks/network.ts";
import { planOf } from "../networks/plan.ts";
import { sizeOf } from "../tensor/tensor.ts";
import type { NetworkOperations, Operations } from "./operations.ts";

/** Picojoules of an operation. */
const PICOJOULES = {
  add32: 0.1,
  multiply8: 0.2,
  multiply32: 3.1,
  addFloat: 0.9,
  multiplyFloat: 3.7,
  /** A byte from a memory of 8 kB: 10 pJ for 8 bytes; of 1 MB: 100 pJ. */
  byteNear: 10 / 8,
  byteFar: 100 / 8,
  randomBit: (10 * 0.1) / 32,
} as const;

/** Bytes of an entry of a table. */
const ENTRY_BYTES = 2;

/** Picojoules of operations in integers. */
const energyOf = (operations: Operations): number =>
  (operations.additions + operations.comparisons) * PICOJOULES.add32 +
  (operations.multiplications - operations.byteProducts) * PICOJOULES.multiply32 +
  operations.byteProducts * PICOJOULES.multiply8 +
  operations.lookUps * ENTRY_BYTES * PICOJOULES.byteNear +
  operations.randomBits * PICOJOULES.randomBit +
  operations.bytes * PICOJOULES.byteFar;

/** Energy of a network in integers, in picojoules. */
interface IntegerEnergy {
  /** What is computed once an image. */
  readonly image: number;
  readonly pass: number;
  /** An image with so many passes, one after the other. */
  readonly decision: number;
  /** An image with so many passes side by side, so that each weight is read once. */
  readonly decisionTogether: number;
  readonly passes: number;
}

export const energyOfPasses = ({ total, perImage }: NetworkOperations, passes: number): IntegerEnergy => {
  const [image, pass] = [energyOf(perImage), energyOf(total)];
  const weights = total.bytes * PICOJOULES.byteFar;
  const decisionTogether = image + weights + passes * (pass - weights);
  return { image, pass, decision: image + passes * pass, decisionTogether, passes };
};

/** Energy of one pass of the conventional network of the same widths, in picojoules. */
interface ConventionalEnergy {
  readonly float32: number;
  readonly int8: number;
  /** Weights and activations of one bit, but for the first layer and the readout, which have 8. */
  readonly binary: number;
}

export const conventionalEnergy = (network: Network): ConventionalEnergy => {
  const layers = planOf(network).flatMap((plan, k, all) => {
    const weight = plan.parameters.find(({ kind }) => kind === "weight");
    if (!weight) return [];
    const isOuter = k === 0 || k === all.length - 1;
    return [{ products: productsOf(plan), weights: sizeOf(weight.shape), isOuter }];
  });
  const summed = (energy: (layer: (typeof layers)[number]) => number): number =>
    layers.reduce((sum, layer) => sum + energy(layer), 0);
  const { add32, multiply8, addFloat, multiplyFloat, byteFar } = PICOJOULES;
  const inBytes = (layer: (typeof layers)[number]): number =>
    layer.products * (multiply8 + add32) + layer.weights * byteFar;
  return {
    float32: summed(({ products, weights }) => products * (multiplyFloat + addFloat) + 4 * weights * byteFar),
    int8: summed(inBytes),
    // An exclusive or of 32 places, a count of bits and a sum, an addition each.
    binary: summed((layer) =>
      layer.isOuter ? inBytes(layer) : (layer.products / 32) * 3 * add32 + (layer.weights / 8) * byteFar,
    ),
  };
};

/** Products of a layer: its weights at every location. */
const productsOf = ({ unitShape, parameters }: AnyPlan): number => {
  const { shape } = parameters.find(({ kind }) => kind === "weight")!;
  return sizeOf(unitShape) * sizeOf(shape.slice(1));
};
