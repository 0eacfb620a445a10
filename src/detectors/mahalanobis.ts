/**
 * Mahalanobis distances of the hidden layers: Gaussian classes of one covariance S about their means m_c (Lee, Lee, Lee &
 * Shin, NeurIPS 2018), relative to one Gaussian of covariance S_0 about the mean of all (Ren, Fort, Liu et al., arXiv
 * 2106.09022), which is about as far from what is unusual in any class as the classes are:
 *
 *     distance = min_c (x - m_c)^T S^-1 (x - m_c)
 *     relative = distance - (x - m)^T S_0^-1 (x - m)
 *
 * x are the means over the passes of all hidden layers, each layer divided by its standard deviation. Both covariances are
 * shrunk, (1 - s) S + s (tr S / n) I, and described in the k principal directions Q of S_0; beyond them each has its mean
 * variance r. With t = Q^T (x - m) and e = ||x - m||^2 - ||t||^2,
 *
 *     (x - m_c)^T S^-1 (x - m_c) = ||W (t - t_c)||^2 + e / r,   W^T W = (Q^T S Q)^-1
 */
import type { Network } from "../networks/network.ts";
import { sum } from "../tensor/broadcast.ts";
import { add, maximum, multiply, negate, square, subtract } from "../tensor/elementwise.ts";
import { gemm } from "../tensor/gemm.ts";
import { part, reshape } from "../tensor/layout.ts";
import { max } from "../tensor/reduce.ts";
import type { Tensor, TensorsByName } from "../tensor/tensor.ts";
import type { DetectorKind } from "./detector.ts";
import { type Evidence, hiddenPart, hiddenSize } from "./evidence.ts";

/** The parts of the distances: [images] each. */
const distances = (network: Network, { means }: Evidence<Tensor>, fitted: TensorsByName) => {
  const x = multiply(subtract(hiddenPart(network, means), fitted.mean!), fitted.scale!);
  const t = gemm(x, fitted.basis!);
  const beyond = maximum(subtract(sum(square(x), [1]), sum(square(t), [1])), 0);
  const own = gemm(t, fitted.classes!);
  const centres = fitted.centres!;
  // ||a - c||^2 = ||a||^2 + (||c||^2 - 2 a.c)
  const offsets = subtract(
    reshape(sum(square(centres), [1]), [1, -1]),
    multiply(2, gemm(own, centres, { transB: true })),
  );
  return {
    toClass: add(sum(square(own), [1]), negate(max(negate(offsets), [1]))),
    toAll: sum(square(gemm(t, fitted.background!)), [1]),
    beyond,
    precisionOfClasses: part(fitted.precisions!, 0, 0, 1),
    precisionOfAll: part(fitted.precisions!, 0, 1, 2),
  };
};

const arrays: DetectorKind["arrays"] = (network) => {
  const hidden = hiddenSize(network);
  return {
    ...{ mean: [hidden], scale: [hidden], basis: [hidden, null], classes: [null, null] },
    ...{ centres: [null, null], background: [null, null], precisions: [2] },
  };
};

/** Squared distance to the nearest class. */
export const mahalanobis: DetectorKind = {
  arrays,
  score: (network, evidence, fitted) => {
    const { toClass, beyond, precisionOfClasses } = distances(network, evidence, fitted);
    return add(toClass, multiply(beyond, precisionOfClasses));
  },
};

/** Difference of the squared distances to the nearest class and to all classes together. */
export const relativeMahalanobis: DetectorKind = {
  arrays,
  score: (network, evidence, fitted) => {
    const { toClass, toAll, beyond, precisionOfClasses, precisionOfAll } = distances(
      network,
      evidence,
      fitted,
    );
    return add(subtract(toClass, toAll), multiply(beyond, subtract(precisionOfClasses, precisionOfAll)));
  },
};
