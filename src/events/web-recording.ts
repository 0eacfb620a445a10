/** Recordings in browsers: a Web Worker reads and transforms them, so that the page goes on painting. */

import { webThreadOf } from "../threads/web-thread.ts";
import type { RecordingOptions } from "./open-source.ts";
import type {
  FramedImage,
  RecordingReply,
  RecordingRequest,
  TransformedRecording,
} from "./recording-requests.ts";
import type { RecordingSummary } from "./summary.ts";
import type { Framing } from "./transforms/representation.ts";
import type { EventTransform } from "./transforms/transform.ts";

export interface WebRecording {
  readonly summary: RecordingSummary;
  /** The recording after transforms, with its rate in `bins` bins. Rejects with ConfigError for transforms that do not fit. */
  transformed(transforms: readonly EventTransform[], bins: number): Promise<TransformedRecording>;
  /** The frames that a framing makes of it. Rejects with ConfigError for a framing that does not fit. */
  framed(framing: Framing): Promise<FramedImage>;
  /** Ends the worker; what is under way rejects with WorkerError. */
  close(): void;
}

export interface OpenWebRecordingOptions extends RecordingOptions {
  /** Ends reading: the promise then rejects with WorkerError. */
  readonly signal?: AbortSignal;
}

/**
 * Reads the recording of a file that a user chose, of any format but HDF5 and .npz, at most 20 million events. Throws
 * DataError, with the byte offset of the damage, for a file of another format or that is damaged or larger, StorageError
 * if it cannot be read, WorkerError where the worker does not start or reading is aborted.
 */
export const openWebRecording = async (
  file: File,
  { signal, ...options }: OpenWebRecordingOptions = {},
): Promise<WebRecording> => {
  // Bundlers look for this expression, and make the worker's module a file of its own.
  const worker = new Worker(new URL("./web-recording-worker.js", import.meta.url), { type: "module" });
  const { ask, close } = webThreadOf<RecordingRequest, RecordingReply>(worker, `reading ${file.name}`);
  signal?.addEventListener("abort", close);
  try {
    const summary = (await ask({ type: "open", file, options })) as RecordingSummary;
    return {
      summary,
      transformed: (transforms, bins) =>
        ask({ type: "transform", transforms, bins }) as Promise<TransformedRecording>,
      framed: (framing) => ask({ type: "frame", framing }) as Promise<FramedImage>,
      close,
    };
  } catch (error) {
    close();
    throw error;
  } finally {
    signal?.removeEventListener("abort", close);
  }
};
