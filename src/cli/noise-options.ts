/** Options that say which noise synapses have. */
import { type Command, InvalidArgumentError } from "commander";
import { ConfigError, UsageError } from "../errors.ts";
import { numbersOf } from "../files/arrays/element-type.ts";
import { readNpy } from "../files/arrays/read-npy.ts";
import { parseNoise } from "../networks/network.ts";
import { bernoulli } from "../nn/noise/bernoulli.ts";
import { gaussian } from "../nn/noise/gaussian.ts";
import { lognormal } from "../nn/noise/lognormal.ts";
import { NOISE_TYPES, type Noise } from "../nn/noise/noise.ts";
import { table, tableOfSamples } from "../nn/noise/table.ts";
import { settingFault } from "../setting-file.ts";
import { parseJson, readWhole } from "../storage/files.ts";
import { anyNumber, refuseStray } from "./options.ts";

export interface NoiseFlags {
  /** The kind of noise, with its parameters in the other flags, or the whole noise. */
  readonly noise?: Noise["type"] | Noise;
  readonly p?: number;
  readonly sigma?: number;
  readonly noiseTable?: string;
}

/** The paper's noise. */
const PAPER_P = 0.5;
const PAPER_SIGMA = 1;
const LOGNORMAL_SIGMA = 0.5;

/** Adds the options of `NoiseFlags`; `standard` says which noise is taken without them. */
export const addNoise = (command: Command, standard: string): Command =>
  command
    .option(
      "--noise <law>",
      `noise of the synapses: ${NOISE_TYPES.join(", ")}, or a noise as JSON (default ${standard})`,
      noiseLaw,
    )
    .option("--p <p>", `bernoulli: probability that a synapse transmits (default ${PAPER_P})`, anyNumber)
    .option(
      "--sigma <s>",
      `gaussian: standard deviation (default ${PAPER_SIGMA}); lognormal: that of the logarithm (default ${LOGNORMAL_SIGMA})`,
      anyNumber,
    )
    .option(
      "--noise-table <file>",
      "table: measured factors on the weights, as an .npy of samples or as JSON with values and probabilities",
    );

const noiseLaw = (text: string): Noise["type"] | Noise => {
  const type = NOISE_TYPES.find((name) => name === text);
  if (type) return type;
  const document = parseJson(text);
  if (typeof document !== "object")
    throw new InvalidArgumentError(`Allowed choices are ${NOISE_TYPES.join(", ")}, or JSON.`);
  return parseNoise(document);
};

/** The noise that the options ask for, if they do. Throws ConfigError for numbers out of range and for a bad table. */
export const noiseOf = async (flags: NoiseFlags): Promise<Noise | undefined> => {
  const { p, sigma, noiseTable } = flags;
  const implied =
    p !== undefined
      ? "bernoulli"
      : sigma !== undefined
        ? "gaussian"
        : noiseTable !== undefined
          ? "table"
          : undefined;
  const { noise = implied } = flags;
  const type = typeof noise === "object" ? undefined : noise;
  if (type !== "bernoulli") refuseStray(flags, ["p"], "--noise bernoulli");
  if (type !== "gaussian" && type !== "lognormal")
    refuseStray(flags, ["sigma"], "--noise gaussian or lognormal");
  if (type !== "table") refuseStray(flags, ["noiseTable"], "--noise table");
  if (type === "bernoulli") return bernoulli(p ?? PAPER_P);
  if (type === "gaussian") return gaussian(sigma ?? PAPER_SIGMA);
  if (type === "lognormal") return lognormal(sigma ?? LOGNORMAL_SIGMA);
  if (typeof noise === "object") return noise;
  if (type === "table") return readNoiseTable(noiseTable);
  if (type === undefined) return undefined;
  throw new UsageError("options", {
    given: `--noise ${type as string}`,
    expected: "this noise as JSON: its parameters have no options",
    remedy: `Write --noise '{"type":"${type as string}", ...}', as schema/network.schema.json describes it.`,
  });
};

/** A table is small: a larger file is another. */
const MAX_JSON = 1 << 20;

const readNoiseTable = async (file: string | undefined): Promise<Noise> => {
  if (file === undefined)
    throw new UsageError("options", {
      given: "--noise table without --noise-table",
      expected: "the file of the table",
      remedy: "Add --noise-table FILE, an .npy of samples or JSON with values and probabilities.",
    });
  try {
    return await noiseIn(file);
  } catch (cause) {
    throw settingFault(cause, file);
  }
};

const noiseIn = async (file: string): Promise<Noise> => {
  if (file.toLowerCase().endsWith(".npy")) return tableOfSamples(numbersOf((await readNpy(file)).data));
  const document = parseJson(new TextDecoder().decode(await readWhole(file, MAX_JSON)));
  const { type, values, probabilities, ...rest } = (document ?? {}) as Readonly<Record<string, unknown>>;
  const [unknown] = Object.keys(rest);
  const isTable = type === undefined || type === "table";
  if (
    isTable &&
    unknown === undefined &&
    isNumbers(values) &&
    (probabilities === undefined || isNumbers(probabilities))
  )
    return table(values, probabilities);
  throw new ConfigError("noise table", {
    given:
      document === undefined
        ? "no JSON"
        : !isTable
          ? `a noise of type ${JSON.stringify(type)}`
          : unknown !== undefined
            ? `the unknown field "${unknown}"`
            : "JSON without such lists",
    expected: 'an object with "values", a list of numbers, and "probabilities", one for each',
    remedy: "Correct the file, or give an .npy of samples.",
  });
};

const isNumbers = (list: unknown): list is readonly number[] =>
  Array.isArray(list) && list.every((value) => typeof value === "number");
