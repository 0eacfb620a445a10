/**
 * A model whose hidden layers have all their weights and biases multiplied by one factor c, as a circuit with another
 * reference voltage or range of conductances would have them. A stochastic neuron does not change: its potential
 * (equation 3) holds w / ||w|| and b / ||w||. A neuron with the running statistics of batch normalization does.
 */
import { ConfigError } from "../errors.ts";
import { READOUT } from "./layers/readout.ts";
import { checkModel, type Model } from "./model.ts";
import { planOf } from "./plan.ts";

/**
 * The model with the weights and biases of all layers but the readout times `factor`, without its calibration. Throws ConfigError
 * unless the factor is positive and finite, and for a model on a chip.
 */
export const withScaledWeights = (model: Model, factor: number): Model => {
  const { network, parameters } = checkModel(model);
  if (!(factor > 0 && Number.isFinite(factor)))
    throw new ConfigError(`weights of network ${network.name} times a factor`, {
      given: String(factor),
      expected: "a positive, finite factor",
      remedy: "Choose another factor, such as 2.",
    });
  const weights = planOf(network)
    .filter(({ name }) => name !== READOUT)
    .flatMap(({ parameters: specs }) => specs.filter(({ kind }) => kind === "weight" || kind === "bias"));
  const scaled = weights.map(({ name }) => [name, parameters[name]!.map((w) => factor * w)] as const);
  return { network, parameters: { ...parameters, ...Object.fromEntries(scaled) } };
};
