/** The Web Worker of a recording: see web-recording.ts, which starts it. */

import { decodeZstdInWorker } from "../files/compression/zstd-web.ts";
import { answerPage } from "../threads/web-thread.ts";
import { eventRate } from "./event-rate.ts";
import type { Recording } from "./events.ts";
import { readPortable } from "./portable-recording.ts";
import type {
  FramedImage,
  RecordingReply,
  RecordingRequest,
  TransformedRecording,
} from "./recording-requests.ts";
import { type Framing, frameRecording } from "./transforms/representation.ts";
import { type EventTransform, transformRecording } from "./transforms/transform.ts";

let kept: Recording | undefined;

const transformed = (transforms: readonly EventTransform[], bins: number): TransformedRecording => {
  const { events, sensor } = transformRecording(kept!, transforms);
  return { events, sensor, rate: eventRate(events, bins) };
};

const framed = (framing: Framing): FramedImage => {
  const { data, shape } = frameRecording(kept!, framing);
  const [frames, channels, height, width] = shape;
  const isBinary = framing.representation.type === "toFrame" && framing.representation.output === "binary";
  return {
    shape: [frames * channels, height, width],
    pixels: Uint8Array.from(data, (value) => Math.min(255, isBinary ? 255 * value : value)),
  };
};

answerPage<RecordingRequest, RecordingReply>(async (request) => {
  switch (request.type) {
    case "open": {
      const { recording, summary } = await readPortable(
        request.file.name,
        request.file,
        decodeZstdInWorker,
        request.options,
      );
      kept = recording;
      return { value: summary };
    }
    case "transform":
      return { value: transformed(request.transforms, request.bins) };
    case "frame":
      return { value: framed(request.framing) };
  }
});
