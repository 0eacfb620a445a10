/** Pictures of event recordings. Node only. */

import { basename } from "node:path";
import { DataError } from "../errors.ts";
import { grouped } from "../grouped.ts";
import { drawEvents } from "./draw.ts";
import { concatEvents, type Events, type Sensor } from "./events.ts";
import type { RecordingOptions } from "./open-source.ts";
import { openRecording } from "./recording.ts";
import { type RecordingSummary, summing } from "./summary.ts";
import { type Framing, parseFraming } from "./transforms/representation.ts";

export interface DrawnRecording extends RecordingSummary {
  /** SVG. */
  readonly picture: string;
}

/** Widest frames, in pixels of the sensor; of larger sensors pixels are merged. */
const WIDEST = 200;

/** Ten frames of equal times, of both polarities. */
const framingOf = ({ width, height }: Sensor): Framing => {
  const factor = Math.ceil(width / WIDEST);
  const targetSize = [width, height].map((side) => Math.ceil(side / factor));
  return parseFraming({
    transforms: factor > 1 ? [{ type: "downsample", targetSize }] : [],
    representation: { type: "toFrame", timeBins: 10 },
  });
};

/** Most events that are drawn: they take some 800 MB of memory while they are concatenated. */
const MOST_EVENTS = 2 ** 25;

/**
 * The recording at `path`, titled with its name. Throws as `openRecording`, and DataError for more than 2^25 events.
 */
export const drawRecording = async (
  path: string,
  options: RecordingOptions = {},
): Promise<DrawnRecording> => {
  const { stream, summary } = summing(await openRecording(path, options));
  const parts: Events[] = [];
  for await (const chunk of stream.chunks) {
    parts.push(chunk);
    if (summary().events > MOST_EVENTS) throw tooLong(path);
  }
  const recording = { events: concatEvents(parts), sensor: stream.sensor };
  return { ...summary(), picture: drawEvents(recording, framingOf(stream.sensor), basename(path)) };
};

const tooLong = (file: string): DataError =>
  new DataError(
    { file },
    {
      given: `more than ${grouped(MOST_EVENTS)} events`,
      expected: "fewer, to be drawn",
      remedy: "Crop it first: nsm data convert --to events --crop-time START:END.",
    },
  );
