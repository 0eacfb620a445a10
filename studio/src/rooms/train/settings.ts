/** The settings of a training, kept in the address: a link with all of them repeats the run. */
import { bernoulli, gaussian, lognormal, type Noise, type TrainingDescription } from "neural-sampling/web";
import { changeSettings, choiceSetting, isBare, numberSetting, textSetting } from "../../address.ts";
import { NETWORKS, type NetworkChoice, recipeFor } from "./networks.ts";

export const NOISES = ["bernoulli", "gaussian", "lognormal"] as const;
export const OPTIMIZERS = ["adam", "sgd", "muon"] as const;
/** The conventional twin: none, with batch normalization, or without normalization. */
export const TWINS = ["none", "batch", "plain"] as const;
/** `digits`: the embedded ones. `own`: files of the user, which no link carries. */
export const SOURCES = ["digits", "own"] as const;

export interface Settings {
  readonly network: NetworkChoice;
  readonly noise: (typeof NOISES)[number];
  /** Probability that a synapse transmits, of Bernoulli noise. */
  readonly p: number;
  /** Standard deviation of the other kinds of noise. */
  readonly sigma: number;
  readonly optimizer: (typeof OPTIMIZERS)[number];
  /** Peak learning rate. */
  readonly rate: number;
  readonly batch: number;
  readonly epochs: number;
  readonly seed: number;
  readonly source: (typeof SOURCES)[number];
  /** Number of embedded digits, the first ones. */
  readonly images: number;
  /** Number of these digits that are kept out of training and scored after every epoch. */
  readonly validation: number;
  /** The conventional twin that is trained alongside, if any. */
  readonly twin: (typeof TWINS)[number];
}

/** Ranges of the numbers. */
export const RANGES = {
  p: [0.05, 0.95],
  sigma: [0.05, 4],
  rate: [1e-6, 10],
  batch: [1, 1000],
  epochs: [1, 100],
  seed: [0, 2 ** 31],
  images: [100, 10_000],
  validation: [0, 5000],
} as const satisfies Partial<Record<keyof Settings, readonly [number, number]>>;

export type NumberName = keyof typeof RANGES;

/** Numbers that have no fractions. */
export const WHOLE: readonly NumberName[] = ["batch", "epochs", "seed", "images", "validation"];

/** Digits that are kept out of training: a twentieth, at most 500. */
const keptOut = (images: number): number => Math.min(500, Math.floor(images / 20));

/**
 * Digits that are kept out where the address does not say how many. Whenever the page writes a setting it writes this one too:
 * an address that states others alone is from before it existed, when every digit was trained on.
 */
const keptOutUnstated = (images: number): number =>
  isBare() || textSetting("validation") !== undefined ? keptOut(images) : 0;

const DEFAULT_RATE = { adam: 0.001, sgd: 0.01, muon: 0.05 };

const number = (name: NumberName, fallback: number): number => {
  const [least, most] = RANGES[name];
  const value = numberSetting(name, fallback, least, most);
  return WHOLE.includes(name) && !Number.isInteger(value) ? fallback : value;
};

/** The settings that the address states; the recipe of the network for what it leaves out. */
export const settingsOfAddress = (): Settings => {
  const network = choiceSetting("network", NETWORKS, "mnist-mlp");
  const recipe = recipeFor(network);
  const recommended = recipe.optimizer?.type ?? "adam";
  const optimizer = choiceSetting("optimizer", OPTIMIZERS, recommended);
  const rate = (optimizer === recommended ? recipe.learningRate : undefined) ?? DEFAULT_RATE[optimizer];
  const images = number("images", 10_000);
  return {
    network,
    noise: choiceSetting("noise", NOISES, "bernoulli"),
    p: number("p", 0.5),
    sigma: number("sigma", 1),
    optimizer,
    rate: number("rate", rate),
    batch: number("batch", 100),
    epochs: number("epochs", 3),
    seed: number("seed", 1),
    source: choiceSetting("source", SOURCES, "digits"),
    images,
    validation: number("validation", keptOutUnstated(images)),
    // A twin would begin at random, which compares nothing.
    twin: network === "file" ? "none" : choiceSetting("twin", TWINS, "none"),
  };
};

/** The settings as the address has them. */
const inAddress = (settings: Partial<Settings>): Record<string, string> =>
  Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)]));

/** Writes every setting into the address, those with a default value too. */
export const writeAddress = (settings: Settings): void => changeSettings(inAddress(settings), "train");

/**
 * Changes one setting. Optimiser and learning rate follow the network's recipe when the network changes, the number of digits
 * that are kept out that of all.
 */
export const change = (changes: Partial<Settings>): void => {
  const { validation } = settingsOfAddress();
  const changed = {
    validation: String(changes.images === undefined ? validation : keptOut(changes.images)),
    ...inAddress(changes),
    ...("network" in changes && { optimizer: undefined, rate: undefined }),
    ...("optimizer" in changes && { rate: undefined }),
  };
  changeSettings(changed, "train");
};

export const isSame = (a: Settings, b: Settings): boolean =>
  (Object.keys(a) as (keyof Settings)[]).every((name) => a[name] === b[name]);

export const noiseOf = ({ noise, p, sigma }: Settings): Noise =>
  noise === "bernoulli" ? bernoulli(p) : noise === "gaussian" ? gaussian(sigma) : lognormal(sigma);

/** Settings of the library's training. */
export const trainingOf = (settings: Settings): TrainingDescription => {
  const { network, optimizer, rate, batch, epochs, seed } = settings;
  const recipe = recipeFor(network);
  return {
    ...recipe,
    optimizer: recipe.optimizer?.type === optimizer ? recipe.optimizer : { type: optimizer },
    ...{ learningRate: rate, batch, epochs, seed },
  };
};

/** Without normalization the length of weights matters, which Muon sets: Adam at its own rate takes its place. */
const PLAIN: TrainingDescription = { optimizer: { type: "adam" }, learningRate: DEFAULT_RATE.adam };

/** Settings of the twin's training: those of the network, but rectifiers have no noise that initial gains could balance. */
export const twinTrainingOf = (settings: Settings): TrainingDescription => ({
  ...trainingOf(settings),
  ...(settings.twin === "plain" && settings.optimizer === "muon" && PLAIN),
  initialization: "random",
});
