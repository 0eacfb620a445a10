/** The network that a room asks, under the noise or on the chip that the address says. */
import {
  analogDeviceByName,
  analogDeviceNames,
  bernoulli,
  ConfigError,
  gaussian,
  lognormal,
  type Model,
  modelOnChip,
  modelUnderNoise,
  withScaledWeights,
} from "neural-sampling/web";
import { changeSettings, numberSetting, textSetting } from "../address.ts";
import { givenDevice, requireGivenDevice } from "./given-device.ts";
import { givenModel, requireGivenModel } from "./given-model.ts";
import { conventionalModel, samplingModel } from "./models.ts";
import { SIDE } from "./pad/ink.ts";

/** Whether the network is one that the user gives, which no link carries. */
export const isGiven = (): boolean => textSetting("network") === "file";

/** Chooses the network of the page or the user's, with the noise that it was trained with. */
export const chooseNetwork = (from: "page" | "file"): void =>
  changeSettings({
    network: from === "file" ? "file" : undefined,
    ...{ noise: undefined, parameter: undefined },
  });

/** Kinds of noise that a network may be put under, each with its parameter. */
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

/** Noise that the page's network was trained with. */
const TRAINED = { name: "bernoulli", parameter: 0.5 } as const;
const USUAL_PARAMETER = { bernoulli: 0.5, gaussian: 1, lognormal: 0.5 } as const;

export interface NoiseSetting {
  readonly name: NoiseName;
  readonly parameter: number;
}

/** The noise of the synapses; undefined for that of a given network itself. */
export const noiseSetting = (): NoiseSetting | undefined => {
  const text = textSetting("noise");
  const isKind = text !== undefined && Object.hasOwn(NOISES, text);
  if (!isKind && isGiven()) return undefined;
  const name = isKind ? (text as NoiseName) : TRAINED.name;
  const { least, most } = NOISES[name];
  return { name, parameter: numberSetting("parameter", USUAL_PARAMETER[name], least, most) };
};

export const isTrained = (noise: NoiseSetting | undefined): boolean =>
  noise === undefined || (!isGiven() && noise.name === TRAINED.name && noise.parameter === TRAINED.parameter);

/** Devices that a chip may be made of: those of the package, and one of the user. */
export const DEVICES = [...analogDeviceNames, "own"];

export interface ChipSetting {
  readonly device: string;
  /** Number of the chip: each has cells of its own. */
  readonly chip: number;
  /** Time after programming. */
  readonly seconds: number;
}

/** Most chips to choose from. */
export const CHIPS = 20;
const DAY = 86_400;
/** Ten years are 3.2e8 seconds. */
const MOST_SECONDS = 1e9;

/** The chip that the network is on, if any. */
export const chipSetting = (): ChipSetting | undefined => {
  const device = textSetting("device");
  if (device === undefined || !DEVICES.includes(device)) return undefined;
  const chip = Math.floor(numberSetting("chip", 0, 0, CHIPS - 1));
  return { device, chip, seconds: numberSetting("after", DAY, 0, MOST_SECONDS) };
};

/** Puts the network under a noise, or with undefined under its own. */
export const changeNoise = (noise: Partial<NoiseSetting> | undefined): void => {
  const { name, parameter } = noise ?? {};
  const isUsual = noise === undefined || (name === TRAINED.name && !isGiven());
  changeSettings({
    ...((noise === undefined || name !== undefined) && {
      noise: isUsual ? undefined : name,
      device: undefined,
    }),
    parameter: parameter === undefined ? undefined : String(parameter),
  });
};

/** log2 of the factor c of the weights. */
export const scaleSetting = (): number => numberSetting("scale", 0, -4, 4);

/** Settings of the address that choose the network. */
export const MODEL_SETTINGS = ["network", "noise", "parameter", "scale", "device", "chip", "after"] as const;

/** A model under settings, and a text that tells it from others. */
export interface Chosen {
  readonly key: string;
  /** Names of its classes. */
  readonly names: readonly string[];
  /** Settings of the address that choose it. */
  readonly settings: Readonly<Record<string, string | undefined>>;
  /** The chip that it is put on, if any. */
  readonly chip?: ChipSetting;
  /** Rejects with the signal's reason once that is aborted, if it is still at work. */
  readonly load: (signal?: AbortSignal) => Promise<Model>;
}

const DIGITS = Array.from({ length: 10 }, (_, digit) => String(digit));

const namesNow = (): readonly string[] => {
  const model = isGiven() ? givenModel.value?.model : undefined;
  if (!model) return DIGITS;
  return model.classNames ?? Array.from({ length: model.network.classes }, (_, k) => String(k));
};

/** The network of the user. Throws ConfigError where it takes other pictures than a drawing is. */
const ownModel = (): Model => {
  const { file, model } = requireGivenModel(givenModel.peek());
  const { input } = model.network;
  if (input.join() === [1, SIDE, SIDE].join()) return model;
  throw new ConfigError(file, {
    given: `a network of images of ${input.join(" x ")}`,
    expected: `one of grey images of ${SIDE} x ${SIDE} pixels, as a drawing is`,
    remedy: "Choose another network.",
  });
};

const scaledBy = (model: Model, scale: number): Model =>
  scale === 0 ? model : withScaledWeights(model, 2 ** scale);

/** Seed of the chips. */
const SEED = 1;

const onChip = (
  model: Model,
  { device, chip, seconds }: ChipSetting,
  signal: AbortSignal | undefined,
): Promise<Model> =>
  modelOnChip(model, device === "own" ? requireGivenDevice() : analogDeviceByName(device), {
    ...{ seed: SEED, chip, seconds, signal },
  });

const chipKey = (chip: ChipSetting | undefined): string =>
  chip
    ? `${chip.device} ${chip.device === "own" ? givenDevice.value?.id : ""} ${chip.chip} ${chip.seconds}`
    : "";

const settingsNow = (): Chosen["settings"] =>
  Object.fromEntries(MODEL_SETTINGS.map((name) => [name, textSetting(name)]));

/** The network without the chip. */
export const chosenNetwork = (): Chosen => {
  const [noise, scale, given] = [noiseSetting(), scaleSetting(), isGiven()];
  return {
    key: `${given ? givenModel.value?.id : "own"} ${noise?.name} ${noise?.parameter} ${scale}`,
    names: namesNow(),
    settings: settingsNow(),
    load: async () => {
      const model = given ? ownModel() : await samplingModel();
      // The calibration holds for the noise that it was made with.
      const isOwn = isTrained(noise);
      return scaledBy(
        isOwn ? model : modelUnderNoise(model, NOISES[noise!.name].make(noise!.parameter)),
        scale,
      );
    },
  };
};

export const chosenSampling = (): Chosen => {
  const [network, chip] = [chosenNetwork(), chipSetting()];
  if (!chip) return network;
  return {
    ...{ ...network, chip },
    key: `${network.key} ${chipKey(chip)}`,
    load: async (signal) => onChip(await network.load(), chip, signal),
  };
};

/** The conventional twin, on the same chip; a given network has none. */
export const chosenTwin = (): Chosen | undefined => {
  if (isGiven()) return undefined;
  const [scale, chip] = [scaleSetting(), chipSetting()];
  return {
    key: `${scale} ${chipKey(chip)}`,
    names: DIGITS,
    settings: settingsNow(),
    ...(chip && { chip }),
    load: async (signal) => {
      const model = scaledBy(await conventionalModel(), scale);
      return chip ? onChip(model, chip, signal) : model;
    },
  };
};
