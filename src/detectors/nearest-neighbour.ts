/** Distance to the nearest of some training images in the last hidden layer: after Sun, Ming, Zhu & Li, ICML 2022. */
import { sum } from "../tensor/broadcast.ts";
import { add, multiply, negate, square } from "../tensor/elementwise.ts";
import { gemm } from "../tensor/gemm.ts";
import { part, reshape } from "../tensor/layout.ts";
import { max } from "../tensor/reduce.ts";
import type { DetectorFit, DetectorKind } from "./detector.ts";
import { lastHiddenOf } from "./evidence.ts";

export const fitNearestNeighbour: DetectorFit = (network, { bank }) => {
  const { start, end } = lastHiddenOf(network);
  return { bank: { shape: [bank.length / (end - start), end - start], data: bank } };
};

/** Squared distance to the nearest image of the bank. */
export const nearestNeighbour: DetectorKind = {
  arrays: (network) => {
    const { start, end } = lastHiddenOf(network);
    return { bank: [null, end - start] };
  },
  score: (network, { means }, { bank }) => {
    const { start, end } = lastHiddenOf(network);
    const z = part(means, 1, start, end);
    // ||z - y||^2 less ||z||^2, which all y share.
    const distances = add(
      reshape(sum(square(bank!), [1]), [1, -1]),
      multiply(-2, gemm(z, bank!, { transB: true })),
    );
    return add(sum(square(z), [1]), negate(max(negate(distances), [1])));
  },
};
