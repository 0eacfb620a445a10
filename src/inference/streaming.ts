/** Passes of one image as they come, for whoever wants to watch a prediction settle. */
import { type EvidenceArrays, evidenceIn } from "../detectors/scorer.ts";
import { ConfigError } from "../errors.ts";
import type { Calibration } from "../networks/calibration.ts";
import type { Images } from "../networks/images.ts";
import type { Passes } from "./job.ts";
import { type Prediction, predictionsOf } from "./prediction.ts";
import { accumulator, type Uncertainty } from "./uncertainty.ts";

export interface StreamOptions {
  /** Passes in all, at least 1. Default: the predictor's. */
  readonly passes?: number;
  /** Passes that come together, at least 1. Default 10. */
  readonly every?: number;
  /** Key of the image, a whole number from 0: images with other keys meet independent noise. Default 0. */
  readonly key?: number;
  /** Aborting it ends the stream after the passes under way; it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface PassesSoFar {
  /**
   * Prediction over all passes so far. Verdict, unfamiliarity and set are those after as many passes as the model was
   * calibrated for, and null before.
   */
  readonly prediction: Prediction;
  /** Probabilities of the passes that came last, [passes, classes]. */
  readonly latest: Float32Array;
}

const DEFAULT_EVERY = 10;
/** Requests for passes that are under way together, so that no runner waits for the caller. */
const AHEAD = 2;

/** Source of passes. */
export interface PassSource {
  /** Passes `first` to `end` - 1 of images with these keys. */
  passesOf(images: Images, keys: readonly number[], first: number, end: number): Promise<Passes>;
  /** How unlike the training data the source's detector finds images. */
  detect(evidence: EvidenceArrays): Promise<Float64Array>;
}

interface Streamed {
  /** One image. */
  readonly image: Images;
  readonly classes: number;
  readonly calibration: Calibration | undefined;
  /** False if all passes are alike: there is one then. */
  readonly isStochastic: boolean;
  readonly passes: number;
}

/** The passes of an image, `every` at a time. Throws ConfigError for options out of their range. */
export async function* streamPasses(
  source: PassSource,
  { image, classes, calibration, isStochastic, passes: usual }: Streamed,
  { passes: wanted = usual, every = DEFAULT_EVERY, key = 0, signal }: StreamOptions,
): AsyncGenerator<PassesSoFar, void, void> {
  requireCount("passes of a stream", wanted);
  requireCount("passes that come together", every);
  const passes = isStochastic ? wanted : 1;
  // The calibration judges exactly its number of passes.
  const judged = calibration && (isStochastic ? calibration.samples : 1);
  const endAfter = (first: number): number =>
    Math.min(passes, first + every, judged !== undefined && first < judged ? judged : passes);
  const due: { readonly count: number; readonly found: Promise<Passes> }[] = [];
  let asked = 0;
  const ask = (): void => {
    const end = endAfter(asked);
    const found = source.passesOf(image, [key], asked, end);
    // The caller may have left when it fails.
    found.catch(() => {});
    due.push({ count: end - asked, found });
    asked = end;
  };
  let observed: number | undefined;
  let seen: ReturnType<typeof accumulator> | undefined;
  let verdict: Verdicts | undefined;
  for (let done = 0; done < passes; ) {
    signal?.throwIfAborted();
    while (asked < passes && due.length < AHEAD) ask();
    const { count, found } = due.shift()!;
    const { probabilities, observation } = await found;
    signal?.throwIfAborted();
    observed ??= observation.length / count;
    seen ??= accumulator(1, classes, observed);
    seen.add(probabilities, new Uint32Array(count), observation);
    done += count;
    const uncertainty = seen.result();
    if (calibration && done === judged) verdict = await verdictsOf(source, uncertainty, calibration);
    yield { prediction: { ...predictionsOf(uncertainty)[0]!, ...verdict }, latest: probabilities };
  }
}

type Verdicts = Pick<Prediction, "verdict" | "unfamiliarity" | "set">;

const verdictsOf = async (
  source: PassSource,
  found: Uncertainty,
  calibration: Calibration,
): Promise<Verdicts> => {
  const unfamiliarity = await source.detect(evidenceIn(found));
  const [prediction] = predictionsOf({ ...found, unfamiliarity }, calibration);
  const { verdict, set } = prediction!;
  return { verdict, set, unfamiliarity: prediction!.unfamiliarity };
};

const requireCount = (what: string, count: number): void => {
  if (Number.isInteger(count) && count >= 1) return;
  throw new ConfigError(what, {
    given: String(count),
    expected: "a whole number of at least 1",
    remedy: "Choose another number.",
  });
};
