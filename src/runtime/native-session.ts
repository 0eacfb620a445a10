/** Sessions of ONNX Runtime's native library on the CPU: inputs are read and outputs written in place. */
import { setImmediate } from "node:timers/promises";
import { ConfigError } from "../errors.ts";
import { onnxTypeCode } from "../onnx/model.ts";
import { negate } from "../tensor/elementwise.ts";
import { lower, type Program } from "../tensor/lower.ts";
import { input, type Tensor, type TypedArray } from "../tensor/tensor.ts";
import type { Arrays, Session } from "./engine.ts";
import { addressOf, type OrtLibrary, ortLibrary, type Pointer } from "./ort-c-api.ts";

/** Severity of the library's log: errors are shown; the rest tells of graph rewrites. */
const ERROR = 3;

/**
 * A session whose operators use `threads` threads. A run holds the calling thread until it is done; what waits for that
 * thread has its turn before. Throws Error, in the library's words, for a model that it refuses.
 */
export const createNativeSession = ({ model, inputs, outputs }: Program, threads: number): Session => {
  const ort = ortLibrary();
  const options = ort.make("CreateSessionOptions");
  let session: Pointer | undefined;
  try {
    ort.check("SetSessionLogSeverityLevel", options, ERROR);
    ort.check("SetIntraOpNumThreads", options, threads);
    // Denormal numbers, which Adam's moments are full of, slow the arithmetic down threefold: they count as zero.
    ort.check("AddSessionConfigEntry", options, "session.set_denormal_as_zero", "1");
    session = ort.make("CreateSessionFromArray", ort.environment, model, model.byteLength, options);
  } finally {
    ort.release("ReleaseSessionOptions", options);
  }
  const [given, wanted] = [argumentsOf(ort, inputs), argumentsOf(ort, outputs)];
  return {
    async run(from, into) {
      await setImmediate();
      if (session === undefined) refuseRun();
      const [read, written] = [given.values(from), wanted.values(into)];
      ort.check("Run", session, null, given.names, read, read.length, wanted.names, written.length, written);
    },
    async release() {
      if (session !== undefined) ort.release("ReleaseSession", session);
      session = undefined;
    },
  };
};

const refuseRun = (): never => {
  throw new ConfigError("running a program", {
    given: "an executable that was disposed of",
    expected: "one that was not",
    remedy: "Compile the program again.",
  });
};

/** Values go with the arrays that they stand for. */
const standing = new FinalizationRegistry<Pointer>((value) => ortLibrary().release("ReleaseValue", value));

/** The inputs or the outputs of a run: their names for the library, and its values over arrays. */
const argumentsOf = (ort: OrtLibrary, tensors: Readonly<Record<string, Tensor>>) => {
  const all = Object.entries(tensors).map(([name, { type, shape }]) => ({
    name,
    encoded: new TextEncoder().encode(`${name}\0`),
    type: onnxTypeCode(type),
    dimensions: BigInt64Array.from(shape, BigInt),
    known: new WeakMap<TypedArray, Pointer>(),
  }));
  return {
    /** Addresses of the names; `encoded` keeps them in memory. */
    names: BigUint64Array.from(all, ({ encoded }) => addressOf(encoded)),
    /** Addresses of the values. Each array gets one when it first comes: most come again at every run. */
    values: (arrays: Arrays): BigUint64Array =>
      BigUint64Array.from(all, ({ name, dimensions, type, known }) => {
        const array = arrays[name]!;
        const before = known.get(array);
        if (before !== undefined) return before;
        const shape = [dimensions.length === 0 ? null : dimensions, dimensions.length, type] as const;
        const data = [addressOf(array), array.byteLength] as const;
        const value = ort.make("CreateTensorWithDataAsOrtValue", ort.memory, ...data, ...shape);
        known.set(array, value);
        standing.register(array, value);
        return value;
      }),
  };
};

/**
 * Makes threads that this one starts from now on treat denormal numbers as zero. The library sets that once, for the
 * thread of the process's first session; a thread inherits it from the one that starts it.
 */
export const treatDenormalsAsZero = async (): Promise<void> => {
  const x = input("x", [1]);
  await createNativeSession(lower({ y: negate(x) }), 1).release();
};
