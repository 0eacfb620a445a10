/** Checks whether a kind of detector, or a fitted one, is that of a network. */
import { ConfigError, ShapeError } from "../errors.ts";
import type { FittedDetector } from "../networks/calibration.ts";
import type { Network } from "../networks/network.ts";
import { evidenceInputs, hiddenSize } from "./evidence.ts";
import { DETECTOR_NAMES, detectorKind } from "./kinds.ts";
import { detectorScore } from "./scorer.ts";

/** Throws ConfigError for a kind that does not exist, and for one that does not fit the network. */
export const checkKind = (network: Network, name: string): void => {
  const kind = detectorKind(name);
  kind.check?.(network);
  if (!kind.arrays || hiddenSize(network) > 0) return;
  throw new ConfigError(`detector ${name}, network ${network.name}`, {
    given: "a network without hidden layers",
    expected: "layers with neurons, which the detector looks at",
    remedy: `Choose one of the predicted classes: ${DETECTOR_NAMES.filter((other) => !detectorKind(other).arrays).join(", ")}.`,
  });
};

/** Throws ConfigError for a detector that was fitted to another network, or whose numbers are damaged. */
export const checkDetector = (network: Network, detector: FittedDetector): void => {
  checkKind(network, detector.kind);
  const refusal = (given: string): ConfigError =>
    new ConfigError(`detector ${detector.kind}, network ${network.name}`, {
      given,
      expected: "a detector that was fitted to this network",
      remedy: "Calibrate the model again.",
    });
  for (const [name, sizes] of Object.entries(detectorKind(detector.kind).arrays?.(network) ?? {})) {
    const array = detector.arrays[name];
    if (!array) throw refusal(`no ${name}`);
    const isAlike =
      array.shape.length === sizes.length &&
      sizes.every((size, k) => size === null || size === array.shape[k]);
    if (!isAlike) throw refusal(`${name} of shape [${array.shape.join(", ")}]`);
    if (!array.data.every(Number.isFinite)) throw refusal(`${name} with numbers that are not finite`);
  }
  try {
    detectorScore(network, detector, evidenceInputs(network, 1));
  } catch (cause) {
    if (!(cause instanceof ShapeError)) throw cause;
    throw refusal(cause.message);
  }
};
