/** The options that say what becomes of a recording: transforms of its events, and frames of them. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { type Conversion, parseConversion } from "../events/convert.ts";
import type { Sensor } from "../events/events.ts";
import { choice, defined, nonNegativeNumber, positiveNumber, refuseStray, wholeNumber } from "./options.ts";
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
/** Of time surfaces: twenty a second. */
const SURFACE_US = 50_000;

/** A parser of stretches of time such as 1000:5000, 1000: and :5000. */
const stretch = (text: string): NonNullable<ConversionFlags["cropTime"]> => {
  const [, min, max] = /^(\d{0,15}):(\d{0,15})$/.exec(text) ?? [];
  if ((!min && !max) || (min && max && Number(max) < Number(min)))
    throw new InvalidArgumentError("Expected microseconds as START:END, the lesser first, START: or :END.");
  return defined({ min: min ? Number(min) : undefined, max: max ? Number(max) : undefined });
};

/** Ways to slice a recording, of which there is one. */
const slicings = {
  timeWindow: ["--time-window <us>", "frames: length of a frame in microseconds"],
  timeBins: ["--time-bins <n>", `frames, voxels: so many, of equal times (default ${BINS})`],
  eventCount: ["--event-count <n>", "frames: events of a frame"],
  eventBins: ["--event-bins <n>", "frames: so many, of equally many events"],
} as const;

type Slicing = keyof typeof slicings;
const slicingNames = Object.keys(slicings) as Slicing[];

export const addConversionOptions = (command: Command): Command => {
  command
    .addOption(choice("--to <what>", "to make of the recording", targets).makeOptionMandatory())
    .option("--crop-time <start:end>", "events: only those of these microseconds, both included", stretch)
    .option(
      "--denoise <us>",
      "events: only those that follow one of a neighbour within so long",
      positiveNumber,
    )
    .option(
      "--refractory-period <us>",
      "events: none that follow one of their pixel within so long",
      positiveNumber,
    )
    .option("--downsample <size>", "events: on a sensor of WIDTHxHEIGHT", widthAndHeight);
  for (const [name, [flags, words]] of Object.entries(slicings)) {
    const others = slicingNames.filter((other) => other !== name);
    command.addOption(new Option(flags, words).argParser(wholeNumber(1)).conflicts(others));
  }
  return command
    .option(
      "--overlap <n>",
      "frames: microseconds or events shared with the next; of bins, their part",
      nonNegativeNumber,
    )
    .option("--include-incomplete", "frames, timesurface: also those that the recording ends in")
    .addOption(
      choice("--polarity <which>", "frames: in two channels (OFF, ON), merged, or of one (default both)", [
        "both",
        "merged",
        "on",
        "off",
      ]),
    )
    .addOption(
      choice("--output <what>", "frames: events of a pixel, or 1 where there were any (default counts)", [
        "counts",
        "binary",
      ]),
    )
    .option("--dt <us>", `timesurface: from one to the next (default ${SURFACE_US})`, wholeNumber(1))
    .option("--tau <us>", `timesurface: in which it decays to 1/e (default ${SURFACE_US})`, positiveNumber);
};

/** The options of each target; no others mean anything to it. */
const owned: Readonly<Record<Target, readonly (keyof ConversionFlags)[]>> = {
  events: [],
  frames: [...slicingNames, "overlap", "includeIncomplete", "polarity", "output"],
  voxels: ["timeBins"],
  timesurface: ["dt", "tau", "includeIncomplete"],
};

/** What the options ask for. Throws UsageError for one that the target does not have, ConfigError for a bad value. */
export const conversionOf = (flags: ConversionFlags): Conversion => {
  for (const target of targets) {
    const others = owned[target].filter((name) => !owned[flags.to].includes(name));
    refuseStray(flags, others, `--to ${target}`);
  }
  const representation = representationOf(flags);
  const description = { transforms: transformsOf(flags), ...(representation && { representation }) };
  return parseConversion(description, `converting to ${flags.to}`);
};

/** In the order of the options: time first, resolution last. */
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
