/** Files that are dropped on a room or chosen in it, by their kinds. */
import { type Signal, signal } from "@preact/signals";
import { ConfigError } from "neural-sampling/web";
import { changeSettings, type RoomName } from "../address.ts";
import type { GivenFile } from "./given-files.ts";
import { givenModel, isModelFile, readGivenModel } from "./given-model.ts";

/** A kind of file that a room takes. */
export interface FileKind {
  /** What it is, with the endings of its files. */
  readonly name: string;
  takes(file: GivenFile): boolean;
  /** Reads the file. Returns what puts it in its place. */
  read(file: GivenFile): Promise<() => void>;
}

/** A network, which becomes that of the room. */
export const networkFile = (room: RoomName): FileKind => ({
  name: "a network (.safetensors, .onnx)",
  takes: isModelFile,
  read: async (file) => {
    const given = await readGivenModel(file);
    return () => {
      givenModel.value = given;
      changeSettings({ network: "file" }, room);
    };
  },
});

interface FileTaker {
  /** Why a file of the last call was not taken. */
  readonly failure: Signal<unknown>;
  /**
   * Takes the first file of each kind; after a failure what was there before stays. Of the files of a kind that can be read
   * the one of the last call is taken.
   */
  take(chosen: Promise<readonly GivenFile[]> | readonly GivenFile[]): Promise<void>;
}

/** What takes the files of a room. */
export const fileTaker = (kinds: readonly FileKind[]): FileTaker => {
  const failure = signal<unknown>(undefined);
  let calls = 0;
  /** Number of the call whose file was taken last, by its kind. */
  const taken = new Map<FileKind, number>();
  const takeOne = async (kind: FileKind, file: GivenFile, call: number): Promise<void> => {
    const put = await kind.read(file);
    if ((taken.get(kind) ?? 0) > call) return;
    taken.set(kind, call);
    put();
  };
  return {
    failure,
    async take(chosen) {
      const call = ++calls;
      failure.value = undefined;
      const fail = (cause: unknown): void => {
        if (call === calls) failure.value = cause;
      };
      try {
        const files = await chosen;
        const found = kinds.flatMap((kind) => {
          const file = files.find(kind.takes);
          return file ? [takeOne(kind, file, call).catch(fail)] : [];
        });
        if (files.length > 0 && found.length === 0) refuse(files[0]!, kinds);
        await Promise.all(found);
      } catch (cause) {
        fail(cause);
      }
    },
  };
};

const refuse = ({ path }: GivenFile, kinds: readonly FileKind[]): never => {
  throw new ConfigError(path, {
    given: "a file of another kind",
    expected: kinds.map(({ name }) => name).join(" or "),
    remedy: "Choose such a file. Train and `nsm export` write networks.",
  });
};
