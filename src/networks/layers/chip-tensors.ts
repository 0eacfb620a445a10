/**
 * Tensors that a chip adds to the parameters of a network (substrate/model-on-chip.ts). Their names are the layer's name, a
 * dot and their kind; a layer that lacks one computes as if it were ideal.
 */
import { input, type Shape, type TensorsByName } from "../../tensor/tensor.ts";
import type { LayerPlan } from "./kind.ts";

/** Shape of each tensor of a layer whose weights have the shape `weight`. */
const SHAPES = {
  /** Coefficients of z^2 in the variance of noisy synapses. */
  squares: (weight: Shape): Shape => weight,
  /** Variance of noisy synapses' sums that no input causes. */
  constantPower: (weight: Shape): Shape => weight.slice(0, 1),
  /** Standard deviation of noisy rectifiers; of their sums w z, where converters read these. */
  deviation: (weight: Shape): Shape => weight.slice(0, 1),
  /** Number of levels of the converters that read the sums w z of a layer without noisy synapses. */
  levels: (): Shape => [],
  /** Offset of the amplifier before a converter, which adds to w z. */
  amplifierOffset: (weight: Shape): Shape => weight.slice(0, 1),
  /** Digital factor of what a converter has read: 1 without a normalization. */
  slope: (weight: Shape): Shape => weight.slice(0, 1),
};

export type ChipTensor = keyof typeof SHAPES;

/** Name of a chip's tensor among the parameters. */
export const chipTensorName = (layer: string, kind: ChipTensor): string => `${layer}.${kind}`;

/**
 * Name of the correlation of a layer's noise from pass to pass, which only the source of the noise uses: the share and the
 * correlation of each process of a sum.
 */
export const correlationName = (layer: string): string => `${layer}.correlation`;

/** The tensors that a chip adds to a layer, by kind, of those among `parameters`. */
export const chipTensorsOf = (
  { name }: Pick<LayerPlan, "name">,
  parameters: TensorsByName,
): Partial<Record<ChipTensor, TensorsByName[string]>> =>
  Object.fromEntries(
    Object.keys(SHAPES).flatMap((kind) => {
      const tensor = parameters[chipTensorName(name, kind as ChipTensor)];
      return tensor ? [[kind, tensor] as const] : [];
    }),
  );

/** Whether the noise of some layer is correlated from pass to pass. */
export const hasCorrelation = (
  plans: readonly LayerPlan[],
  values: Readonly<Record<string, unknown>>,
): boolean => plans.some(({ name }) => correlationName(name) in values);

/** Whether some of the values are of a chip. */
export const isOnChip = (plans: readonly LayerPlan[], values: Readonly<Record<string, unknown>>): boolean =>
  Object.keys(chipInputs(plans, values)).length > 0 || hasCorrelation(plans, values);

/** Inputs for a chip's tensors in the layers `plans`, by name, of those that have values. */
export const chipInputs = (
  plans: readonly LayerPlan[],
  values: Readonly<Record<string, unknown>>,
): TensorsByName =>
  Object.fromEntries(
    plans.flatMap(({ name: layer, parameters }) => {
      const weight = parameters.find(({ kind }) => kind === "weight")?.shape;
      if (!weight) return [];
      return Object.entries(SHAPES).flatMap(([kind, shapeOf]) => {
        const name = chipTensorName(layer, kind as ChipTensor);
        return name in values ? [[name, input(name, shapeOf(weight))] as const] : [];
      });
    }),
  );
