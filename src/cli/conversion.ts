/** Options of conversions: transforms of a recording's events, and the arrays made of them. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { defined } from "../defined.ts";
import { type Conversion, parseConversion } from "../events/convert.ts";
import type { Sensor } from "../events/events.ts";
import { choice, nonNegativeNumber, positiveNumber, refuseStray, wholeNumber } from "./options.ts";
import { widthAndHeight } from "./recording-options.ts";

const targets = ["events", "frames", "voxels", "timesurface"] as const;
type Target = (typeof targets)[number];

/** Named as the fields of the transforms, and as Tonic's arguments. */
export interface ConversionFlags {
  readonly to: Target;
  readonly cropTime?: { readonly min?: number; readonly max?: number };
  readonly denoise?: number;
  readonly refractoryPeriod?: number;
  readonly downsample?: Sensor;
  readonly timeWindow?: number;
  readonly timeBins?: number;
  readonly eventCount?: number;
  readonly eventBins?: number;
  readonly overlap?: number;
  readonly includeIncomplete?: true;
  readonly polarity?: string;
  readonly output?: string;
  readonly dt?: number;
  readonly tau?: number;
}

const BINS = 10;
/** Default step and decay of time surfaces, in microseconds. */
const SURFACE_US = 50_000;

/** Parses intervals of time such as 1000:5000, 1000: and :5000. */
const stretch = (text: string): NonNullable<ConversionFlags["cropTime"]> => {
  const [, min, max] = /^(\d{0,15}):(\d{0,15})$/.exec(text) ?? [];
  if ((!min && !max) || (min && max && Number(max) < Number(min)))
    throw new InvalidArgumentError("Expected microseconds as START:END, the lesser first, START: or :END.");
  return defined({ min: min ? Number(min) : undefined, max: max ? Number(max) : undefined });
};

/** Ways to slice a recording; at most one is given. */
const slicings = {
  timeWindow: ["--time-window <us>", "frames: length of a frame in microseconds"],
  timeBins: ["--time-bins <n>", `frames, voxels: number of bins of equal time (default ${BINS})`],
  eventCount: ["--event-count <n>", "frames: events of a frame"],
  eventBins: ["--event-bins <n>", "frames: number of bins of equally many events"],
} as const;

type Slicing = keyof typeof slicings;
const slicingNames = Object.keys(slicings) as Slicing[];

export const addConversionOptions = (command: Command): Command => {
  command
    .addOption(choice("--to <what>", "kind of arrays to write", targets).makeOptionMandatory())
    .option("--crop-time <start:end>", "events: keep those of these microseconds, both included", stretch)
    .option(
      "--denoise <us>",
      "events: keep those within <us> after an event of a neighbouring pixel",
      positiveNumber,
    )
    .option(
      "--refractory-period <us>",
      "events: drop those within <us> after an event of the same pixel",
      positiveNumber,
    )
    .option("--downsample <size>", "events: scale to a sensor of WIDTHxHEIGHT", widthAndHeight);
  for (const [name, [flags, words]] of Object.entries(slicings)) {
    const others = slicingNames.filter((other) => other !== name);
    command.addOption(new Option(flags, words).argParser(wholeNumber(1)).conflicts(others));
  }
  return command
    .option(
      "--overlap <n>",
      "frames: microseconds or events shared with the next frame; of bins, a fraction",
      nonNegativeNumber,
    )
    .option("--include-incomplete", "frames, timesurface: also those that end after the recording")
    .addOption(
      choice("--polarity <which>", "frames: two channels (OFF, ON), merged, or one polarity (default both)", [
        "both",
        "merged",
        "on",
        "off",
      ]),
    )
    .addOption(
      choice("--output <what>", "frames: event counts, or 1 where there were any (default counts)", [
        "counts",
        "binary",
      ]),
    )
    .option("--dt <us>", `timesurface: step from one to the next (default ${SURFACE_US})`, wholeNumber(1))
    .option("--tau <us>", `timesurface: decay time to 1/e (default ${SURFACE_US})`, positiveNumber);
};

/** The options of each target; others are refused. */
const owned: Readonly<Record<Target, readonly (keyof ConversionFlags)[]>> = {
  events: [],
  frames: [...slicingNames, "overlap", "includeIncomplete", "polarity", "output"],
  voxels: ["timeBins"],
  timesurface: ["dt", "tau", "includeIncomplete"],
};

/**
 * The conversion that the options describe. Throws UsageError for one the target does not have, ConfigError for a bad
 * value.
 */
export const conversionOf = (flags: ConversionFlags): Conversion => {
  for (const target of targets) {
    const others = owned[target].filter((name) => !owned[flags.to].includes(name));
    refuseStray(flags, others, `--to ${target}`);
  }
  const representation = representationOf(flags);
  const description = { transforms: transformsOf(flags), ...(representation && { representation }) };
  return parseConversion(description, `converting to ${flags.to}`);
};

/** Transforms in the order of the options: time first, resolution last. */
const transformsOf = ({ cropTime, denoise, refractoryPeriod, downsample }: ConversionFlags): object[] => [
  ...(cropTime ? [{ type: "cropTime", ...cropTime }] : []),
  ...(denoise === undefined ? [] : [{ type: "denoise", filterTime: denoise }]),
  ...(refractoryPeriod === undefined ? [] : [{ type: "refractoryPeriod", delta: refractoryPeriod }]),
  ...(downsample ? [{ type: "downsample", targetSize: [downsample.width, downsample.height] }] : []),
];

const representationOf = (flags: ConversionFlags): object | undefined => {
  const { to, timeWindow, timeBins, eventCount, eventBins, overlap, polarity, output } = flags;
  const { includeIncomplete, dt = SURFACE_US, tau = SURFACE_US } = flags;
  switch (to) {
    case "events":
      return undefined;
    case "voxels":
      return { type: "toVoxelGrid", timeBins: timeBins ?? BINS };
    case "timesurface":
      return defined({ type: "toTimesurface", dt, tau, includeIncomplete });
    case "frames": {
      const isSliced = slicingNames.some((name) => flags[name] !== undefined);
      const slicing = isSliced ? { timeWindow, timeBins, eventCount, eventBins } : { timeBins: BINS };
      return defined({ type: "toFrame", ...slicing, overlap, includeIncomplete, polarity, output });
    }
  }
};
