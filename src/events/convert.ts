/** Converts recordings to arrays in .npz files, in memory that does not grow with their length. Node only. */

import type * as z from "zod";
import type { ElementType } from "../files/arrays/element-type.ts";
import { writeNpz } from "../files/arrays/npz-write.ts";
import type { ByteSource } from "../files/byte-source.ts";
import { fileSource } from "../files/file-source.ts";
import type { EventStream } from "./events.ts";
import type { RecordingOptions } from "./open-source.ts";
import { openSource } from "./recording.ts";
import { type RecordingSummary, summing } from "./summary.ts";
import { type Extent, extentOfChunks } from "./transforms/extent.ts";
import {
  framingSchema,
  parseSettings,
  type Representation,
  representStream,
} from "./transforms/representation.ts";
import { transformStream } from "./transforms/transform.ts";
import { passesToWrite, writeEvents } from "./write-events.ts";

/** Conversion of a recording: transforms, and the representation to make; without one, the events are written. */
const conversionSchema = framingSchema.partial({ representation: true });

export type Conversion = z.infer<typeof conversionSchema>;

/** A conversion from untrusted data, every default filled in. Throws ConfigError. */
export const parseConversion = (description: unknown, source: string): Conversion =>
  parseSettings(conversionSchema, description, source);

export interface ConvertOptions extends RecordingOptions {
  /** Aborts the conversion, which then throws the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called with the fraction of the work done, 0 to 1; never for formats that a library reads by itself. */
  readonly onProgress?: (done: number) => void;
}

/** The recording as it was read, and what was written. */
export interface Converted extends RecordingSummary {
  readonly out: string;
  /** Events that the transforms left. */
  readonly kept: number;
  /** Name, shape and type of the array of frames; for events, t, x, y and p have the shape [events]. */
  readonly array: string | null;
  readonly shape: readonly number[];
  readonly type: ElementType | null;
}

/** Names of the arrays. */
const arrayNames = { toFrame: "frames", toVoxelGrid: "voxels", toTimesurface: "timesurface" } as const;

/**
 * Reads the recording at `path` and writes the .npz file at `out`, whole or not at all: the array `frames`, `voxels` or
 * `timesurface`, [frames, channels, height, width], or the events (write-events.ts). The recording is read twice, for
 * events five times. Throws as `openRecording` and its chunks, ConfigError for a conversion that does not fit the
 * recording, StorageError if the file cannot be written.
 */
export const convertRecording = async (
  path: string,
  out: string,
  { transforms, representation }: Conversion,
  options: ConvertOptions = {},
): Promise<Converted> => {
  const passes = 1 + (representation ? 1 : passesToWrite);
  const source = withProgress(await fileSource(path), passes, options.onProgress);
  const open = async (): Promise<EventStream> => stoppable(await openSource(source, options), options.signal);
  const { stream, summary } = summing(await open());
  const transformed = transformStream(stream, transforms);
  const extent = await extentOfChunks(transformed.chunks);
  const again = async (): Promise<EventStream> => transformStream(await open(), transforms);
  if (representation) {
    const written = await writeFrames(out, await again(), representation, extent, options.signal);
    return { ...summary(), out, kept: extent.events, ...written };
  }
  const chunks = async function* () {
    yield* (await again()).chunks;
  };
  await writeEvents(out, { count: extent.events, sensor: transformed.sensor, chunks });
  return { ...summary(), out, kept: extent.events, array: null, shape: [extent.events], type: null };
};

const writeFrames = async (
  out: string,
  stream: EventStream,
  representation: Representation,
  extent: Extent,
  signal: AbortSignal | undefined,
): Promise<Pick<Converted, "array" | "shape" | "type">> => {
  const { count, shape: frame, frames } = representStream(stream, representation, extent);
  const array = arrayNames[representation.type];
  const shape = [count, ...frame];
  const type = typeOf(representation);
  const pieces = async function* () {
    for await (const each of frames) {
      signal?.throwIfAborted();
      yield each;
    }
  };
  await writeNpz(out, { [array]: { type, shape, pieces } });
  return { array, shape, type };
};

const typeOf = (representation: Representation): ElementType => {
  if (representation.type !== "toFrame") return "f4";
  return representation.output === "binary" ? "u1" : "u4";
};

const stoppable = (stream: EventStream, signal: AbortSignal | undefined): EventStream => {
  const chunks = async function* () {
    for await (const chunk of stream.chunks) {
      signal?.throwIfAborted();
      yield chunk;
    }
  };
  return { ...stream, chunks: chunks() };
};

/** A source that reports its progress. Headers, which are read more than once, are small. */
const withProgress = (
  source: ByteSource,
  passes: number,
  onProgress: (done: number) => void = () => {},
): ByteSource => {
  let bytes = 0;
  return {
    ...source,
    read: async (start, end) => {
      const piece = await source.read(start, end);
      bytes += piece.length;
      onProgress(Math.min(1, bytes / (passes * source.size)));
      return piece;
    },
  };
};
