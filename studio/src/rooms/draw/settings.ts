/** Settings of the room, in the address. */
import {
  bernoulli,
  gaussian,
  lognormal,
  type Model,
  modelUnderNoise,
  type Noise,
  withScaledWeights,
} from "neural-sampling/web";
import { changeSettings, numberSetting, textSetting } from "../../address.ts";
import { conventionalModel, samplingModel } from "../../shared/models.ts";
import type { Perturbation } from "../../shared/pad/ink.ts";

/** Numbers of passes that the slider offers. */
export const PASSES = [1, 2, 5, 10, 20, 50, 100, 200, 500] as const;
const USUAL_PASSES = 100;

export const passesSetting = (): number => Math.round(numberSetting("passes", USUAL_PASSES, 1, 500));

export const perturbationSetting = (): Perturbation => ({
  rotation: numberSetting("rotation", 0, -180, 180),
  blur: numberSetting("blur", 0, 0, 4),
});

/** Kinds of noise that the room offers, each with its parameter. */
export const NOISES = {
  bernoulli: {
    label: "Bernoulli: a synapse transmits or not",
    symbol: "p",
    least: 0.05,
    most: 0.95,
    make: bernoulli,
  },
  gaussian: { label: "Gaussian", symbol: "σ", least: 0.1, most: 3, make: gaussian },
  lognormal: { label: "Lognormal", symbol: "σ", least: 0.1, most: 2, make: lognormal },
} as const;

export type NoiseName = keyof typeof NOISES;

/** Noise that the network was trained with. */
const TRAINED = { name: "bernoulli", parameter: 0.5 } as const;
const USUAL_PARAMETER = { bernoulli: 0.5, gaussian: 1, lognormal: 0.5 } as const;

export interface NoiseSetting {
  readonly name: NoiseName;
  readonly parameter: number;
}

export const noiseSetting = (): NoiseSetting => {
  const text = textSetting("noise");
  const name = text !== undefined && Object.hasOwn(NOISES, text) ? (text as NoiseName) : TRAINED.name;
  const { least, most } = NOISES[name];
  return { name, parameter: numberSetting("parameter", USUAL_PARAMETER[name], least, most) };
};

export const changeNoise = ({ name, parameter }: Partial<NoiseSetting>): void =>
  changeSettings({
    ...(name !== undefined && { noise: name === TRAINED.name ? undefined : name }),
    parameter: parameter === undefined ? undefined : String(parameter),
  });

/** log2 of the factor c of the weights. */
export const scaleSetting = (): number => numberSetting("scale", 0, -4, 4);

const SETTINGS = ["passes", "rotation", "blur", "noise", "parameter", "scale"] as const;

export const resetSettings = (): void =>
  changeSettings(Object.fromEntries(SETTINGS.map((name) => [name, undefined])));

export const isChanged = (): boolean => SETTINGS.some((name) => textSetting(name) !== undefined);

const isTrained = ({ name, parameter }: NoiseSetting): boolean =>
  name === TRAINED.name && parameter === TRAINED.parameter;

/** A model under settings, and a text that tells it from others. */
export interface Chosen {
  readonly key: string;
  readonly load: () => Promise<Model>;
}

const scaledBy = (model: Model, scale: number): Model =>
  scale === 0 ? model : withScaledWeights(model, 2 ** scale);

export const chosenSampling = (): Chosen => {
  const noise = noiseSetting();
  const scale = scaleSetting();
  return {
    key: `${noise.name} ${noise.parameter} ${scale}`,
    load: async () => {
      const model = await samplingModel();
      const own: Noise = NOISES[noise.name].make(noise.parameter);
      // The calibration holds for the noise that it was made with.
      return scaledBy(isTrained(noise) ? model : modelUnderNoise(model, own), scale);
    },
  };
};

export const chosenTwin = (): Chosen => {
  const scale = scaleSetting();
  return { key: String(scale), load: async () => scaledBy(await conventionalModel(), scale) };
};
