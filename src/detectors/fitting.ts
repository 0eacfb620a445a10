/** Fits detectors to training images, on an engine thread of its own. Node only. */
import type { FittedDetector } from "../networks/calibration.ts";
import type { Network } from "../networks/network.ts";
import type { EngineOptions } from "../runtime/node.ts";
import { checkEngine } from "../runtime/node.ts";
import { startWorker } from "../threads/start.ts";
import { threadOf } from "../threads/thread.ts";
import type { FitReply, FitRequest, FitStart } from "./fit-thread.ts";
import type { DetectorName } from "./kinds.ts";
import { type EvidenceArrays, evidenceIn } from "./scorer.ts";

export interface Fitting {
  /** Adds training images. means: [images, numbers], as observed; labels: the class of each. */
  add(means: Float32Array, labels: Uint8Array | Uint16Array): Promise<void>;
  /** A detector of that kind for the images so far. Throws ConfigError for a kind that does not fit the network. */
  fit(kind: DetectorName): Promise<FittedDetector>;
  /** Scores of images by a fitted detector. */
  score(detector: FittedDetector, images: number, evidence: EvidenceArrays): Promise<Float64Array>;
  close(): Promise<void>;
}

export const openFitting = (network: Network, options: EngineOptions = {}): Fitting => {
  const start: FitStart = { network, engine: checkEngine(options) };
  const { ask, end } = threadOf<FitRequest, FitReply>(
    startWorker("./fit-thread.js", import.meta.url, start),
    `detectors of network ${network.name}`,
  );
  return {
    add: async (means, labels) => {
      await ask({ type: "add", means, labels });
    },
    fit: (kind) => ask({ type: "fit", kind }) as Promise<FittedDetector>,
    score: (detector, images, found) =>
      ask({ type: "score", detector, images, evidence: evidenceIn(found) }) as Promise<Float64Array>,
    close: () => end({ type: "end" }),
  };
};
