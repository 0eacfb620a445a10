/**
 * The part of ONNX Runtime's C interface that runs models. Its npm package copies every output of a run into new memory
 * and refuses memory that threads share; the library that it ships does neither.
 * https://onnxruntime.ai/docs/api/c/struct_ort_api.html
 */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { LibraryHandle } from "koffi";
import { DeviceError } from "../errors.ts";
import { withoutTelemetry } from "./telemetry.ts";

/** An address in the library's memory. */
export type Pointer = bigint;

/** File name of the library in the npm package, by platform. */
const LIBRARIES: Readonly<Record<string, string>> = {
  linux: "libonnxruntime.so.1",
  darwin: "libonnxruntime.1.dylib",
  win32: "onnxruntime.dll",
};

const require = createRequire(import.meta.url);

const loadLibrary = (): { readonly koffi: typeof import("koffi"); readonly handle: LibraryHandle } => {
  const { platform, arch } = process;
  try {
    const koffi = require("koffi") as typeof import("koffi");
    const main = require.resolve("onnxruntime-node");
    const file = join(dirname(main), "..", "bin", "napi-v6", platform, arch, LIBRARIES[platform] ?? platform);
    return { koffi, handle: koffi.load(file) };
  } catch (cause) {
    throw missingLibrary(cause);
  }
};

/** The error for a machine on which the library, or a package that it takes, is not there. */
export const missingLibrary = (cause: unknown): DeviceError =>
  new DeviceError(
    "device cpu",
    {
      given: `${process.platform} on ${process.arch}, where ONNX Runtime's library does not load (${(cause as Error).message})`,
      expected:
        "Linux or Windows on x64 or arm64, or macOS on arm64, and the packages koffi and onnxruntime-node",
      remedy: "Install this package again with its optional dependencies, or use another machine.",
    },
    cause,
  );

/** Version of OrtApi that has all functions below; later versions keep their indices. */
const API_VERSION = 5;

/** Indices of the functions in OrtApi, their results and parameters. */
const FUNCTIONS = {
  GetErrorMessage: [2, "const char *", ["void *"]],
  CreateEnv: [3, "void *", ["int", "const char *", "void *"]],
  DisableTelemetryEvents: [6, "void *", ["void *"]],
  CreateSessionFromArray: [8, "void *", ["void *", "void *", "size_t", "void *", "void *"]],
  Run: [9, "void *", ["void *", "void *", "void *", "void *", "size_t", "void *", "size_t", "void *"]],
  CreateSessionOptions: [10, "void *", ["void *"]],
  SetSessionLogSeverityLevel: [22, "void *", ["void *", "int"]],
  SetIntraOpNumThreads: [24, "void *", ["void *", "int"]],
  CreateTensorWithDataAsOrtValue: [
    49,
    "void *",
    ["void *", "void *", "size_t", "void *", "size_t", "int", "void *"],
  ],
  CreateCpuMemoryInfo: [69, "void *", ["int", "int", "void *"]],
  ReleaseStatus: [93, "void", ["void *"]],
  ReleaseSession: [95, "void", ["void *"]],
  ReleaseValue: [96, "void", ["void *"]],
  ReleaseSessionOptions: [100, "void", ["void *"]],
  AddSessionConfigEntry: [130, "void *", ["void *", "const char *", "const char *"]],
} as const;

type FunctionName = keyof typeof FUNCTIONS;

export interface OrtLibrary {
  readonly version: string;
  readonly koffi: typeof import("koffi");
  /** Keeps the library in memory: its functions go when this is collected. */
  readonly handle: LibraryHandle;
  /** The library's environment, and the kind of memory that arrays have. */
  readonly environment: Pointer;
  readonly memory: Pointer;
  /** Calls a function that gives a status, and throws Error with the library's words if it is not ok. */
  check(name: FunctionName, ...parameters: unknown[]): void;
  /** Calls a function whose last parameter is the address of a pointer that it sets, and gives the pointer. */
  make(name: FunctionName, ...parameters: unknown[]): Pointer;
  /** Calls a function that frees something. */
  release(name: FunctionName, pointer: Pointer): void;
  /**
   * Address of an array's elements, valid while the array lives and its memory is not transferred. Asking for the buffer
   * of a small array moves its elements out of the collected heap.
   */
  addressOf(array: ArrayBufferView): Pointer;
}

/** Severity of the library's own log: only fatal errors are shown. */
const FATAL = 4;
/** OrtArenaAllocator and OrtMemTypeDefault. */
const CPU_MEMORY = [1, 0] as const;

const openLibrary = (): OrtLibrary => {
  const { koffi, handle } = loadLibrary();
  const base = handle.func("OrtGetApiBase", "void *", [])();
  const [getApi, getVersion] = koffi.decode(base, koffi.array("void *", 2)) as [Pointer, Pointer];
  const api = koffi.call(getApi, koffi.proto("void *", ["uint32_t"]), API_VERSION);
  const places = 1 + Math.max(...Object.values(FUNCTIONS).map(([place]) => place));
  const table = koffi.decode(api, koffi.array("void *", places)) as readonly Pointer[];
  const call = Object.fromEntries(
    Object.entries(FUNCTIONS).map(([name, [place, result, parameters]]) => {
      const prototype = koffi.proto(result, [...parameters]);
      return [name, (...values: unknown[]) => koffi.call(table[place]!, prototype, ...values)];
    }),
  ) as Record<FunctionName, (...values: unknown[]) => unknown>;
  const check = (name: FunctionName, ...parameters: unknown[]): void => {
    const status = call[name](...parameters);
    if (status === null || status === 0n) return;
    const message = call.GetErrorMessage(status) as string;
    call.ReleaseStatus(status);
    throw new Error(message);
  };
  const make: OrtLibrary["make"] = (name, ...parameters) => {
    const place = new BigUint64Array(1);
    check(name, ...parameters, place);
    return place[0]!;
  };
  // The variable counts on Linux and macOS, the call on Windows.
  const environment = withoutTelemetry(koffi, () => make("CreateEnv", FATAL, "neural-sampling"));
  check("DisableTelemetryEvents", environment);
  return {
    koffi,
    handle,
    version: koffi.call(getVersion, koffi.proto("const char *", [])) as string,
    environment,
    memory: make("CreateCpuMemoryInfo", ...CPU_MEMORY),
    check,
    make,
    release: (name, pointer) => void call[name](pointer),
    addressOf(array) {
      void array.buffer;
      return koffi.address(array);
    },
  };
};

let library: OrtLibrary | undefined;

/** The library, loaded once a thread. Throws DeviceError where it can't be loaded. For engine threads only. */
export const ortLibrary = (): OrtLibrary => {
  library ??= openLibrary();
  return library;
};
