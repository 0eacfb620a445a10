/** The engine in the browser: ONNX Runtime's WebAssembly kernels with SIMD and threads, or WebGPU. */
import * as ort from "onnxruntime-web";
import { DeviceError } from "../errors.ts";
import { createExecutable, type Engine } from "./engine.ts";
import { inlineNoise } from "./noise.ts";
import { createPackageSession } from "./package-session.ts";

export interface WebEngineOptions {
  readonly device?: "cpu" | "webgpu";
  /** Threads an operator may use: more than one needs a page that is cross-origin isolated. */
  readonly threads?: number;
  /** Folder, ending in a slash, from which the page serves onnxruntime-web's .wasm and .mjs files. */
  readonly wasmFolder?: string;
}

const PROVIDERS = { cpu: "wasm", webgpu: "webgpu" } as const;

export const createWebEngine = ({
  device = "cpu",
  threads = 1,
  wasmFolder,
}: WebEngineOptions = {}): Engine => {
  ort.env.wasm.numThreads = threads;
  if (wasmFolder !== undefined) ort.env.wasm.wasmPaths = wasmFolder;
  return {
    device,
    threads,
    noise: inlineNoise,
    compile: async (program) => {
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
  };
};
