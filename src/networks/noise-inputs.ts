/** The random numbers that a pass takes: each layer its own, all of them uniform on (-1, 1). */
import { input, type Shape, type Tensor, type TensorsByName } from "../tensor/tensor.ts";
import {
  drawnShape,
  dropConnectOf,
  dropoutOf,
  type PlacedLayer,
  parametersOf,
  placeLayers,
} from "./layers.ts";
import type { Network } from "./network.ts";

/** Dropout and DropConnect are for training, unless the network keeps its dropout in use. */
export type Occasion = "training" | "use";

/** What one layer takes. */
export interface LayerNoise {
  /** Of stochastic neurons one number a spike, [batch, ...drawnShape]; of noisy rectifiers two a unit, [batch, 2, ...units]. */
  readonly uniform?: Tensor;
  /** Of dropout one number an output, [batch, ...outputs]. */
  readonly dropout?: Tensor;
  /** Of DropConnect one number a weight, in the weights' shape: the whole batch meets the same connections. */
  readonly dropConnect?: Tensor;
}

type Kind = keyof LayerNoise;

const KINDS: readonly Kind[] = ["uniform", "dropout", "dropConnect"];

const nameOf = (layerName: string, kind: Kind): string => `${layerName}.${kind}`;

/** What a batch takes under the unit law, by names such as "layers.0.uniform". */
export const noiseInputs = (network: Network, batch: number, occasion: Occasion = "use"): TensorsByName =>
  Object.fromEntries(
    placeLayers(network).flatMap((placed) =>
      KINDS.flatMap((kind) => {
        const shape = SHAPES[kind](network, placed, batch, occasion);
        const name = nameOf(placed.name, kind);
        return shape ? [[name, input(name, shape)] as const] : [];
      }),
    ),
  );

/** Of the noise of all layers what this one takes. */
export const noiseOfLayer = ({ name }: PlacedLayer, noise: TensorsByName): LayerNoise =>
  Object.fromEntries(
    KINDS.flatMap((kind) => {
      const tensor = noise[nameOf(name, kind)];
      return tensor ? [[kind, tensor] as const] : [];
    }),
  );

type ShapeOf = (
  network: Network,
  placed: PlacedLayer,
  batch: number,
  occasion: Occasion,
) => Shape | undefined;

const SHAPES: Readonly<Record<Kind, ShapeOf>> = {
  uniform: (_network, placed, batch) =>
    placed.neuron === "nsm"
      ? [batch, ...drawnShape(placed)]
      : placed.neuron === "noisyRelu"
        ? [batch, 2, ...placed.unitShape]
        : undefined,
  dropout: (network, placed, batch, occasion) =>
    dropoutOf(placed) !== undefined && (occasion === "training" || network.dropoutInUse)
      ? [batch, ...placed.outputShape]
      : undefined,
  dropConnect: (network, placed, _batch, occasion) =>
    dropConnectOf(placed) !== undefined && occasion === "training"
      ? parametersOf(network).find((spec) => spec.name === `${placed.name}.weight`)!.shape
      : undefined,
};
