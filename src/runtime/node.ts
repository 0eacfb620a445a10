/** The engine in Node: ONNX Runtime's native kernels, on the CPU, WebGPU or CUDA. */
import { availableParallelism } from "node:os";
import * as ort from "onnxruntime-node";
import { ConfigError, DeviceError } from "../errors.ts";
import { createExecutable, type Device, type Engine } from "./engine.ts";
import { inlineNoise } from "./noise.ts";
import { threadedNoise } from "./threaded-noise.ts";

export interface EngineOptions {
  readonly device?: Device;
  /** Threads an operator may use; all cores unless given. */
  readonly threads?: number;
}

/** Version of ONNX Runtime. */
export const engineVersion = ort.env.versions.node ?? ort.env.versions.common;

/** Denormal numbers, which Adam's moments are full of, slow the arithmetic down threefold: they count as zero. */
const FLUSH_DENORMALS = { session: { set_denormal_as_zero: "1" } };

/** Warnings of the engine speak of graph rewrites, and are no concern of the user: errors alone are shown. */
const ERRORS_ONLY = 3;

// A device that is not there is told by an exception; the engine's own line of log about it would come on top.
ort.env.logLevel = "fatal";

/** Numbers whose making takes longer than starting a thread. */
const WORTH_A_THREAD = 20_000_000;

/** Throws ConfigError for a number of threads that is not whole and positive. */
export const createEngine = ({
  device = "cpu",
  threads = availableParallelism(),
}: EngineOptions = {}): Engine => {
  if (!Number.isInteger(threads) || threads < 1)
    throw new ConfigError("engine", {
      given: `${threads} threads`,
      expected: "a whole number of at least 1",
      remedy: `This machine has ${availableParallelism()} cores.`,
    });
  return nodeEngine(device, threads);
};

const nodeEngine = (device: Device, threads: number): Engine => ({
  device,
  threads,
  noise: (streams, first, end) =>
    (end - first) * Object.values(streams.sizes).reduce((sum, size) => sum + size, 0) > WORTH_A_THREAD
      ? threadedNoise(streams, first, end)
      : inlineNoise(streams),
  compile: async (program) => {
    try {
      return await createExecutable(ort, program, {
        executionProviders: [device],
        intraOpNumThreads: threads,
        logSeverityLevel: ERRORS_ONLY,
        extra: FLUSH_DENORMALS,
      });
    } catch (cause) {
      if (device === "cpu") throw cause;
      throw new DeviceError(
        `device ${device}`,
        {
          given: `a machine on which ONNX Runtime cannot start it (${firstLine(cause)})`,
          expected: `one of ${ort
            .listSupportedBackends()
            .map(({ name }) => name)
            .join(", ")} with its driver installed`,
          remedy: "Use --device cpu, or install the driver.",
        },
        cause,
      );
    }
  },
});

const firstLine = (cause: unknown): string =>
  String(cause instanceof Error ? cause.message : cause).split("\n")[0]!;
