/**
 * A chip: one copy of a device, with a network's weights programmed into it. Every weight of the network has a pair of cells,
 * and the weights of stochastic neurons a switch in series with it. Weights that are used several times in a pass, at the
 * locations of a convolution or by the neurons of a population, are read several times.
 */
import { ConfigError } from "../errors.ts";
import { checkModel, type Model } from "../networks/model.ts";
import { planOf } from "../networks/plan.ts";
import { key } from "../random/key.ts";
import type { AnalogDevice } from "./device.ts";
import { storedWeights } from "./differential-pair.ts";
import type { Keys } from "./keys.ts";
import { transmissionProbabilities } from "./switches/switch.ts";

/** Synapses of a layer, in the layout of its weights. */
export interface ChipSynapses {
  /** Effective weights w_ij, in the units of the network's weights. */
  readonly weight: Float32Array;
  /** True for the synapses of a stochastic neuron, which noise multiplies; false for other weights, such as the readout's. */
  readonly noisy: boolean;
  /** Probabilities p_ij that switches transmit; absent without a switch, and for synapses that are not noisy. */
  readonly probability?: Float32Array;
}

/** Synapses of a chip by the name of the weights, such as "layers.0.weight". */
export type Chip = Readonly<Record<string, ChipSynapses>>;

/** Time after programming at which chips are looked at unless another is given: a day. */
export const DEFAULT_SECONDS = 86_400;

export interface ChipOptions {
  /** Seed of everything random in the device. */
  readonly seed: number;
  /** Number of the chip: each has cells and switches of its own. */
  readonly chip: number;
  /** Time after programming, in seconds: at least 0. A chip keeps its cells and switches at every time. */
  readonly seconds: number;
}

/** Keys of the cells, switches and circuits that the weights `name` have on a chip. */
export const keysOf =
  ({ seed, chip }: Pick<ChipOptions, "seed" | "chip">, name: string): Keys =>
  (stream) =>
    key(seed, `substrate/${name}/${stream}`, chip);

/**
 * The chip on which `device` runs the model. Throws ConfigError for a model that lacks parameters, and for a time before
 * programming.
 */
export const chipOf = (model: Model, device: AnalogDevice, { seed, chip, seconds }: ChipOptions): Chip => {
  const { network, parameters } = checkModel(model);
  if (!(seconds >= 0 && Number.isFinite(seconds)))
    throw new ConfigError(`chip of ${device.name}`, {
      given: `${seconds} seconds after programming`,
      expected: "a finite time of at least 0 seconds",
      remedy: "Choose another time; 86400 seconds are a day.",
    });
  if (!Number.isSafeInteger(chip) || chip < 0)
    throw new ConfigError(`chip of ${device.name}`, {
      given: `chip ${chip}`,
      expected: "the number of a chip, a whole number from 0",
      remedy: "Choose another; each number has cells of its own.",
    });
  return Object.fromEntries(
    planOf(network).flatMap(({ parameters: specs, noisySynapses: noisy = false }) =>
      specs
        .filter(({ kind }) => kind === "weight")
        .map(({ name, shape }) => {
          const keys = keysOf({ seed, chip }, name);
          const weights = parameters[name]!;
          const probability =
            noisy && device.switch
              ? new Float32Array(transmissionProbabilities(device.switch, keys("switch"), weights.length))
              : undefined;
          const synapses: ChipSynapses = {
            weight: storedWeights(device, weights, shape[0]!, seconds, keys, probability),
            noisy,
            ...(probability && { probability }),
          };
          return [name, synapses] as const;
        }),
    ),
  );
};
