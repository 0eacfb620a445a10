/** Files that are dropped or chosen: a network, or a device to put it on. */
import { signal } from "@preact/signals";
import { ConfigError } from "neural-sampling/web";
import { changeSettings } from "../../address.ts";
import { givenDevice, readGivenDevice } from "../../shared/given-device.ts";
import type { GivenFile } from "../../shared/given-files.ts";
import { givenModel, isModelFile, readGivenModel } from "../../shared/given-model.ts";

export const fileFailure = signal<unknown>(undefined);

/** Reads the first file; after a failure the network and the device before it stay. */
export const takeFiles = async (
  chosen: Promise<readonly GivenFile[]> | readonly GivenFile[],
): Promise<void> => {
  fileFailure.value = undefined;
  try {
    const [file] = await chosen;
    if (!file) return;
    if (isModelFile(file)) {
      givenModel.value = await readGivenModel(file);
      changeSettings({ network: "file" }, "draw");
    } else if (/\.(json|csv)$/i.test(file.path)) {
      givenDevice.value = await readGivenDevice(file);
      changeSettings({ device: "own" }, "draw");
    } else
      throw new ConfigError(file.path, {
        given: "a file of another kind",
        expected: "a network (.safetensors, .onnx) or a device (.json, .csv)",
        remedy: "Choose such a file. Train and `nsm export` write networks.",
      });
  } catch (cause) {
    fileFailure.value = cause;
  }
};
