/**
 * The engine in browsers: ONNX Runtime's WebAssembly kernels with SIMD and threads, or WebGPU. On a page's own thread a
 * run holds the page; in a worker it does not.
 */
import { DeviceError } from "../errors.ts";
import { checkDevice, createExecutable, type Engine } from "./engine.ts";
import { createPackageSession, type OrtPackage } from "./package-session.ts";

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
  readonly env: { readonly wasm: { numThreads?: number; wasmPaths?: unknown } };
}

/** The engine on onnxruntime-web, loaded when the first program is compiled. Throws ConfigError as `checkWebEngine` does. */
export const createWebEngine = (options: WebEngineOptions = {}): Engine => {
  checkWebEngine(options);
  // The build for the CPU is half as large.
  return webEngineOn(
    () => (options.device === "webgpu" ? import("onnxruntime-web") : import("onnxruntime-web/wasm")),
    options,
  );
};

/** The engine on the build of onnxruntime-web that `load` gives, which must have the device. */
export const webEngineOn = (
  load: () => Promise<WebRuntime>,
  { device = "cpu", threads = 1, wasmFolder }: WebEngineOptions,
): Engine => ({
  device,
  threads,
  compile: async (program) => {
    const ort = await load();
    ort.env.wasm.numThreads = threads;
    if (wasmFolder !== undefined) ort.env.wasm.wasmPaths = wasmFolder;
    try {
      const options = { executionProviders: [PROVIDERS[device]] };
      return createExecutable(program, await createPackageSession(ort, program, options));
    } catch (cause) {
      if (device === "cpu") throw cause;
      const given = `a browser in which it cannot start (${String(cause).split("\n")[0]})`;
      throw new DeviceError(
        `device ${device}`,
        { given, expected: "a browser with WebGPU", remedy: 'Use the device "cpu".' },
        cause,
      );
    }
  },
});
