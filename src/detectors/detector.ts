/**
 * A kind of detector: gives each image a score of how unlike the training data it is, from the passes that predict it.
 * Higher is more unlike. To add a kind, write its file and name it in kinds.ts; one that is fitted to training data has
 * its fit in fits.ts.
 */
import type { Network } from "../networks/network.ts";
import type { Engine } from "../runtime/engine.ts";
import type { Shape, Tensor, TensorsByName } from "../tensor/tensor.ts";
import type { Evidence } from "./evidence.ts";
import type { TrainingStatistics } from "./training-statistics.ts";

/** Numbers that a detector keeps, row by row. */
export type FittedArrays = Readonly<Record<string, { readonly shape: Shape; readonly data: Float32Array }>>;

export interface DetectorKind {
  /** Names and shapes of what is fitted, null for a size that the network does not determine. Absent without a fit. */
  readonly arrays?: (network: Network) => Readonly<Record<string, readonly (number | null)[]>>;
  /** Throws ConfigError for a network that the kind does not fit. */
  readonly check?: (network: Network) => void;
  /** Scores [images]. */
  readonly score: (network: Network, evidence: Evidence<Tensor>, fitted: TensorsByName) => Tensor;
}

/** Fits a kind to training data. */
export type DetectorFit = (
  network: Network,
  statistics: TrainingStatistics,
  engine: Engine,
) => FittedArrays | Promise<FittedArrays>;
