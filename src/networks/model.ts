/** A network with values for its parameters. */
import { ConfigError } from "../errors.ts";
import { sizeOf } from "../tensor/tensor.ts";
import type { Calibration } from "./calibration.ts";
import type { ParameterArrays } from "./initialize.ts";
import type { IntegerNetwork } from "./integers/integers.ts";
import { isOnChip } from "./layers/chip-tensors.ts";
import type { Network } from "./network.ts";
import { parametersOf, planOf } from "./plan.ts";

/** A network and the values of its parameters. */
export interface Model {
  readonly network: Network;
  /** Values of each parameter of `parametersOf(network)`, row-major; on a chip with what it adds (layers/chip-tensors.ts). */
  readonly parameters: ParameterArrays;
  /** Detector and thresholds, if the model was calibrated: predictions then have a verdict. */
  readonly calibration?: Calibration | undefined;
  /** Whether the model is on a chip of an analog device: only what samples by the unit law can use it. */
  readonly onChip?: true | undefined;
  /** The same network in integers: passes are then computed in integers. */
  readonly integers?: IntegerNetwork | undefined;
}

/**
 * Returns the model. Throws ConfigError unless it has every parameter of its network in the right size, and for a model on a chip,
 * which only what samples by the unit law can use.
 */
export const checkModel = (model: Model): Model => {
  const { network, parameters } = checkPossiblyOnChip(model);
  if (!model.onChip && !isOnChip(planOf(network), parameters)) return model;
  throw new ConfigError(`model of network ${network.name}`, {
    given: "a model on a chip, whose units have means and variances of their own",
    expected: "the model itself",
    remedy:
      "Take the model that was put on the chip; chips are sampled and evaluated only, under the unit law.",
  });
};

/** Returns the model, which may be on a chip. Throws ConfigError unless it has every parameter in the right size. */
export const checkPossiblyOnChip = (model: Model): Model => {
  if (!model?.network || !model.parameters)
    throw new ConfigError("model", {
      given: `a value of type ${typeof model} without network and parameters`,
      expected: "a model or a run",
      remedy: "Open a run's folder by `openRun`, or read a model file by `readModel`.",
    });
  for (const { name, shape } of parametersOf(model.network)) {
    const length = model.parameters[name]?.length;
    if (length !== sizeOf(shape))
      throw new ConfigError(`model of network ${model.network.name}, parameter ${name}`, {
        given: length === undefined ? "nothing" : `${length} numbers`,
        expected: `${sizeOf(shape)} numbers, shape [${shape.join(", ")}]`,
        remedy: "Take network and parameters from the same run.",
      });
  }
  return model;
};
