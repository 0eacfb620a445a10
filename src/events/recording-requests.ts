/** Requests to the Web Worker of a recording, and its replies. */

import type { EventRate } from "./event-rate.ts";
import type { Recording } from "./events.ts";
import type { RecordingOptions } from "./open-source.ts";
import type { RecordingSummary } from "./summary.ts";
import type { Framing } from "./transforms/representation.ts";
import type { EventTransform } from "./transforms/transform.ts";

/** A recording after transforms. */
export interface TransformedRecording extends Recording {
  /** Events of equal times, as many as were asked for. */
  readonly rate: EventRate;
}

/** Frames as the channels of one image, as a data set of recordings has them. */
export interface FramedImage {
  /** [frames x channels, height, width] */
  readonly shape: readonly number[];
  /** Counts, at most 255; of binary frames 0 and 255. */
  readonly pixels: Uint8Array;
}

export type RecordingRequest =
  | { readonly type: "open"; readonly file: File; readonly options: RecordingOptions }
  | { readonly type: "transform"; readonly transforms: readonly EventTransform[]; readonly bins: number }
  | { readonly type: "frame"; readonly framing: Framing };

export type RecordingReply = RecordingSummary | TransformedRecording | FramedImage;
