/** The engine in Node. Its programs run on an engine thread: the calling thread only sends and receives. */
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { requirePackages } from "../optional-package.ts";
import {
  checkDevice,
  createExecutable,
  DEVICES,
  type Device,
  type Engine,
  sessionProgram,
} from "./engine.ts";
import { missingLibrary } from "./ort-c-api.ts";
import { engineThread } from "./remote-session.ts";

export interface EngineOptions {
  /** Device that runs the programs: "cpu" (the default), "webgpu" or "cuda". */
  readonly device?: Device;
  /** Threads of the CPU to use, from 1 to 1024; as many as the machine has cores unless given. */
  readonly threads?: number;
}

const require = createRequire(import.meta.url);

/** Version of ONNX Runtime. Throws DeviceError where its package is not installed. */
export const engineVersion = (): string => {
  try {
    return (require("onnxruntime-node/package.json") as { version: string }).version;
  } catch (cause) {
    throw missingLibrary(cause);
  }
};

/**
 * Throws ConfigError for an unknown device and for threads that are not a whole number from 1 to 1024, PackageError where
 * the packages of the native engine are not installed.
 */
export const createEngine = (options: EngineOptions = {}): Engine => {
  const { device, threads } = checkEngine(options);
  const thread = () => engineThread({ device, threads });
  return {
    device,
    threads,
    compile: async (program) => createExecutable(program, await thread().open(sessionProgram(program))),
    ...(device === "cpu" && { channelBlock: () => thread().channelBlock() }),
  };
};

/** The options with their defaults. Throws ConfigError and PackageError as `createEngine` does. */
export const checkEngine = ({
  device = "cpu",
  threads = availableParallelism(),
}: EngineOptions): Required<EngineOptions> => {
  checkDevice(DEVICES, device, threads);
  requirePackages(`device ${device}`, ["koffi", "onnxruntime-node"]);
  return { device, threads };
};
