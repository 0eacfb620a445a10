/** Sessions of ONNX Runtime's native library on the CPU: inputs are read and outputs written in place. */
import { setImmediate } from "node:timers/promises";
import { ConfigError } from "../errors.ts";
import { onnxTypeCode } from "../onnx/model.ts";
import { negate } from "../tensor/elementwise.ts";
import type { Feed } from "../tensor/feeds.ts";
import { lower, type Program } from "../tensor/lower.ts";
import { input, sizeOf, type TypedArray } from "../tensor/tensor.ts";
import type { Arrays, Session } from "./engine.ts";
import { type OrtLibrary, ortLibrary, type Pointer } from "./ort-c-api.ts";

/** Severity of the library's log: errors are shown; the rest tells of graph rewrites. */
const ERROR = 3;

/**
 * A session whose operators use `threads` threads. A run holds the calling thread until it is done; then what waits for
 * that thread has its turn. Throws Error, in the library's words, for a model that it refuses.
 */
export const createNativeSession = ({ model, feeds, outputs }: Program, threads: number): Session => {
  const ort = ortLibrary();
  const options = ort.make("CreateSessionOptions");
  let session: Pointer | undefined;
  const held: { arrays?: readonly Arrays[] } = {};
  try {
    ort.check("SetSessionLogSeverityLevel", options, ERROR);
    ort.check("SetIntraOpNumThreads", options, threads);
    // Denormal numbers, which Adam's moments are full of, slow the arithmetic down threefold: they count as zero.
    ort.check("AddSessionConfigEntry", options, "session.set_denormal_as_zero", "1");
    session = ort.make("CreateSessionFromArray", ort.environment, model, model.byteLength, options);
  } finally {
    ort.release("ReleaseSessionOptions", options);
  }
  const wholes = Object.entries(outputs).map(([name, tensor]) => ({ name, input: name, start: 0, tensor }));
  const values = standingValues(ort);
  const [given, wanted] = [argumentsOf(ort, feeds, values), argumentsOf(ort, wholes, values)];
  return {
    async run(from, into) {
      if (session === undefined) refuseRun();
      // The library knows but addresses: held here, no array is collected under it.
      held.arrays = [from, into];
      values.releaseCollected();
      const [read, written] = [given.values(from), wanted.values(into)];
      ort.check("Run", session, null, given.names, read, read.length, wanted.names, written.length, written);
      delete held.arrays;
      await setImmediate();
    },
    async release() {
      if (session === undefined) return;
      ort.release("ReleaseSession", session);
      session = undefined;
      values.releaseAll();
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

/** The library's values over arrays, of one session. They go with the arrays that they stand for, or with the session. */
const standingValues = (ort: OrtLibrary) => {
  const all = new Set<Pointer>();
  const collected: Pointer[] = [];
  // Freed later: a native call out of a finalizer, which may come while its thread ends, would end the process.
  const registry = new FinalizationRegistry<Pointer>((value) => collected.push(value));
  const release = (value: Pointer): void => {
    all.delete(value);
    ort.release("ReleaseValue", value);
  };
  return {
    add(array: TypedArray, value: Pointer): void {
      all.add(value);
      registry.register(array, value);
    },
    /** Those whose arrays are gone. */
    releaseCollected: (): void => collected.splice(0).forEach(release),
    releaseAll: (): void => all.forEach(release),
  };
};

/** The inputs or the outputs of a run: their names for the library, and its values over arrays. */
const argumentsOf = (ort: OrtLibrary, feeds: readonly Feed[], values: ReturnType<typeof standingValues>) => {
  const all = feeds.map(({ name, input, start, tensor: { type, shape } }) => ({
    array: input,
    start,
    size: sizeOf(shape),
    encoded: new TextEncoder().encode(`${name}\0`),
    type: onnxTypeCode(type),
    dimensions: BigInt64Array.from(shape, BigInt),
    known: new WeakMap<TypedArray, Pointer>(),
  }));
  return {
    /** Addresses of the names; `encoded` keeps them in memory. */
    names: BigUint64Array.from(all, ({ encoded }) => ort.addressOf(encoded)),
    /** Addresses of the values. Each array gets one when it first comes: most come again at every run. */
    values: (arrays: Arrays): BigUint64Array =>
      BigUint64Array.from(all, ({ array: name, start, size, dimensions, type, known }) => {
        const array = arrays[name]!;
        const before = known.get(array);
        if (before !== undefined) return before;
        const shape = [dimensions.length === 0 ? null : dimensions, dimensions.length, type] as const;
        const width = array.BYTES_PER_ELEMENT;
        const data = [ort.addressOf(array) + BigInt(start * width), size * width] as const;
        const value = ort.make("CreateTensorWithDataAsOrtValue", ort.memory, ...data, ...shape);
        known.set(array, value);
        values.add(array, value);
        return value;
      }),
  };
};

/**
 * Makes the threads that this one starts from now on treat denormal numbers as zero, as this one does. The library sets
 * that once, for the thread of the process's first session, and a thread inherits it from the one that starts it: where
 * another thread than the starting one made that session, such numbers keep their value, and slow training down.
 */
export const treatDenormalsAsZero = async (): Promise<void> => {
  const x = input("x", [1]);
  await createNativeSession(lower({ y: negate(x) }), 1).release();
};
