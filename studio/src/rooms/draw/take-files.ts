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

/** The last file given of each kind: one that is still read when another is given gives way to it. */
const last = new Map<Kind, GivenFile>();

const take = async (file: GivenFile): Promise<void> => {
  const kind = kindOf(file);
  last.set(kind, file);
  const isLast = () => last.get(kind) === file;
  try {
    const put = await kind.read(file);
    if (isLast()) put();
  } catch (cause) {
    if (isLast()) throw cause;
  }
};

/** Takes the first file; after a failure the network and the device before it stay. */
export const takeFiles = async (
  chosen: Promise<readonly GivenFile[]> | readonly GivenFile[],
): Promise<void> => {
  fileFailure.value = undefined;
  try {
    const [file] = await chosen;
    if (file) await take(file);
  } catch (cause) {
    fileFailure.value = cause;
  }
};
