/** Scores images by a fitted detector. */
import type { FittedDetector } from "../networks/calibration.ts";
import type { Network } from "../networks/network.ts";
import type { Engine } from "../runtime/engine.ts";
import { topologicalOrder } from "../tensor/gradient.ts";
import { lower } from "../tensor/lower.ts";
import { input, sizeOf, type Tensor } from "../tensor/tensor.ts";
import { type Evidence, evidenceInputs } from "./evidence.ts";
import { detectorKind } from "./kinds.ts";

/** Evidence as numbers. */
export type EvidenceArrays = Evidence<Float32Array | Float64Array>;

/** The evidence alone of what holds more: threads are sent nothing else. */
export const evidenceIn = (found: EvidenceArrays): EvidenceArrays => {
  const { probabilities, mutualInformation, agreement, means, variances } = found;
  return { probabilities, mutualInformation, agreement, means, variances };
};

export interface Scorer {
  /** How unlike the training data each image is, [images]. */
  score(images: number, evidence: EvidenceArrays): Promise<Float64Array>;
  dispose(): Promise<void>;
}

/** Scores [rows] of a fitted detector as a tensor, and what it takes of the evidence. */
export const detectorScore = (
  network: Network,
  { kind, arrays }: FittedDetector,
  evidence: Evidence<Tensor>,
): Tensor => {
  const fitted = Object.fromEntries(
    Object.entries(arrays).map(([name, { shape }]) => [name, input(boundName(name), shape)]),
  );
  return detectorKind(kind).score(network, evidence, fitted);
};

/** Values of the inputs of `detectorScore`. */
export const boundArrays = ({ arrays }: FittedDetector): Readonly<Record<string, Float32Array>> =>
  Object.fromEntries(Object.entries(arrays).map(([name, { data }]) => [boundName(name), data]));

const boundName = (name: string): string => `detector.${name}`;

/** A scorer on an engine. Throws ConfigError for a kind that does not exist or does not fit the network. */
export const openScorer = async (
  engine: Engine,
  network: Network,
  detector: FittedDetector,
): Promise<Scorer> => {
  // One image at a time: sums over rows of any width round differently from row to row.
  const score = detectorScore(network, detector, evidenceInputs(network, 1));
  const program = lower(
    { score },
    { bound: boundArrays(detector), name: `${network.name}, ${detector.kind}` },
  );
  const executable = await engine.compile(program);
  const used = topologicalOrder([score]).filter(
    ({ operator, name }) => operator === "input" && isEvidence(name),
  );
  const row = Object.fromEntries(used.map(({ name, shape }) => [name!, new Float32Array(sizeOf(shape))]));
  return {
    async score(images, evidence) {
      const scores = new Float64Array(images);
      for (let k = 0; k < images; k++) {
        for (const [name, target] of Object.entries(row)) {
          const { length } = target;
          target.set(evidence[name as keyof EvidenceArrays].subarray(k * length, (k + 1) * length));
        }
        scores[k] = ((await executable.run(row)).score as Float32Array)[0]!;
      }
      return scores;
    },
    dispose: () => executable.dispose(),
  };
};

const isEvidence = (name: string | undefined): boolean => name !== undefined && !name.startsWith("detector.");
