/** The engine thread that fits detectors: see fitting.ts, which starts it. */
import { workerData } from "node:worker_threads";
import type { FittedDetector } from "../networks/calibration.ts";
import type { Network } from "../networks/network.ts";
import { createLocalEngine, type LocalEngineOptions } from "../runtime/local-engine.ts";
import { answerRequests, stopAnswering } from "../threads/thread.ts";
import type { DetectorFit, FittedArrays } from "./detector.ts";
import { DETECTOR_FITS } from "./fits.ts";
import type { DetectorName } from "./kinds.ts";
import { type EvidenceArrays, openScorer } from "./scorer.ts";
import { collectStatistics } from "./training-statistics.ts";

export interface FitStart {
  readonly network: Network;
  readonly engine: LocalEngineOptions;
}

export type FitRequest =
  | { readonly type: "add"; readonly means: Float32Array; readonly labels: Uint8Array | Uint16Array }
  | { readonly type: "fit"; readonly kind: DetectorName }
  | {
      readonly type: "score";
      readonly detector: FittedDetector;
      readonly images: number;
      readonly evidence: EvidenceArrays;
    }
  /** Frees what the thread holds; it ends by itself then. */
  | { readonly type: "end" };

export type FitReply = FittedDetector | Float64Array | undefined;

const { network, engine: options } = workerData as FitStart;
const engine = createLocalEngine(options);
const collecting = collectStatistics(engine, network);
// Reported by the request that awaits it.
collecting.catch(() => {});
/** Fits to the images so far: kinds may share one. */
const fits = new Map<DetectorFit, Promise<FittedArrays>>();

const fitted = async (kind: DetectorName): Promise<FittedArrays> => {
  const fit = DETECTOR_FITS[kind];
  if (!fit) return {};
  const statistics = (await collecting).result();
  const known = fits.get(fit) ?? (async () => fit(network, statistics, engine))();
  fits.set(fit, known);
  return known;
};

answerRequests<FitRequest, FitReply>(async (request) => {
  switch (request.type) {
    case "add":
      fits.clear();
      await (await collecting).add(request.means, request.labels);
      return { value: undefined };
    case "fit":
      return { value: { kind: request.kind, arrays: await fitted(request.kind) } };
    case "score": {
      const scorer = await openScorer(engine, network, request.detector);
      const value = await scorer.score(request.images, request.evidence);
      await scorer.dispose();
      return { value };
    }
    case "end":
      try {
        await (await collecting).dispose();
      } finally {
        stopAnswering();
      }
      return { value: undefined };
  }
});
