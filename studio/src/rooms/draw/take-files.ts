/** Files that are dropped or chosen: a network, or a device to put it on. */
import { signal } from "@preact/signals";
import { ConfigError } from "neural-sampling/web";
import { changeSettings } from "../../address.ts";
import { givenDevice, readGivenDevice } from "../../shared/given-device.ts";
import type { GivenFile } from "../../shared/given-files.ts";
import { givenModel, isModelFile, readGivenModel } from "../../shared/given-model.ts";

export const fileFailure = signal<unknown>(undefined);

/** A kind of file. */
interface Kind {
  takes(file: GivenFile): boolean;
  /** Reads the file. Returns what puts it in its place. */
  read(file: GivenFile): Promise<() => void>;
}

const network: Kind = {
  takes: isModelFile,
  read: async (file) => {
    const given = await readGivenModel(file);
    return () => {
      givenModel.value = given;
      changeSettings({ network: "file" }, "draw");
    };
  },
};

const device: Kind = {
  takes: ({ path }) => /\.(json|csv)$/i.test(path),
  read: async (file) => {
    const given = await readGivenDevice(file);
    return () => {
      givenDevice.value = given;
      changeSettings({ device: "own" }, "draw");
    };
  },
};

const kindOf = (file: GivenFile): Kind => {
  const kind = [network, device].find(({ takes }) => takes(file));
  if (kind) return kind;
  throw new ConfigError(file.path, {
    given: "a file of another kind",
    expected: "a network (.safetensors, .onnx) or a device (.json, .csv)",
    remedy: "Choose such a file. Train and `nsm export` write networks.",
  });
};

let calls = 0;

/** Number of the call that gave the last file of each kind: a file of an earlier one gives way to it. */
const last = new Map<Kind, number>();

const take = async (file: GivenFile, call: number): Promise<void> => {
  const kind = kindOf(file);
  if ((last.get(kind) ?? 0) > call) return;
  last.set(kind, call);
  const put = await kind.read(file);
  if (last.get(kind) === call) put();
};

/** Takes the first file; after a failure the network and the device before it stay. The last call's failure is shown. */
export const takeFiles = async (
  chosen: Promise<readonly GivenFile[]> | readonly GivenFile[],
): Promise<void> => {
  const call = ++calls;
  fileFailure.value = undefined;
  try {
    const [file] = await chosen;
    if (file) await take(file, call);
  } catch (cause) {
    if (call === calls) fileFailure.value = cause;
  }
};
