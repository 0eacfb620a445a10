/**
 * The engine in browsers: ONNX Runtime's WebAssembly kernels with SIMD and threads, or WebGPU. On a page's own thread a
 * run holds the page; in a worker it does not.
 */
import { DeviceError } from "../errors.ts";
import { inOrder } from "../threads/in-order.ts";
import { checkDevice, createExecutable, type Engine, sessionProgram } from "./engine.ts";
import { type OrtPackage, type PackageSessions, packageSessions, residenceOf } from "./package-session.ts";

export interface WebEngineOptions {
  readonly device?: "cpu" | "webgpu";
  /** Threads an operator may use: more than one needs a page that is cross-origin isolated. */
  readonly threads?: number;
  /** Folder, ending in a slash, from which the page serves onnxruntime-web's .wasm and .mjs files. */
  readonly wasmFolder?: string;
}

/** Throws ConfigError for an unknown device and for threads that are not a whole number from 1 to 1024. */
export const checkWebEngine = ({ device = "cpu", threads = 1 }: WebEngineOptions): void =>
  checkDevice(Object.keys(PROVIDERS), device, threads);

const PROVIDERS = { cpu: "wasm", webgpu: "webgpu" } as const;

/** The part of onnxruntime-web that the engine uses. */
export interface WebRuntime extends OrtPackage {
  readonly env: {
    readonly wasm: { numThreads?: number; wasmPaths?: unknown };
    /** The device is there once a session on it was opened. */
    readonly webgpu: { readonly device?: unknown };
  };
}

/** The part of a GPUDevice that tells of its loss. */
interface LosableDevice {
  readonly lost: Promise<{ readonly message: string }>;
}

/** The engine on onnxruntime-web, loaded when the first program is compiled. Throws ConfigError as `checkWebEngine` does. */
export const createWebEngine = (options: WebEngineOptions = {}): Engine => {
  checkWebEngine(options);
  // The build for the CPU is half as large.
  return webEngineOn(
    () => (options.device === "webgpu" ? import("onnxruntime-web/webgpu") : import("onnxruntime-web/wasm")),
    options,
  );
};

/**
 * The engine on the build of onnxruntime-web that `load` gives, which must have the device. Runs on WebGPU reject with
 * DeviceError where they fail or the device is lost.
 */
export const webEngineOn = (load: () => Promise<WebRuntime>, options: WebEngineOptions): Engine => {
  const { device = "cpu", threads = 1 } = options;
  let sessions: Promise<PackageSessions> | undefined;
  const opened = (): Promise<PackageSessions> => {
    sessions ??= load().then((ort) => sessionsOn(ort, options));
    return sessions;
  };
  return {
    device,
    threads,
    compile: async (program, { resident } = {}) =>
      createExecutable(program, await (await opened()).open(sessionProgram(program), resident)),
    ...(device === "webgpu" ? { residence: residenceOf(() => sessions) } : { keepsDenormals: true }),
  };
};

const sessionsOn = (
  ort: WebRuntime,
  { device = "cpu", threads = 1, wasmFolder }: WebEngineOptions,
): PackageSessions => {
  ort.env.wasm.numThreads = threads;
  if (wasmFolder !== undefined) ort.env.wasm.wasmPaths = wasmFolder;
  const { open, residence } = packageSessions(
    ort,
    { executionProviders: [PROVIDERS[device]] },
    { takesShared: true },
  );
  if (device === "cpu") return { open, residence };
  const untilLost = lossOf(ort);
  // The runtime creates or runs one session on WebGPU at a time, and refuses others meanwhile.
  const inTurn = inOrder();
  const run = (work: () => Promise<void>): Promise<void> => inTurn(() => untilLost(work)).catch(refuseRun);
  return {
    async open(program, resident) {
      const session = await inTurn(() => open(program, resident)).catch(refuseStart);
      return { ...session, run: (inputs, outputs) => run(() => session.run(inputs, outputs)) };
    },
    residence: { ...residence, fetch: (arrays) => run(() => residence.fetch(arrays)) },
  };
};

/** Awaits work on the device, and rejects when the device is lost: the runtime may wait for it for ever. */
const lossOf = (ort: WebRuntime): ((work: () => Promise<void>) => Promise<void>) => {
  const due = new Set<(cause: Error) => void>();
  let watched: LosableDevice | undefined;
  let loss: Error | undefined;
  const watch = (): void => {
    if (watched) return;
    watched = ort.env.webgpu.device as LosableDevice;
    void watched.lost.then(({ message }) => {
      loss = new Error(message || "the device was lost");
      for (const reject of due) reject(loss);
    });
  };
  return async (work) => {
    watch();
    if (loss) throw loss;
    const { promise, reject } = withRejection<void>(work());
    due.add(reject);
    await promise.finally(() => due.delete(reject));
  };
};

/** The outcome of `work`, unless it is rejected before. */
const withRejection = <Value>(work: Promise<Value>) => {
  let reject = (_cause: Error): void => {};
  const rejected = new Promise<never>((_, refuse) => {
    reject = refuse;
  });
  return { promise: Promise.race([work, rejected]), reject };
};

const refuseStart = (cause: unknown): never => {
  const given = `a browser in which it cannot start (${firstLine(cause)})`;
  throw new DeviceError(
    "device webgpu",
    { given, expected: "a browser with WebGPU", remedy: 'Use the device "cpu".' },
    cause,
  );
};

const refuseRun = (cause: unknown): never => {
  const given = `a run that failed (${firstLine(cause)})`;
  throw new DeviceError(
    "device webgpu",
    { given, expected: "a GPU that stays there", remedy: 'Start again, or use the device "cpu".' },
    cause,
  );
};

const firstLine = (cause: unknown): string => String(cause).split("\n")[0]!;
