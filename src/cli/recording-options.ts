/** Options for recordings that do not state their format or sensor. */
import { type Command, InvalidArgumentError } from "commander";
import { defined } from "../defined.ts";
import type { Sensor } from "../events/events.ts";
import type { RecordingOptions } from "../events/open-source.ts";
import { recordingFormats } from "../events/recording.ts";
import type { RecordingSummary } from "../events/summary.ts";
import { counted, grouped } from "../grouped.ts";
import { choice } from "./options.ts";

export interface RecordingFlags {
  readonly format?: string;
  readonly size?: Sensor;
  readonly dropOutside?: true;
}

const formats = recordingFormats.map(({ name }) => name);

/** A parser of sizes such as 128x64. */
export const widthAndHeight = (text: string): Sensor => {
  const [, width, height] = /^(\d{1,5})x(\d{1,5})$/.exec(text) ?? [];
  if (Number(width) > 0 && Number(height) > 0) return { width: Number(width), height: Number(height) };
  throw new InvalidArgumentError("Expected a width and a height, such as 320x240.");
};

/** The options of `RecordingFlags`. */
export const addRecordingOptions = (command: Command): Command =>
  command
    .addOption(choice("--format <name>", "format of a recording, where it cannot be detected", formats))
    .option(
      "--size <size>",
      "WIDTHxHEIGHT of the sensor, where the recording does not state it",
      widthAndHeight,
    )
    .option("--drop-outside", "leave out events off the sensor, instead of refusing the recording");

export const recordingOptions = ({ format, size: sensor, dropOutside }: RecordingFlags): RecordingOptions =>
  defined({ format, sensor, dropOutside });

/** The options of `RecordingFlags`, by name. */
export const recordingFlagNames = ["format", "size", "dropOutside"] as const;

/** Lines below `recordingText` with what was left out. */
export const remarkLines = ({ remarks }: Pick<RecordingSummary, "remarks">): string[] =>
  remarks.map((remark) => `  note  ${remark}`);

/** One line about a recording. */
export const recordingText = (
  file: string,
  { format, events, on, off, ...rest }: RecordingSummary,
): string => {
  const { width, height, firstUs, lastUs } = rest;
  const length = firstUs === null ? "" : `, ${grouped(firstUs)} to ${grouped(lastUs!)} us`;
  return (
    `${file}: ${format}, ${counted(events, "event")} (${grouped(on)} ON, ${grouped(off)} OFF)${length}, ` +
    `${width} x ${height} pixels`
  );
};
