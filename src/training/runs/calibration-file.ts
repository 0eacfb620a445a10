/** The calibration of a run, kept in its folder as calibration.safetensors. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { CheckpointError, NsmError } from "../../errors.ts";
import { type Calibration, decodeCalibration, encodeCalibration } from "../../networks/calibration.ts";
import { readIfThere, replaceFile } from "../../storage/files.ts";
import { decodeSafetensors, encodeSafetensors } from "../../storage/safetensors.ts";
import { fingerprint, type RunDescription } from "./run-folder.ts";

const FORMAT = "neural-sampling calibration 1";

const calibrationFile = (folder: string): string => join(folder, "calibration.safetensors");

/** A calibrated model: which run's, after how many training steps. */
export interface CalibratedModel {
  readonly description: RunDescription;
  readonly step: number;
}

/** Keeps the calibration of a run in its folder, in the place of an earlier one. Throws StorageError if it can't be written. */
export const saveCalibration = async (
  folder: string,
  { description, step }: CalibratedModel,
  calibration: Calibration,
): Promise<string> => {
  const { tensors, text } = encodeCalibration(calibration);
  const file = calibrationFile(folder);
  const metadata = { format: FORMAT, run: fingerprint(description), step: String(step), calibration: text };
  await replaceFile(file, encodeSafetensors({ tensors, metadata }));
  return file;
};

/**
 * The calibration in `folder`, or the step that it is of where that is another one: the run was trained on since. undefined
 * if there is none. Throws CheckpointError for a damaged file and for that of another run.
 */
export const readCalibration = async (
  folder: string,
  { description, step }: CalibratedModel,
): Promise<{ readonly calibration: Calibration } | { readonly staleCalibration: number } | undefined> => {
  const file = calibrationFile(folder);
  const bytes = await readIfThere(file, () => readFile(file));
  if (bytes === undefined) return undefined;
  const remedy = `Calibrate the run again by \`nsm calibrate ${folder}\`, or remove that file.`;
  const { tensors, metadata } = decoded(bytes, file, remedy);
  const refuse = (given: string, expected: string): never => {
    throw new CheckpointError(`reading ${file}`, {
      ...{ given, expected, remedy },
    });
  };
  if (metadata.format !== FORMAT) return refuse(`the format "${metadata.format ?? "none"}"`, `"${FORMAT}"`);
  if (metadata.run !== fingerprint(description))
    return refuse("the calibration of another run", "that of this run");
  if (metadata.step !== String(step)) return { staleCalibration: Number(metadata.step) };
  return { calibration: decodeCalibration(tensors, metadata.calibration ?? "", file) };
};

/** The tensors of a file. Throws CheckpointError with that remedy for a damaged one. */
const decoded = (bytes: Uint8Array, file: string, remedy: string): ReturnType<typeof decodeSafetensors> => {
  try {
    return decodeSafetensors(bytes, file);
  } catch (cause) {
    if (!(cause instanceof NsmError)) throw cause;
    const { given, expected } = cause;
    throw new CheckpointError(`reading ${file}`, { given, expected, remedy }, cause);
  }
};
