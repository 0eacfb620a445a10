import { defined } from "../defined.ts";
/** Turns the options of `nsm train` into a network and a training configuration. */
import { UsageError } from "../errors.ts";
import { type BaselineName, baseline } from "../networks/baselines.ts";
import { conventional, networkByName, networkNames } from "../networks/catalogue.ts";
import { type Encoding, type Network, parseNetwork, withEncoding, withNoise } from "../networks/network.ts";
import { usesNoise } from "../networks/plan.ts";
import type { Estimator } from "../nn/estimators.ts";
import { type Noise, noiseLabel } from "../nn/noise/noise.ts";
import type { Optimizer } from "../nn/optimizer.ts";
import { readWhole } from "../storage/files.ts";
import {
  type OptimizerDescription,
  parseTraining,
  type TrainingConfiguration,
  type TrainingDescription,
} from "../training/configuration.ts";
import { baselineRecipe, recipeOf } from "../training/recipes.ts";
import { type NoiseFlags, noiseOf } from "./noise-options.ts";
import { type ComputeFlags, optionName, refuseStray } from "./options.ts";

export interface TrainFlags extends ComputeFlags, NoiseFlags {
  readonly network?: string;
  readonly epochs?: number;
  readonly batch?: number;
  readonly seed?: number;
  readonly learningRate?: number;
  readonly optimizer?: Optimizer["type"];
  readonly momentum?: number;
  readonly adamLearningRate?: number;
  readonly weightDecay?: number;
  readonly schedule?: "constant" | "step" | "cosine";
  readonly stepEpochs?: number;
  readonly stepFactor?: number;
  readonly warmupSteps?: number;
  readonly clipNorm?: number;
  readonly labelSmoothing?: number;
  readonly averaging?: number;
  readonly initialization?: TrainingConfiguration["initialization"];
  readonly halfSizeEpochs?: number;
  readonly pad?: number;
  readonly flip?: boolean;
  readonly cutOut?: number;
  readonly dropEvents?: number;
  readonly timeJitter?: number;
  readonly encoding?: Encoding;
  readonly conventional?: true;
  readonly baseline?: BaselineName;
  readonly substrate?: string;
  readonly seconds?: number;
  readonly estimator?: Estimator;
  readonly data?: string;
  readonly labels?: "fine" | "coarse";
  readonly validation?: number;
  readonly validationSeed?: number;
  readonly out?: string;
  readonly samples?: number;
  readonly resume?: string;
}

/** The paper's step schedule ("Networks and settings"): the learning rate is halved every 50 epochs. */
const PAPER_STEP = { epochs: 50, factor: 0.5 };

/** Bytes of the largest network file: a larger file is something else. */
const LARGEST_NETWORK = 1 << 24;

/** Options of a resumed run; run.json determines everything else. */
const RESUMABLE: readonly string[] = ["resume", "epochs", "data", "samples", "device", "threads", "json"];

/** Throws UsageError for options that a resumed run does not take. */
export const checkResume = (name: string | undefined, flags: TrainFlags): void => {
  const stray = Object.keys(flags).find((flag) => !RESUMABLE.includes(flag));
  if (name === undefined && stray === undefined) return;
  throw new UsageError("train --resume", {
    given: stray === undefined ? `the network ${name}` : optionName(stray),
    expected: `the settings of the run, of which only ${RESUMABLE.slice(1, -1).map(optionName).join(", ")} may change`,
    remedy: "Drop it, or start a new run.",
  });
};

const networkFromFile = async (file: string): Promise<Network> => {
  const text = new TextDecoder().decode(await readWhole(file, LARGEST_NETWORK));
  let description: unknown;
  try {
    description = JSON.parse(text);
  } catch (cause) {
    throw new UsageError(
      `reading the network ${file}`,
      {
        given: `no JSON (${(cause as Error).message})`,
        expected: "a network that matches schema/network.schema.json",
        remedy: "Correct the file.",
      },
      cause,
    );
  }
  return parseNetwork(description, `network ${file}`);
};

/** The network given by name or file, with the noise given by options. Throws UsageError for other combinations. */
export const networkOf = async (name: string | undefined, flags: TrainFlags): Promise<Network> => {
  const noise = await noiseOf(flags);
  if ((name === undefined) === (flags.network === undefined))
    throw new UsageError("train", {
      given: name === undefined ? "no network" : `the network ${name} and --network ${flags.network}`,
      expected: `one network: ${networkNames().join(" or ")}, or --network FILE`,
      remedy: "Name one, or see `nsm train --help`.",
    });
  const network = await stochasticNetwork(name, flags, noise);
  if (flags.conventional && flags.baseline)
    throw new UsageError("options", {
      given: `--conventional and --baseline ${flags.baseline}`,
      expected: "one network to compare with",
      remedy: "Drop one; --conventional is --baseline batch-normalization.",
    });
  const chosen = flags.baseline
    ? baseline(network, flags.baseline)
    : flags.conventional
      ? conventional(network)
      : network;
  if (noise && !usesNoise(chosen)) refuseNoise(chosen, flags);
  return flags.encoding ? withEncoding(chosen, flags.encoding) : chosen;
};

