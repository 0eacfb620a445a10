/** Options that put a network on chips of an analog device. */
import { extname } from "node:path";
import type { Command } from "commander";
import type { ImageSplit } from "../datasets/dataset.ts";
import { shuffledImages } from "../datasets/subset.ts";
import { ConfigError, UsageError } from "../errors.ts";
import { grouped } from "../grouped.ts";
import { DEFAULT_CHIPS } from "../inference/chips/on-chips.ts";
import { FEWEST_OF_CLASS, fewestToRecalibrate } from "../inference/chips/recalibrate.ts";
import type { Network } from "../networks/network.ts";
import { DEFAULT_SECONDS } from "../substrate/chip.ts";
import type { AnalogDevice } from "../substrate/device.ts";
import { analogDeviceByName, analogDeviceNames } from "../substrate/devices/devices.ts";
import { readAnalogDevice } from "../substrate/read-device.ts";
import type { NoiseFlags } from "./noise-options.ts";
import { nonNegativeNumber, optionName, positiveNumber, refuseStray, wholeNumber } from "./options.ts";

/** Value of the option --substrate. */
const SUBSTRATE = `${analogDeviceNames.join(", ")}, or a device's file (.json or .csv)`;

/** Options of an evaluation that chips do not take. */
const EXCLUDED = ["law", "noise", "p", "sigma", "noiseTable"];

export interface ChipsFlags {
  readonly substrate?: string;
  readonly chips?: number;
  readonly seconds?: number;
  readonly recalibrate?: number;
  readonly learn?: number;
  readonly learningRate?: number;
  readonly seed?: number;
}

/** Learning rate of a trained network on a chip: a tenth of the default of learners that start from random weights. */
export const LEARNING_RATE = 3e-5;

/** Number of images that recalibration takes, in words. */
const ENOUGH = "a few hundred are enough";

/** Adds the options of `ChipsFlags`. */
export const addChips = (command: Command): Command =>
  command
    .option("--substrate <device>", `score chips of an analog device: ${SUBSTRATE}`)
    .option(
      "--chips <n>",
      `chips to score, keyed by the seed; from 3 on the error has an interval over chips (default ${DEFAULT_CHIPS})`,
      wholeNumber(1),
    )
    .option(
      "--seconds <t>",
      `time after the chips were programmed, in seconds (default ${DEFAULT_SECONDS}, a day)`,
      nonNegativeNumber,
    )
    .option(
      "--recalibrate <n>",
      `recalibrate each chip before it is scored: fit its gains and biases to n training images without their labels, at least ${FEWEST_OF_CLASS} a class; ${ENOUGH} (default: not recalibrated)`,
      wholeNumber(1),
    )
    .option(
      "--learn <n>",
      "train each chip before it is scored: it learns n training images with their labels, one after the other, each once, and its cells are written (default: as programmed)",
      wholeNumber(1),
    )
    .option(
      "--learning-rate <r>",
      `with --learn: learning rate on the chip (default ${LEARNING_RATE})`,
      positiveNumber,
    );

/** Adds the options by which a device is in the loop of a training. */
export const addSubstrateInLoop = (command: Command): Command =>
  command
    .option("--substrate <device>", `train with an analog device in the loop: ${SUBSTRATE}`)
    .option(
      "--seconds <t>",
      `time after programming that the network is trained for, in seconds (default ${DEFAULT_SECONDS}, a day)`,
      nonNegativeNumber,
    );

/**
 * The setting of a training that the option --substrate names. Throws UsageError for noise beside that of the device's switch,
 * and as `analogDeviceOf`.
 */
