/** The forward pass of a network under the synapse law, in which every synapse of every unit draws its own noise. */
import { convolutionSynapses, denseSynapses, threshold } from "../nn/synapse.ts";
import { reshape } from "../tensor/layout.ts";
import { input, type Shape, sizeOf, type Tensor, type TensorsByName } from "../tensor/tensor.ts";
import { conventionalLayer, convolutionOptions, maxPooled, synapsesOf } from "./layer-maps.ts";
import { isStochastic, type PlacedLayer, placeLayers } from "./layers.ts";
import type { Network } from "./network.ts";

const synapseName = (layerName: string): string => `${layerName}.xi`;

/** The factors that a batch takes: for each stochastic layer one xi a synapse, inputs such as "layers.0.xi". */
export const synapseInputs = (network: Network, batch: number): TensorsByName =>
  Object.fromEntries(
    placeLayers(network)
      .filter(isStochastic)
      .map((placed) => {
        const name = synapseName(placed.name);
        return [name, input(name, [batch, ...synapseShape(placed)])];
      }),
  );

const synapseShape = ({ layer, inputShape, unitShape }: PlacedLayer): Shape =>
  layer.type === "conv2d"
    ? [unitShape[0]!, unitShape[1]! * unitShape[2]!, inputShape[0]! * layer.kernel ** 2]
    : [unitShape[0]!, sizeOf(inputShape)];

/** [batch, classes] logits of encoded images x. */
export const synapseForward = (
  network: Network,
  parameters: TensorsByName,
  x: Tensor,
  factors: TensorsByName,
): Tensor =>
  placeLayers(network).reduce((z, placed) => {
    if (!isStochastic(placed)) return conventionalLayer(placed, parameters)(z, {});
    const { layer, name } = placed;
    const synapses = synapsesOf(name, parameters);
    const xi = factors[synapseName(name)]!;
    if (layer.type !== "conv2d")
      return threshold(denseSynapses(reshape(z, [z.shape[0]!, -1]), xi, synapses, network.noise));
    const u = convolutionSynapses(z, xi, synapses, network.noise, convolutionOptions(layer));
    return maxPooled(placed, threshold(u));
  }, x);