const refuseNoise = ({ name }: Network, { noise, p, sigma }: TrainFlags): never => {
  const flag =
    noise !== undefined ? "noise" : p !== undefined ? "p" : sigma !== undefined ? "sigma" : "noise-table";
  throw new UsageError("options", {
    given: `--${flag} for ${name}, whose synapses have no noise`,
    expected: "noise of a network with stochastic neurons or noisy rectifiers",
    remedy: `Drop --${flag}, or train another network.`,
  });
};

const stochasticNetwork = async (
  name: string | undefined,
  flags: TrainFlags,
  noise: Noise | undefined,
): Promise<Network> => {
  if (name !== undefined) return networkByName(name, noise);
  const network = await networkFromFile(flags.network!);
  return noise ? withNoise(network, noise) : network;
};

/** The training configuration: options given, then the network's recipe, then the defaults. */
export const trainingOf = (name: string | undefined, flags: TrainFlags): TrainingConfiguration => {
  const { epochs, batch, seed, learningRate, warmupSteps, clipNorm, halfSizeEpochs, initialization } = flags;
  const compared = flags.conventional ? "batch-normalization" : flags.baseline;
  const recipe = compared ? baselineRecipe(name ?? "", compared) : recipeOf(name ?? "");
  const optimizer = optimizerOf(flags, recipe);
  const given = defined({
    ...{ epochs, batch, seed, learningRate, warmupSteps, clipNorm, halfSizeEpochs, initialization },
    labelSmoothing: flags.labelSmoothing,
    averaging: flags.averaging === undefined ? undefined : { decay: flags.averaging },
    estimator: flags.estimator,
    optimizer,
    schedule: scheduleOf(flags),
  });
  return parseTraining({
    ...withoutForeignRate(recipe, optimizer),
    ...halfSizeOf(flags, recipe),
    ...given,
    augmentation: augmentationOf(flags, recipe),
  });
};

/** A recipe without its learning rate, if that is of Muon and the run's optimizer is not, or the other way round. */
const withoutForeignRate = (
  { learningRate, ...recipe }: TrainingDescription,
  optimizer: OptimizerDescription,
): TrainingDescription =>
  learningRate === undefined || (recipe.optimizer?.type === "muon") !== (optimizer.type === "muon")
    ? recipe
    : { ...recipe, learningRate };

/** Half-size epochs of a recipe for a run of another length: at most as many, and at most the same share of the run. */
const halfSizeOf = (
  flags: TrainFlags,
  { epochs, halfSizeEpochs }: TrainingDescription,
): TrainingDescription =>
  flags.epochs === undefined || !halfSizeEpochs
    ? {}
    : { halfSizeEpochs: Math.min(halfSizeEpochs, Math.floor((halfSizeEpochs * flags.epochs) / epochs!)) };

const augmentationOf = (
  { pad, flip, cutOut, dropEvents, timeJitter }: TrainFlags,
  recipe: TrainingDescription,
): TrainingDescription["augmentation"] => {
  const events = [
    ...(dropEvents === undefined ? [] : [{ type: "dropEvent" as const, p: dropEvents }]),
    ...(timeJitter === undefined ? [] : [{ type: "timeJitter" as const, std: timeJitter }]),
  ];
  const given = defined({ pad, flip, cutOut, events: events.length > 0 ? events : undefined });
  const augmentation = { ...recipe.augmentation, ...given };
  const isAugmented = Object.values(augmentation).some((amount) => amount !== 0 && amount !== false);
  return isAugmented ? augmentation : undefined;
};

const optimizerOf = (flags: TrainFlags, { optimizer: own }: TrainingDescription): OptimizerDescription => {
  const { optimizer: type = own?.type ?? "adam", momentum, weightDecay, adamLearningRate } = flags;
  if (type === "adam") refuseStray(flags, ["momentum"], "--optimizer sgd or muon");
  if (type !== "muon") {
    refuseStray(flags, ["adamLearningRate"], "--optimizer muon");
    return { ...(own?.type === type && own), ...defined({ type, momentum, weightDecay }) };
  }
  const known = own?.type === type ? own : { type };
  const adam = { ...known.adam, ...defined({ learningRate: adamLearningRate, weightDecay }) };
  return { ...known, ...defined({ momentum }), adam };
};

const scheduleOf = (flags: TrainFlags): object | undefined => {
  const { schedule: type, stepEpochs, stepFactor } = flags;
  if (type !== "step") refuseStray(flags, ["stepEpochs", "stepFactor"], "--schedule step");
  if (type !== "step") return type && { type };
  return { type, epochs: stepEpochs ?? PAPER_STEP.epochs, factor: stepFactor ?? PAPER_STEP.factor };
};

/** Default folder of a run, named after network, noise or analog device, and seed. */
export const defaultFolder = (
  { name, noise, neuron }: Network,
  { seed, substrate }: Pick<TrainingConfiguration, "seed" | "substrate">,
): string => {
  const law = substrate?.device.name ?? (neuron === "nsm" ? noiseLabel(noise) : neuron);
  return `runs/${[name, law].map((part) => part.replace(/[^\w.-]+/g, "-")).join("-")}-seed${seed}`;
};
