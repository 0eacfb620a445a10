/**
 * The engine of an engine thread: ONNX Runtime's native kernels, on the CPU, WebGPU or CUDA. It changes the thread's
 * floating-point mode, and a run on the CPU holds the thread.
 */
import { DeviceError } from "../errors.ts";
import { channelBlock } from "./channel-block.ts";
import { flushDenormals } from "./denormals.ts";
import {
  createExecutable,
  DEVICES,
  type Device,
  type Engine,
  type Residence,
  type Session,
  type SessionProgram,
  sessionProgram,
} from "./engine.ts";
import { createNativeSession } from "./native-session.ts";
import { ortLibrary } from "./ort-c-api.ts";
import { type PackageSessions, packageSessions, residenceOf } from "./package-session.ts";

export interface LocalEngineOptions {
  readonly device: Device;
  /** Threads of the CPU that an operator may use. */
  readonly threads: number;
}

export const createLocalEngine = (options: LocalEngineOptions): Engine => {
  const { open, residence } = localSessions(options);
  return {
    ...options,
    compile: async (program, { resident } = {}) =>
      createExecutable(program, await open(sessionProgram(program), resident)),
    ...(options.device === "cpu" && { channelBlock }),
    ...(residence && { residence }),
  };
};

interface LocalSessions {
  open(program: SessionProgram, resident?: readonly string[]): Promise<Session>;
  readonly residence?: Residence;
}

/** Sessions on the calling thread. onnxruntime-node keeps arrays on WebGPU, and copies all of them with CUDA. */
export const localSessions = ({ device, threads }: LocalEngineOptions): LocalSessions => {
  let isReady = false;
  // Called where a library that is missing is told by a rejection. It also keeps the npm package from collecting
  // telemetry: the process has one environment of the library.
  const prepare = (): void => {
    if (isReady) return;
    flushDenormals(ortLibrary().koffi);
    isReady = true;
  };
  if (device === "cpu")
    return {
      async open(program) {
        prepare();
        return createNativeSession(program, threads);
      },
    };
  let sessions: Promise<PackageSessions> | undefined;
  const opened = (): Promise<PackageSessions> => {
    prepare();
    sessions ??= deviceSessions(device, threads);
    return sessions;
  };
  return {
    open: async (program, resident) => {
      const { open } = await opened();
      return open(program, device === "webgpu" ? resident : []);
    },
    ...(device === "webgpu" && {
      residence: residenceOf(() => sessions),
    }),
  };
};

const deviceSessions = async (device: Device, threads: number): Promise<PackageSessions> => {
  const ort = await import("onnxruntime-node");
  // A device that is not there is told by an exception; the library's own line of log would come on top.
  ort.env.logLevel = "fatal";
  const sessions = packageSessions(ort, { executionProviders: [device], intraOpNumThreads: threads });
  return {
    ...sessions,
    open: (program, resident) =>
      sessions.open(program, resident).catch((cause: unknown) => {
        const known = ort.listSupportedBackends().map(({ name }) => name);
        throw unavailable(device, firstLine(cause), known, cause);
      }),
  };
};

/** The error for a device that does not start. */
export const unavailable = (
  device: string,
  reason: string,
  known: readonly string[],
  cause?: unknown,
): DeviceError => {
  if (device === "cuda" && /shared library|shared object|LoadLibrary/i.test(reason))
    return new DeviceError(
      "device cuda",
      {
        given: `a machine on which ONNX Runtime's CUDA library does not load (${reason})`,
        expected: "Linux on x64 with libonnxruntime_providers_cuda.so, CUDA 12 and cuDNN 9",
        remedy:
          "Use --device cpu, or install CUDA 12 and cuDNN 9 and fetch the library: " +
          "node node_modules/onnxruntime-node/script/install --onnxruntime-node-install=cuda12",
      },
      cause,
    );
  const devices = known.filter((name) => DEVICES.some((device) => device === name));
  return new DeviceError(
    `device ${device}`,
    {
      given: `a machine on which ONNX Runtime cannot start it (${reason})`,
      expected: `one of ${devices.join(", ")} with its driver installed`,
      remedy: "Use --device cpu, or install the driver.",
    },
    cause,
  );
};

const firstLine = (cause: unknown): string =>
  String(cause instanceof Error ? cause.message : cause).split("\n")[0]!;
