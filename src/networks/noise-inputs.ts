/** Noise inputs of a forward pass: uniform random numbers on (-1, 1), separate for each layer. */
import { input, type Shape, type TensorsByName } from "../tensor/tensor.ts";
import type { LayerNoise, LayerPlan } from "./layers/kind.ts";
import { dropConnectOf, dropoutOf } from "./layers/neuron-options.ts";
import { drawnShape } from "./layers/stochastic.ts";
import type { Network } from "./network.ts";
import { planOf } from "./plan.ts";

/** Mode of a forward pass. Dropout and DropConnect are off in inference unless the network keeps its dropout. */
export type Mode = "train" | "inference";

type Kind = keyof LayerNoise;

const KINDS: readonly Kind[] = ["uniform", "dropout", "dropConnect"];

const nameOf = (layer: string, kind: Kind): string => `${layer}.${kind}`;

/** Name of the noise input of a layer's neurons. */
export const uniformName = ({ name }: Pick<LayerPlan, "name">): string => nameOf(name, "uniform");

/** Noise inputs of a batch under the unit law, by names such as "layers.0.uniform". */
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

/** The noise inputs of one layer. */
export const noiseOfLayer = ({ name }: Pick<LayerPlan, "name">, noise: TensorsByName): LayerNoise =>
  Object.fromEntries(
    KINDS.flatMap((kind) => {
      const tensor = noise[nameOf(name, kind)];
      return tensor ? [[kind, tensor] as const] : [];
    }),
  );

/** The noise inputs of one layer that have one row per image. */
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
