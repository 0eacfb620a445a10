/**
 * Passes of a few images that several runners share: each writes its own where all can read, and whoever ends last adds
 * them all up, so that no second round of messages follows. Sums run pass by pass, as those of a single runner do.
 */
import { type EvidenceArrays, evidenceIn } from "../detectors/scorer.ts";
import { isShared, sharedBytes } from "../threads/shared-memory.ts";
import type { Job, Passes } from "./job.ts";
import { accumulator, type Uncertainty } from "./uncertainty.ts";

/** Passes of all runners, image by image, pass by pass. */
export interface SharedPasses extends Passes {
  /** Passes of each image. */
  readonly passes: number;
  /** [1]: runners whose passes are missing. */
  readonly missing: Int32Array;
  /** Whether a detector finds how unfamiliar the images are. */
  readonly isDetected: boolean;
}

/** Sizes of the passes of images. */
export interface PassSizes {
  readonly images: number;
  readonly passes: number;
  readonly classes: number;
  /** Numbers that are observed of a pass. */
  readonly observed: number;
  readonly isDetected: boolean;
}

/** Room for the passes of images, which as many runners will write. */
export const allocateSharedPasses = (
  { images, passes, classes, observed, isDetected }: PassSizes,
  runners: number,
): SharedPasses => {
  const missing = new Int32Array(sharedBytes(4));
  missing[0] = runners;
  const floats = (numbers: number): Float32Array =>
    new Float32Array(sharedBytes(4 * images * passes * numbers));
  return { passes, missing, isDetected, probabilities: floats(classes), observation: floats(observed) };
};

/** True where threads can write these passes; else the thread that allocated them has to. */
export const isWritableByAll = ({ missing }: SharedPasses): boolean => isShared(missing);

/** Who runs passes and scores their outcome: a runner, or the calling thread by a runner's messages. */
export interface Sharer {
  passesOf(job: Job): Promise<Passes>;
  detect(evidence: EvidenceArrays): Promise<Float64Array>;
}

/** Writes a sharer's passes; the uncertainty over the passes of all if no other's are missing. */
export const runShare = async (
  { passesOf, detect }: Sharer,
  job: Job,
  shared: SharedPasses,
): Promise<Uncertainty | undefined> => {
  const own = await passesOf(job);
  const images = job.keys.length;
  for (const numbers of ["probabilities", "observation"] as const)
    writePasses(own[numbers], job, shared[numbers], images * shared.passes);
  // Whoever counts down to 0 sees what the others wrote before they counted.
  if (Atomics.sub(shared.missing, 0, 1) > 1) return undefined;
  const found = sumOf(shared, images);
  return shared.isDetected ? { ...found, unfamiliarity: await detect(evidenceIn(found)) } : found;
};

/** Writes passes `first` to `end` - 1 of each image among those of all, which have `rows` rows. */
const writePasses = (own: Float32Array, { keys, first, end }: Job, all: Float32Array, rows: number): void => {
  const numbers = all.length / rows;
  const [ownLength, allLength] = [(end - first) * numbers, all.length / keys.length];
  for (let image = 0; image < keys.length; image++)
    all.set(own.subarray(image * ownLength, (image + 1) * ownLength), image * allLength + first * numbers);
};

const sumOf = ({ passes, probabilities, observation }: SharedPasses, images: number): Uncertainty => {
  const rows = images * passes;
  const seen = accumulator(images, probabilities.length / rows, observation.length / rows);
  seen.add(
    probabilities,
    Uint32Array.from({ length: rows }, (_, row) => Math.floor(row / passes)),
    observation,
  );
  return seen.result();
};
