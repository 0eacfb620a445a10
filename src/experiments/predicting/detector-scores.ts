/** Detectors fitted to a predictor's networks, and how well each finds out-of-distribution images. */
import * as z from "zod";
import type { ImageSplit } from "../../datasets/dataset.ts";
import { checkKind } from "../../detectors/check.ts";
import { type Fitting, openFitting } from "../../detectors/fitting.ts";
import { DETECTOR_NAMES, type DetectorName } from "../../detectors/kinds.ts";
import type { EvidenceArrays } from "../../detectors/scorer.ts";
import { ConfigError } from "../../errors.ts";
import { openObserver } from "../../inference/node.ts";
import { type Observer, observeInSlices, observeTraining } from "../../inference/observing.ts";
import { accumulator, type Uncertainty } from "../../inference/uncertainty.ts";
import { joinInto, lengthOfAll } from "../../join-arrays.ts";
import type { FittedDetector } from "../../networks/calibration.ts";
import type { Images } from "../../networks/images.ts";
import type { Model } from "../../networks/model.ts";
import type { Network } from "../../networks/network.ts";
import { type Detection, detection } from "../../statistics/detection.ts";
import type { ExperimentContext } from "../experiment.ts";
import { engineOf } from "../study/provenance.ts";
import { imagesChecksum } from "../study/study.ts";
import type { Predictor } from "./predictors.ts";
import { predictionKey } from "./scores.ts";

/** Passes of an image. Detectors change little with more. */
export const DETECTOR_PASSES = 20;

/** How well each detector tells a set of images; a detector that does not fit the networks is left out. */
export type Detections = Readonly<Partial<Record<DetectorName, Detection>>>;

const detectionSchema = z.strictObject({ auroc: z.number(), aupr: z.number(), fpr95: z.number() });
const detectionsSchema: z.ZodType<Detections> = z.partialRecord(
  z.enum(DETECTOR_NAMES as [DetectorName]),
  detectionSchema,
);

/** Parts of an experiment's context that detections need. */
type Context = Pick<ExperimentContext, "cached" | "say" | "signal" | "device" | "threads">;
/** Parts of a predictor whose networks detectors are fitted to. */
type Fitted = Pick<Predictor, "name" | "seed" | "members" | "models">;

/** Scores of images by each detector. */
type Scores = Readonly<Partial<Record<DetectorName, Float64Array>>>;

/**
 * Detection of each of `others` among `familiar` images, by detectors fitted to the predictor's networks on their training
 * images. Networks are opened only where a result is not cached.
 */
export const detectionsOf = async (
  context: Context,
  predictor: Fitted,
  train: ImageSplit,
  familiar: Images,
  others: readonly Images[],
): Promise<readonly Detections[]> => {
  let opened: Promise<Detectors> | undefined;
  let known: Promise<Scores> | undefined;
  const detectors = (): Promise<Detectors> => {
    opened ??= openDetectors(context, predictor, train);
    return opened;
  };
  const found: Detections[] = [];
  const shared = { fitted: imagesChecksum(train), familiar: imagesChecksum(familiar) };
  try {
    for (const images of others) {
      const key = { ...predictionKey(predictor, images, DETECTOR_PASSES), ...shared };
      found.push(
        await context.cached("detectors", key, detectionsSchema, async () => {
          const { scores } = await detectors();
          known ??= scores(familiar);
          const [own, other] = [await known, await scores(images)];
          return Object.fromEntries(
            Object.entries(own).map(([name, values]) => [
              name,
              rounded(detection(values, other[name as DetectorName]!)),
            ]),
          );
        }),
      );
    }
  } finally {
    await (await opened?.catch(() => undefined))?.close();
  }
  return found;
};

const rounded = ({ auroc, aupr, fpr95 }: Detection): Detection => ({
  auroc: Number(auroc.toFixed(6)),
  aupr: Number(aupr.toFixed(6)),
  fpr95: Number(fpr95.toFixed(6)),
});

interface Detectors {
  scores(images: Images): Promise<Scores>;
  close(): Promise<void>;
}

