/** Representations of a recording for a network: frames, a voxel grid or time surfaces. */

import * as z from "zod";
import { ConfigError } from "../../errors.ts";
import { parseBySchema } from "../../storage/schema-issue.ts";
import type { EventStream, Events, Recording, Sensor } from "../events.ts";
import { type Extent, extentOf, extentOfChunks } from "./extent.ts";
import {
  type FrameData,
  type FrameShape,
  type Frames,
  type Painter,
  paintRecording,
  startPainting,
} from "./painting.ts";
import { framePainter, toFrameSchema } from "./to-frame.ts";
import { timesurfacePainter, toTimesurfaceSchema } from "./to-timesurface.ts";
import { toVoxelGridSchema, voxelPainter } from "./to-voxel-grid.ts";
import { eventTransformSchema, transformRecording, transformStream } from "./transform.ts";
import { hasBins, lengthIn } from "./windows.ts";

export const representationSchema = z.discriminatedUnion("type", [
  toFrameSchema,
  toVoxelGridSchema,
  toTimesurfaceSchema,
]);

/** Framing: transforms of the events, then the representation made of them. */
export const framingSchema = z.strictObject({
  transforms: z.array(eventTransformSchema).default([]),
  representation: representationSchema,
});

export type Representation = z.infer<typeof representationSchema>;
export type Framing = z.infer<typeof framingSchema>;

/** Schema of a framing whose fields may be left out. */
export type FramingDescription = z.input<typeof framingSchema>;

/** A framing from untrusted data, every default filled in. Throws ConfigError. */
export const parseFraming = (description: unknown, source = "framing of events"): Framing =>
  parseSettings(framingSchema, description, source);

/** Parses untrusted data by `schema`; `source` names them in errors. Throws ConfigError. */
export const parseSettings = <Settings>(
  schema: z.ZodType<Settings>,
  description: unknown,
  source: string,
): Settings => {
  const result = parseBySchema(schema, description, "the whole");
  if ("data" in result) return result.data;
  throw new ConfigError(source, {
    given: result.given,
    expected: "transforms, and a representation of type toFrame, toVoxelGrid or toTimesurface",
    remedy: "Correct it there.",
  });
};

/** Whether frames need the length of the recording. */
const needsLength = (representation: Representation): boolean =>
  representation.type === "toVoxelGrid" || (representation.type === "toFrame" && hasBins(representation));

const painterOf = (representation: Representation, sensor: Sensor, extent?: Extent): Painter => {
  switch (representation.type) {
    case "toFrame":
      return framePainter(representation, sensor, extent);
    case "toVoxelGrid":
      return voxelPainter(representation, sensor, extent);
    case "toTimesurface":
      return timesurfacePainter(representation, sensor, extent);
  }
};

/**
 * All frames of a recording. `extent`: its start and end, where these are not its first and last event.
 * Throws ConfigError for more than 2^24 windows or 2^29 elements.
 */
export const represent = (
  { events, sensor }: Recording,
  representation: Representation,
  extent = extentOf(events),
): Frames => paintRecording(painterOf(representation, sensor, extent), events, extent);

/** A recording transformed, then represented. */
export const frameRecording = (recording: Recording, { transforms, representation }: Framing): Frames =>
  represent(transformRecording(recording, transforms), representation);

/** Frames that are made while a recording is read. */
export interface FrameStream {
  readonly shape: FrameShape;
  /** The frames in order, each in its own memory, as soon as its window is over. */
  readonly frames: AsyncGenerator<FrameData, void, undefined>;
}

/**
 * The frames that `frameRecording` makes of the whole recording, in memory that does not grow with its length. `open`
 * begins to read the recording; it is called a second time where the recording's length must be known first: for bins
 * and voxel grids. Throws ConfigError as there, and DataError if the recording changes between.
 */
export const frameStream = async (
  open: () => EventStream | Promise<EventStream>,
  { transforms, representation }: Framing,
): Promise<FrameStream> => {
  const stream = async (): Promise<EventStream> => transformStream(await open(), transforms);
  const extent = needsLength(representation) ? await extentOfChunks((await stream()).chunks) : undefined;
  const { sensor, chunks } = await stream();
  const painter = painterOf(representation, sensor, extent);
  return { shape: painter.shape, frames: framesOf(chunks, painter, extent) };
};

/** Frames whose number is known before the first of them is made. */
export interface CountedFrames extends FrameStream {
  readonly count: number;
}

/**
 * The frames that `represent` makes of the whole of a stream whose extent was measured before. Throws ConfigError as
 * there, and DataError at the end if the recording has changed since.
 */
export const representStream = (
  { sensor, chunks }: EventStream,
  representation: Representation,
  extent: Extent,
): CountedFrames => {
  const painter = painterOf(representation, sensor, extent);
  const { shape, windows } = painter;
  const count = windows.count(lengthIn(windows.unit, extent));
  return { shape, count, frames: framesOf(chunks, painter, extent) };
};

async function* framesOf(
  chunks: AsyncIterable<Events>,
  painter: Painter,
  extent: Extent | undefined,
): AsyncGenerator<FrameData, void, undefined> {
  const painting = startPainting(painter, extent);
  for await (const chunk of chunks) yield* painting.push(chunk);
  yield* painting.end();
}
