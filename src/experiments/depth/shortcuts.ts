/**
 * Convolutions with identity shortcuts of potentials: He et al., "Identity mappings in deep residual networks", ECCV
 * 2016. For a layer l with as many channels as the one before,
 *
 *     v_l = convolution(z_(l-1)) + v_(l-1),   z_l = spike(v_l)
 *
 * Pooling of z_(l-1) pools v_(l-1) too.
 */
import type { NetworkDescription } from "../../networks/network.ts";
import type { Population } from "../../nn/population.ts";

type LayerDescription = NetworkDescription["layers"][number];

/** A convolution that keeps the size of its input, and the max-pooling of its spikes. */
export interface Convolution {
  readonly type: "conv2d";
  readonly channels: number;
  readonly kernel: number;
  readonly padding: number;
  readonly pool: number;
}

/** Name of the layer with the potentials of convolution `k`. */
const potentialsOf = (k: number): string => `potentials${k}`;

/** The layers of the convolutions, each of which takes the spikes of the one before. */
export const withShortcuts = (
  convolutions: readonly Convolution[],
  neurons: { readonly population?: Population },
): readonly LayerDescription[] =>
  convolutions.flatMap(({ pool, ...convolution }, k): LayerDescription[] => {
    const own = { ...convolution, potential: true } as const;
    const spikes = { type: "neurons", ...neurons, pool } as const;
    const before = convolutions[k - 1];
    if (before?.channels !== own.channels) return [{ ...own, name: potentialsOf(k) }, spikes];
    const name = `convolution${k}`;
    const pooled = `pooled${k - 1}`;
    const isPooled = before.pool > 1;
    return [
      { ...own, name },
      ...(isPooled
        ? [{ type: "maxPool", size: before.pool, from: potentialsOf(k - 1), name: pooled } as const]
        : []),
      { type: "add", from: [name, isPooled ? pooled : potentialsOf(k - 1)], name: potentialsOf(k) },
      spikes,
    ];
  });
