/** The random numbers that a pass takes: each layer its own, all of them uniform on (-1, 1). */
import { input, type Shape, type TensorsByName } from "../tensor/tensor.ts";
import type { LayerNoise, LayerPlan } from "./layers/kind.ts";
import { drawnShape, dropConnectOf, dropoutOf } from "./layers/neuron.ts";
import type { Network } from "./network.ts";
import { planOf } from "./plan.ts";

/** Dropout and DropConnect belong to training, unless the network keeps its dropout in inference. */
export type Mode = "train" | "inference";

type Kind = keyof LayerNoise;

const KINDS: readonly Kind[] = ["uniform", "dropout", "dropConnect"];

const nameOf = (layer: string, kind: Kind): string => `${layer}.${kind}`;

/** Numbers that a batch takes under the unit law, by names such as "layers.0.uniform". */
export const noiseInputs = (network: Network, batch: number, mode: Mode = "inference"): TensorsByName =>
  Object.fromEntries(
    planOf(network).flatMap((plan) =>
      KINDS.flatMap((kind) => {
        const shape = SHAPES[kind](network, plan, batch, mode);
        const name = nameOf(plan.name, kind);
        return shape ? [[name, input(name, shape)] as const] : [];
      }),
    ),
  );

/** A layer's own numbers among those of all layers. */
export const noiseOfLayer = ({ name }: Pick<LayerPlan, "name">, noise: TensorsByName): LayerNoise =>
  Object.fromEntries(
    KINDS.flatMap((kind) => {
      const tensor = noise[nameOf(name, kind)];
      return tensor ? [[kind, tensor] as const] : [];
    }),
  );

/** Those of them that each image has for itself, one row an image. */
export const noiseOfRows = (plan: Pick<LayerPlan, "name">, noise: TensorsByName): LayerNoise => {
  const { dropConnect: _weights, ...rows } = noiseOfLayer(plan, noise);
  return rows;
};

type ShapeOf = (network: Network, plan: LayerPlan, batch: number, mode: Mode) => Shape | undefined;

const SHAPES: Readonly<Record<Kind, ShapeOf>> = {
  uniform: (_network, plan, batch) =>
    plan.neuron === "nsm"
      ? [batch, ...drawnShape(plan)]
      : plan.neuron === "noisyRelu"
        ? [batch, 2, ...plan.unitShape]
        : undefined,
  dropout: (network, plan, batch, mode) =>
    dropoutOf(plan) !== undefined && (mode === "train" || network.dropoutInUse)
      ? [batch, ...plan.outputShape]
      : undefined,
  dropConnect: (_network, plan, _batch, mode) =>
    dropConnectOf(plan) !== undefined && mode === "train"
      ? plan.parameters.find(({ kind }) => kind === "weight")!.shape
      : undefined,
};
