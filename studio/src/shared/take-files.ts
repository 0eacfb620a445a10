/** Files that are dropped on a room or chosen in it, by their kinds. */
import { type Signal, signal } from "@preact/signals";
import { ConfigError } from "neural-sampling/web";
import { changeSettings, type RoomName } from "../address.ts";
import type { GivenFile } from "./given-files.ts";
import { givenModel, isModelFile, readGivenModel } from "./given-model.ts";

/** A kind of file that a room takes. */
export interface FileKind {
  /** Name in messages, with the endings of the files. */
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
  /** Failure of the last file given of a kind, or of files of no kind. */
  readonly failure: Signal<unknown>;
  /**
   * Takes the first file of each kind; after a failure the one before it stays. Of the files of a kind that can be read the one
   * given last is taken, in whichever room.
   */
  take(chosen: Promise<readonly GivenFile[]> | readonly GivenFile[]): Promise<void>;
}

let calls = 0;

/** Numbers of the calls whose files were given and taken last, by the names of their kinds: rooms share what is taken. */
const [given, taken] = [new Map<string, number>(), new Map<string, number>()];

/** Takes the files of a room. */
export const fileTaker = (kinds: readonly FileKind[]): FileTaker => {
  const failure = signal<unknown>(undefined);
  const takeOne = async ({ name, read }: FileKind, file: GivenFile, call: number): Promise<void> => {
    given.set(name, Math.max(call, given.get(name) ?? 0));
    try {
      const put = await read(file);
      if ((taken.get(name) ?? 0) > call) return;
      taken.set(name, call);
      put();
    } catch (cause) {
      if (given.get(name) === call) failure.value = cause;
    }
  };
  return {
    failure,
    async take(chosen) {
      const call = ++calls;
      try {
        const files = await chosen;
        if (files.length === 0) return;
        failure.value = undefined;
        const found = kinds.flatMap((kind) => {
          const file = files.find(kind.takes);
          return file ? [takeOne(kind, file, call)] : [];
        });
        if (found.length === 0) refuse(files[0]!, kinds);
        await Promise.all(found);
      } catch (cause) {
        failure.value = cause;
      }
    },
  };
};

const refuse = ({ path }: GivenFile, kinds: readonly FileKind[]): never => {
  throw new ConfigError(path, {
    given: "a file of another kind",
    expected: kinds.map(({ name }) => name).join(" or "),
    remedy: "Give such a file. Train and `nsm export` write networks.",
  });
};
