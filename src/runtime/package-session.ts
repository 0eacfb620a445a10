/** Sessions of an npm package of ONNX Runtime: onnxruntime-web, and onnxruntime-node for other devices than the CPU. */
import type { InferenceSession, Tensor as OrtTensor, TensorConstructor } from "onnxruntime-common";
import { sizeOf, type TypedArray } from "../tensor/tensor.ts";
import { isShared } from "../threads/shared-memory.ts";
import type { Arrays, Session, SessionProgram } from "./engine.ts";

export interface OrtPackage {
  readonly InferenceSession: {
    create(model: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: TensorConstructor;
}

/** Options of every session, as native-session.ts sets them. */
const SESSION_OPTIONS = { logSeverityLevel: 3, extra: { session: { set_denormal_as_zero: "1" } } } as const;

/** A session with the given providers and threads. The packages put outputs into new memory; they are copied. */
export const createPackageSession = async (
  ort: OrtPackage,
  program: SessionProgram,
  options: InferenceSession.SessionOptions,
): Promise<Session> => {
  const session = await ort.InferenceSession.create(program.model, { ...SESSION_OPTIONS, ...options });
  return {
    async run(inputs, outputs) {
      const results = await session.run(tensorsOf(ort, program.feeds, inputs));
      for (const [name, array] of Object.entries(outputs))
        (array as Float32Array).set(results[name]!.data as Float32Array);
    },
    release: () => session.release(),
  };
};

/** The packages refuse memory that threads share. */
const unshared = (array: TypedArray): TypedArray => (isShared(array) ? array.slice() : array);

const tensorsOf = (
  ort: OrtPackage,
  feeds: SessionProgram["feeds"],
  arrays: Arrays,
): Record<string, OrtTensor> =>
  Object.fromEntries(
    feeds.map(({ name, input, start, tensor: { type, shape } }) => {
      const part = unshared(arrays[input]!.subarray(start, start + sizeOf(shape)));
      return [name, new ort.Tensor(type as "float32", part as Float32Array, shape)];
    }),
  );
