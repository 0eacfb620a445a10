/** The engine in Node: ONNX Runtime's native kernels, on the CPU, WebGPU or CUDA. */
import { availableParallelism } from "node:os";
import { ConfigError, DeviceError } from "../errors.ts";
import type { Program } from "../tensor/lower.ts";
import { channelBlock } from "./channel-block.ts";
import { createExecutable, DEVICES, type Device, type Engine, type Session } from "./engine.ts";
import { createNativeSession } from "./native-session.ts";
import { inlineNoise } from "./noise.ts";
import { ortLibrary } from "./ort-c-api.ts";
import { createPackageSession } from "./package-session.ts";
import { threadedNoise } from "./threaded-noise.ts";

export interface EngineOptions {
  readonly device?: Device;
  /** Threads of the CPU to use; all cores unless given. */
  readonly threads?: number;
}

/** Version of ONNX Runtime. */
export const engineVersion = (): string => ortLibrary().version;

/** Numbers whose making takes longer than starting a thread, where the engine leaves it a core. */
const WORTH_A_THREAD = 20_000_000;

/** More threads than the largest machines have cores: the engine would try to start them all. */
const MOST_THREADS = 1024;

/** Throws ConfigError for a number of threads that is not whole and from 1 to 1024. */
export const createEngine = ({
  device = "cpu",
  threads = availableParallelism(),
}: EngineOptions = {}): Engine => {
  if (!Number.isInteger(threads) || threads < 1 || threads > MOST_THREADS)
    throw new ConfigError("engine", {
      given: `${threads} threads`,
      expected: `a whole number from 1 to ${MOST_THREADS}`,
      remedy: `This machine has ${availableParallelism()} cores.`,
    });
  return nodeEngine(device, threads);
};

const nodeEngine = (device: Device, threads: number): Engine => ({
  device,
  threads,
  noise: (streams, first, end) =>
    threads < availableParallelism() &&
    (end - first) * Object.values(streams.sizes).reduce((sum, size) => sum + size, 0) > WORTH_A_THREAD
      ? threadedNoise(streams, first, end)
      : inlineNoise(streams, first, end),
  compile: async (program) =>
    createExecutable(
      program,
      device === "cpu"
        ? createNativeSession(program, threads)
        : await deviceSession(program, device, threads),
    ),
  ...(device === "cpu" && { channelBlock }),
});

const deviceSession = async (program: Program, device: Device, threads: number): Promise<Session> => {
  const ort = await import("onnxruntime-node");
  // A device that is not there is told by an exception; the engine's own line of log about it would come on top.
  ort.env.logLevel = "fatal";
  try {
    const options = { executionProviders: [device], intraOpNumThreads: threads };
    return await createPackageSession(ort, program, options);
  } catch (cause) {
    throw new DeviceError(
      `device ${device}`,
      {
        given: `a machine on which ONNX Runtime cannot start it (${firstLine(cause)})`,
        expected: `one of ${ort
          .listSupportedBackends()
          .map(({ name }) => name)
          .filter((name) => DEVICES.some((known) => known === name))
          .join(", ")} with its driver installed`,
        remedy: "Use --device cpu, or install the driver.",
      },
      cause,
    );
  }
};

const firstLine = (cause: unknown): string =>
  String(cause instanceof Error ? cause.message : cause).split("\n")[0]!;
