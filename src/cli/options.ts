/** Parsers of option values, and the options that every command has. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { UsageError } from "../errors.ts";
import type { Device } from "../runtime/engine.ts";

/** Options of every command. */
export interface CommonFlags {
  readonly json?: boolean;
}

/** Options of the commands that run networks. */
export interface ComputeFlags extends CommonFlags {
  readonly device?: Device;
  readonly threads?: number;
}

const DEVICES: readonly Device[] = ["cpu", "webgpu", "cuda"];
const MOST_THREADS = 64;

/** Parser of whole numbers from `least` to `most`. */
export const wholeNumber =
  (least: number, most = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    const isUnlimited = most === Number.MAX_SAFE_INTEGER && !(value > most);
    const range = isUnlimited ? `of at least ${least}` : `from ${least} to ${most}`;
    throw new InvalidArgumentError(`Expected a whole number ${range}.`);
  };

/** Parser of finite numbers in a range, which `words` describe. */
const number =
  (words: string, isIn: (value: number) => boolean) =>
  (text: string): number => {
    const value = /^[-+.\de]+$/i.test(text) ? Number(text) : Number.NaN;
    if (Number.isFinite(value) && isIn(value)) return value;
    throw new InvalidArgumentError(`Expected ${words}.`);
  };

/** Parser of numbers above 0, up to `most`. */
export const numberUpTo = (most: number) =>
  number(`a number above 0, at most ${most}`, (value) => value > 0 && value <= most);

/** Numbers whose range the library checks. */
export const anyNumber = number("a number", () => true);
export const positiveNumber = number("a number above 0", (value) => value > 0);
export const nonNegativeNumber = number("a number of at least 0", (value) => value >= 0);
export const openFraction = number("a number strictly between 0 and 1", (value) => value > 0 && value < 1);
export const halfOpenFraction = number("a number from 0 to below 1", (value) => value >= 0 && value < 1);
export const closedFraction = number("a number from 0 to 1", (value) => value >= 0 && value <= 1);
export const openPercentage = number(
  "a percentage strictly between 0 and 100",
  (value) => value > 0 && value < 100,
);
export const decayFactor = numberUpTo(1);

/** Parser of paths: an unset variable of a shell is no path. */
export const path = (text: string): string => {
  if (text !== "") return text;
  throw new InvalidArgumentError("Expected a path.");
};

/** Option that takes one of the names given. */
export const choice = (flags: string, description: string, names: readonly string[]): Option =>
  new Option(flags, description).choices(names);

/** Name of a flag on the command line: --learning-rate for learningRate. */
export const optionName = (flag: string): string =>
  `--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** Throws UsageError for an option that means nothing without `owner`. */
export const refuseStray = <Flags extends object>(
  flags: Flags,
  names: readonly (keyof Flags & string)[],
  owner: string,
): void => {
  const stray = names.find((name) => flags[name] !== undefined);
  if (stray === undefined) return;
  throw new UsageError("options", {
    given: `${optionName(stray)} without ${owner}`,
    expected: `${optionName(stray)} only with ${owner}`,
    remedy: `Add ${owner}, or drop ${optionName(stray)}.`,
  });
};

/** Shows an example below the command's help. */
export const showExample = (command: Command, example: string): Command =>
  command.addHelpText("after", `\nExample:\n  ${example.split("\n").join("\n  ")}`);

/** Ends a command's definition: the option that all commands have, and an example. */
export const finish = (command: Command, example: string, documents = "one JSON document"): Command =>
  showExample(
    command.option("--json", `print ${documents} on standard output, and nothing else there`),
    example,
  );

/** Adds the options of `ComputeFlags`. */
export const addCompute = (command: Command): Command =>
  command
    .addOption(choice("--device <name>", "where to compute (default cpu)", DEVICES))
    .option(
      "--threads <n>",
      `CPU threads, 1 to ${MOST_THREADS} (default one per core)`,
      wholeNumber(1, MOST_THREADS),
    );

export const SAMPLES = "Monte Carlo passes per image (default 100, or as many as the run is calibrated for)";

/** Options of an evaluation and a prediction about their passes. */
export interface SamplingFlags extends ComputeFlags {
  readonly samples?: number;
  readonly seed?: number;
  readonly confidence?: number;
}

/** Adds the options of `SamplingFlags`. */
export const addSampling = (command: Command): Command =>
  command
    .option("--samples <n>", SAMPLES, wholeNumber(1))
    .option("--seed <n>", "random seed of the noise (default 1)", wholeNumber(0))
    .option(
      "--confidence <c>",
      "early exit: end an image's passes once its label is decided at this confidence, such as 0.99",
      openFraction,
    );
