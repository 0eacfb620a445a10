/** Sessions of an npm package of ONNX Runtime: onnxruntime-web, and onnxruntime-node for other devices than the CPU. */
import type {
  InferenceSession,
  Tensor as OrtTensor,
  TensorConstructor,
  TensorFactory,
} from "onnxruntime-common";
import { lower } from "../tensor/lower.ts";
import { input, sizeOf, type TypedArray } from "../tensor/tensor.ts";
import { isShared } from "../threads/shared-memory.ts";
import { type Arrays, type Residence, type Session, type SessionProgram, sessionProgram } from "./engine.ts";

export interface OrtPackage {
  readonly InferenceSession: {
    create(model: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: TensorConstructor & TensorFactory;
}

/** Sessions on one device, and the arrays that they keep there. */
export interface PackageSessions {
  /** Opens a session whose outputs `resident` stay on the device: see `CompileOptions`. */
  open(program: SessionProgram, resident?: readonly string[]): Promise<Session>;
  readonly residence: Residence;
}

/** Abilities in which the packages differ. */
interface PackageAbilities {
  /** Whether it takes inputs in memory that threads share: onnxruntime-web copies them, onnxruntime-node refuses them. */
  readonly takesShared?: boolean;
}

/** Options of every session, as native-session.ts sets them. */
const SESSION_OPTIONS = { logSeverityLevel: 3, extra: { session: { set_denormal_as_zero: "1" } } } as const;

/**
 * Sessions with the given providers and threads. The packages put outputs into new memory: on the host they are copied; on
 * WebGPU, the only device whose memory the packages expose, a resident output takes the place of the one before.
 */
export const packageSessions = (
  ort: OrtPackage,
  options: InferenceSession.SessionOptions,
  { takesShared = false }: PackageAbilities = {},
): PackageSessions => {
  const tensors = new Map<TypedArray, OrtTensor>();

  const feed = (
    { input: name, start, tensor: { type, shape } }: SessionProgram["feeds"][number],
    from: Arrays,
  ) => {
    const array = from[name]!;
    const dims = [...shape];
    const kept = tensors.get(array);
    if (!kept) {
      const part = array.subarray(start, start + sizeOf(shape));
      const taken = takesShared || !isShared(part) ? part : part.slice();
      return new ort.Tensor(type as "float32", taken as Float32Array, dims);
    }
    if (array.length !== sizeOf(shape))
      throw new Error(`input ${name}: part of an array that is on the device`);
    return ort.Tensor.fromGpuBuffer(kept.gpuBuffer, { dataType: type as "float32", dims });
  };

  const open = async (program: SessionProgram, resident: readonly string[] = []): Promise<Session> => {
    const all = {
      ...SESSION_OPTIONS,
      ...options,
      ...(resident.length > 0 && {
        preferredOutputLocation: Object.fromEntries(resident.map((name) => [name, "gpu-buffer" as const])),
      }),
    };
    const session = await ort.InferenceSession.create(program.model, all);
    return {
      async run(inputs, outputs) {
        const fed = Object.fromEntries(program.feeds.map((each) => [each.name, feed(each, inputs)]));
        const results = await session.run(fed);
        for (const [name, array] of Object.entries(outputs)) {
          const result = results[name]!;
          if (result.location !== "gpu-buffer") (array as Float32Array).set(result.data as Float32Array);
          else {
            tensors.get(array)?.dispose();
            tensors.set(array, result);
          }
        }
      },
      release: () => session.release(),
    };
  };

  return {
    open,
    residence: {
      async fetch(arrays) {
        const resident = arrays.filter((array) => tensors.has(array));
        if (resident.length === 0) return;
        const session = await open(copiesOf(resident));
        const named = (name: (k: number) => string): Arrays =>
          Object.fromEntries(resident.map((array, k) => [name(k), array]));
        await session.run(named(residentName), named(copyName)).finally(() => session.release());
      },
      // The runtime frees a tensor by the session that made it.
      async clear() {
        for (const tensor of tensors.values()) tensor.dispose();
        tensors.clear();
      },
    },
  };
};

/** The residence of sessions that are opened later, if ever: before there are none no array is resident. */
export const residenceOf = (sessions: () => Promise<PackageSessions> | undefined): Residence => ({
  fetch: async (arrays) => (await sessions())?.residence.fetch(arrays),
  clear: async () => (await sessions())?.residence.clear(),
});

const residentName = (k: number): string => `array ${k}`;
const copyName = (k: number): string => `copy of ${k}`;

/** Program that copies arrays: neither package can download a tensor in Node but as an output of a run. */
const copiesOf = (arrays: readonly TypedArray[]): SessionProgram => {
  const named = arrays.map(({ length }, k) => [copyName(k), input(residentName(k), [length])] as const);
  return sessionProgram(lower(Object.fromEntries(named), { name: "copies" }));
};
