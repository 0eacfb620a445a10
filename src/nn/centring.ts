/**
 * Centred potentials, mean-only batch normalization: Salimans & Kingma, "Weight normalization", NeurIPS 2016.
 * In training the mean drive of a unit over the batch, in units of its bias, is taken from the bias:
 *
 *     v_i = v0_i + r_i (b_i - c_i),   c_i = sum v0_i / sum r_i
 *
 * v0 is the potential without bias, and r that of a bias of 1 without drive, 1 / (sqrt(2) s ||w_i||) inside the
 * image; the sums run over the batch and the locations of a channel. In use c is the running mean, so that b - c
 * is but another bias: the neuron is that of equation (3). Without it the drive of a deep network follows the
 * activity of the layers below, whose silent units send -1.
 */
import { sum } from "../tensor/broadcast.ts";
import { add, divide, multiply, subtract } from "../tensor/elementwise.ts";
import { concat, part } from "../tensor/layout.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { alongUnits, axesOfUnit } from "./batch-norm.ts";
import { splitRows } from "./rows.ts";

/** Potentials with what they are centred by. */
export interface Centred {
  /** [batch, ...units] */
  readonly normalized: Tensor;
  /** Mean drive c in units of the bias: [units] or [channels]. */
  readonly mean: Tensor;
}

/** Sum over all axes but the units' axis 1. */
const perUnit = (x: Tensor): Tensor => sum(x, axesOfUnit(x));

/** Mean drive c of v0 [batch, ...units], where r is [1, ...units]. */
const meanDrive = (v0: Tensor, r: Tensor): Tensor => divide(perUnit(v0), multiply(v0.shape[0]!, perUnit(r)));

const shifted = (v0: Tensor, r: Tensor, bias: Tensor): Tensor =>
  add(v0, multiply(r, alongUnits(bias, v0.shape)));

/** Centres `parts` parts of the rows, each by its own mean drive; `mean` is the average over the parts. */
export const centreBatch = (v0: Tensor, r: Tensor, bias: Tensor, parts: number): Centred => {
  const rows = v0.shape[0]!;
  const found = splitRows(rows, parts).map(({ start, end }) => {
    const own = part(v0, 0, start, end);
    const drive = meanDrive(own, r);
    return {
      normalized: shifted(own, r, subtract(bias, drive)),
      mean: multiply((end - start) / rows, drive),
    };
  });
  return {
    normalized: concat(
      found.map(({ normalized }) => normalized),
      0,
    ),
    mean: found.map(({ mean }) => mean).reduce(add),
  };
};

/** Centres by the running mean; `mean` is the mean drive of the batch. */
export const centreRunning = (v0: Tensor, r: Tensor, bias: Tensor, running: Tensor): Centred => ({
  normalized: shifted(v0, r, subtract(bias, running)),
  mean: meanDrive(v0, r),
});