/** A network with what observes it and the detectors fitted to it. */
interface Member {
  readonly observer: Observer;
  readonly fitting: Fitting;
  readonly detectors: readonly FittedDetector[];
}

const openDetectors = async (
  context: Context,
  { name, seed, models }: Fitted,
  train: ImageSplit,
): Promise<Detectors> => {
  const members: Member[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(members.flatMap(({ observer, fitting }) => [observer.close(), fitting.close()]));
  };
  try {
    for (const model of await models()) {
      context.say(`${name}: fitting detectors to ${train.name}`);
      members.push(await openMember(context, model, train, seed));
    }
  } catch (cause) {
    await close();
    throw cause;
  }
  return {
    async scores(images) {
      context.say(`${name}: ${images.name}, by all detectors`);
      const seen = await Promise.all(members.map((member) => evidenceOn(context, member, images)));
      const together = combined(seen);
      const found: Partial<Record<DetectorName, Float64Array>> = {};
      for (const [k, { kind, arrays }] of members[0]!.detectors.entries()) {
        const isFitted = Object.keys(arrays).length > 0;
        // A fitted detector knows its own network; the classes are the ensemble's.
        const scores = isFitted
          ? await Promise.all(
              members.map(({ fitting, detectors }, m) =>
                fitting.score(detectors[k]!, images.count, seen[m]!),
              ),
            )
          : [await members[0]!.fitting.score(members[0]!.detectors[k]!, images.count, together)];
        found[kind as DetectorName] = averaged(scores);
      }
      return found;
    },
    close,
  };
};

const openMember = async (
  context: Context,
  model: Model,
  train: ImageSplit,
  seed: number,
): Promise<Member> => {
  const engine = engineOf(context);
  const observer = await openObserver(model, { ...engine, passes: DETECTOR_PASSES, seed });
  const fitting = openFitting(model.network, engine);
  try {
    await observeTraining(observer, fitting, train, { signal: context.signal });
    const detectors: FittedDetector[] = [];
    for (const kind of DETECTOR_NAMES)
      if (isFor(model.network, kind)) detectors.push(await fitting.fit(kind));
    return { observer, fitting, detectors };
  } catch (cause) {
    await Promise.all([observer.close(), fitting.close()]);
    throw cause;
  }
};

const isFor = (network: Network, kind: DetectorName): boolean => {
  try {
    checkKind(network, kind);
    return true;
  } catch (cause) {
    if (cause instanceof ConfigError) return false;
    throw cause;
  }
};

/** Evidence of one network on images. */
const evidenceOn = async (
  { signal }: Context,
  { observer }: Member,
  images: Images,
): Promise<EvidenceArrays> => {
  const parts: Uncertainty[] = [];
  const take = (found: Uncertainty): void => void parts.push(found);
  await observeInSlices(observer, images, take, { signal });
  const whole = (name: keyof EvidenceArrays): Float64Array => {
    const arrays = parts.map((part) => part[name]);
    return joinInto(new Float64Array(lengthOfAll(arrays)), arrays);
  };
  return {
    ...{ probabilities: whole("probabilities"), mutualInformation: whole("mutualInformation") },
    ...{ agreement: whole("agreement"), means: whole("means"), variances: whole("variances") },
  };
};

/** Evidence of an ensemble: each network is one pass of it. */
const combined = (members: readonly EvidenceArrays[]): EvidenceArrays => {
  if (members.length === 1) return members[0]!;
  const images = members[0]!.agreement.length;
  const seen = accumulator(images, members[0]!.probabilities.length / images);
  for (const { probabilities } of members) seen.add(Float32Array.from(probabilities));
  return {
    ...seen.result(),
    means: averaged(members.map(({ means }) => means)),
    variances: averaged(members.map(({ variances }) => variances)),
  };
};

const averaged = (arrays: readonly (Float32Array | Float64Array)[]): Float64Array =>
  Float64Array.from(arrays[0]!, (_, k) => arrays.reduce((sum, own) => sum + own[k]!, 0) / arrays.length);