export const substrateOf = async (
  flags: Pick<ChipsFlags, "substrate" | "seconds"> & NoiseFlags,
): Promise<{ readonly substrate?: { readonly device: AnalogDevice; readonly seconds: number } }> => {
  if (flags.substrate === undefined) {
    refuseStray(flags, ["seconds"], "--substrate");
    return {};
  }
  const device = await analogDeviceOf(flags.substrate);
  const noise =
    device.switch && (["noise", "p", "sigma", "noiseTable"] as const).find((name) => name in flags);
  if (noise)
    throw new UsageError("options", {
      given: `${optionName(noise)} and --substrate ${flags.substrate}`,
      expected: "one of them: the switch of the device is the noise",
      remedy: `Drop ${optionName(noise)}.`,
    });
  return { substrate: { device, seconds: flags.seconds ?? DEFAULT_SECONDS } };
};

/** The device that the options name, if they do. Throws UsageError for options that do not go together. */
export const chipsDeviceOf = async (flags: ChipsFlags): Promise<AnalogDevice | undefined> => {
  const { substrate } = flags;
  if (substrate === undefined) {
    refuseStray(flags, ["chips", "seconds", "recalibrate", "learn", "learningRate"], "--substrate");
    return undefined;
  }
  if (flags.learn === undefined) refuseStray(flags, ["learningRate"], "--learn");
  else if (flags.recalibrate !== undefined)
    throw new UsageError("options", {
      given: "--learn and --recalibrate",
      expected: "one of them: learning fits gains and biases too",
      remedy: "Drop one of them.",
    });
  const other = EXCLUDED.find((name) => name in flags);
  if (other !== undefined)
    throw new UsageError("options", {
      given: `${optionName(other)} and --substrate`,
      expected: "one of them: chips are scored by the unit law, under their own noise or the run's",
      remedy: `Drop ${optionName(other)}.`,
    });
  return analogDeviceOf(substrate);
};

/** The device of that name or in that file. Throws ConfigError for an unknown name, and as `readAnalogDevice`. */
const analogDeviceOf = async (nameOrFile: string): Promise<AnalogDevice> => {
  if (analogDeviceNames.includes(nameOrFile)) return analogDeviceByName(nameOrFile);
  if (extname(nameOrFile) !== "" || /[/\\]/.test(nameOrFile)) return readAnalogDevice(nameOrFile);
  throw new ConfigError("substrate", {
    given: nameOrFile,
    expected: SUBSTRATE,
    remedy: "See `nsm substrate list`, or give a file whose name ends in .json or .csv.",
  });
};

/**
 * Training images on which chips of a network are recalibrated, if they are. Throws UsageError for more than there are, and for
 * fewer than `recalibrate` takes.
 */
export const recalibrationOf = (
  network: Network,
  train: ImageSplit,
  { recalibrate, seed }: ChipsFlags,
): ImageSplit | undefined => {
  const fewest = fewestToRecalibrate(network);
  if (recalibrate !== undefined && recalibrate < fewest)
    throw new UsageError("options", {
      given: `--recalibrate ${recalibrate}`,
      expected: `at least ${fewest} images, ${FEWEST_OF_CLASS} for each of the ${network.classes} classes of ${network.name}`,
      remedy: `Take more; ${ENOUGH}.`,
    });
  return drawnFrom(train, recalibrate, "--recalibrate", ENOUGH, seed);
};

/** Training images that chips learn, if they do. Throws UsageError for more than there are. */
export const lessonsOf = (train: ImageSplit, { learn, seed }: ChipsFlags): ImageSplit | undefined =>
  drawnFrom(train, learn, "--learn", "each is learned once", seed);

/** Drawn by the seed and shuffled, as files may list one class after the other. */
const drawnFrom = (
  train: ImageSplit,
  count: number | undefined,
  option: string,
  hint: string,
  seed = 1,
): ImageSplit | undefined => {
  if (count === undefined || count <= train.count)
    return count === undefined ? undefined : shuffledImages(train, count, seed);
  throw new UsageError("options", {
    given: `${option} ${count}`,
    expected: `at most ${grouped(train.count)} images, those of ${train.name}`,
    remedy: `Take fewer; ${hint}.`,
  });
};
