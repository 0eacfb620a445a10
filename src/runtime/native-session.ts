/**
 * Sessions of ONNX Runtime's native library on the CPU: inputs are read and outputs written in place. A run holds the
 * calling thread, so sessions belong on engine threads.
 */
import { onnxTypeCode } from "../onnx/model.ts";
import { sizeOf, type TypedArray } from "../tensor/tensor.ts";
import { type Arrays, refuseDisposed, type Session, type SessionProgram } from "./engine.ts";
import { type OrtLibrary, ortLibrary, type Pointer } from "./ort-c-api.ts";

/** Severity of the library's log: errors are shown, notes on graph rewrites are not. */
const ERROR = 3;

/**
 * A session whose operators use `threads` threads. Throws Error, in the library's words, for a model that it refuses.
 */
export const createNativeSession = ({ model, feeds, outputs }: SessionProgram, threads: number): Session => {
  const ort = ortLibrary();
  const options = ort.make("CreateSessionOptions");
  let session: Pointer | undefined;
  const held: { arrays?: readonly Arrays[] } = {};
  try {
    ort.check("SetSessionLogSeverityLevel", options, ERROR);
    ort.check("SetIntraOpNumThreads", options, threads);
    // For the threads of the library's pool: see denormals.ts.
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
      if (session === undefined) refuseDisposed();
      // The library knows only addresses: references held here keep the arrays from being collected.
      held.arrays = [from, into];
      values.releaseCollected();
      const [read, written] = [given.values(from), wanted.values(into)];
      ort.check("Run", session, null, given.names, read, read.length, wanted.names, written.length, written);
      delete held.arrays;
    },
    async release() {
      if (session === undefined) return;
      ort.release("ReleaseSession", session);
      session = undefined;
      values.releaseAll();
    },
  };
};

/** The library's values over arrays, of one session. Each is released after its array is collected, or with the session. */
const standingValues = (ort: OrtLibrary) => {
  const all = new Set<Pointer>();
  const collected: Pointer[] = [];
  // Released later: a native call in a finalizer, which may run while its thread ends, would abort the process.
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
    /** Releases the values whose arrays were collected. */
    releaseCollected: (): void => collected.splice(0).forEach(release),
    releaseAll: (): void => all.forEach(release),
  };
};

/** The inputs or the outputs of a run: their names for the library, and its values over arrays. */
const argumentsOf = (
  ort: OrtLibrary,
  feeds: SessionProgram["feeds"],
  values: ReturnType<typeof standingValues>,
) => {
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
    /** Addresses of the values. An array gets one at its first run; most arrays come again at every run. */
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
