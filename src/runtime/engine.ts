/**
 * Runs programs through ONNX Runtime. This file knows the part that onnxruntime-node and onnxruntime-web share;
 * node.ts and web.ts bring the package and its options.
 */
import type { InferenceSession, Tensor as OrtTensor, TensorConstructor } from "onnxruntime-common";
import { ConfigError } from "../errors.ts";
import { requireElements } from "../tensor/elements.ts";
import type { Program } from "../tensor/lower.ts";
import type { Tensor, TypedArray } from "../tensor/tensor.ts";
import type { NoiseMaker } from "./noise.ts";

export type Arrays = Readonly<Record<string, TypedArray>>;

/** A program that is ready to run. */
export interface Executable {
  readonly program: Program;
  /**
   * One run. `inputs` are read in place, and must hold exactly the elements that the program takes. Outputs that
   * `into` names are written there; the others are new arrays.
   */
  run(inputs: Arrays, into?: Arrays): Promise<Record<string, TypedArray>>;
  /** Frees the session. The executable can't run afterwards. */
  dispose(): Promise<void>;
}

export const DEVICES = ["cpu", "webgpu", "cuda"] as const;
export type Device = (typeof DEVICES)[number];

/** Turns programs into executables on one device. */
export interface Engine {
  readonly device: Device;
  /** Threads that one operator may use. */
  readonly threads: number;
  compile(program: Program): Promise<Executable>;
  /** The random numbers of a program's runs, made ahead where the platform has threads. */
  readonly noise: NoiseMaker;
}

export interface OrtPackage {
  readonly InferenceSession: {
    create(model: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: TensorConstructor;
}

/** Whether a session writes outputs into arrays that it is given, or they must be copied there. */
export type OutputHandling = "written" | "copied";

/** Of every session. */
const SESSION_OPTIONS = {
  /** Warnings of the engine speak of graph rewrites, and are no concern of the user: errors alone are shown. */
  logSeverityLevel: 3,
  /** Denormal numbers, which Adam's moments are full of, slow the arithmetic down threefold: they count as zero. */
  extra: { session: { set_denormal_as_zero: "1" } },
} as const;

/** The executable of a program, by a session with the given providers and threads. */
export const createExecutable = async (
  ort: OrtPackage,
  program: Program,
  options: InferenceSession.SessionOptions,
  handling: OutputHandling,
): Promise<Executable> => {
  const session = await ort.InferenceSession.create(program.model, { ...SESSION_OPTIONS, ...options });
  const wrap = (names: Readonly<Record<string, Tensor>>, arrays: Arrays): Record<string, OrtTensor> =>
    Object.fromEntries(
      Object.entries(arrays).map(([name, array]) => [name, wrapArray(ort, name, names[name], array)]),
    );
  return {
    program,
    async run(inputs, into = {}) {
      const missing = Object.keys(program.inputs).find((name) => !Object.hasOwn(inputs, name));
      if (missing !== undefined) requireElements(subjectOf(missing), program.inputs[missing]!, undefined);
      const fetches = {
        ...Object.fromEntries(session.outputNames.map((name) => [name, null])),
        ...wrap(program.outputs, into),
      };
      const feeds = wrap(program.inputs, inputs);
      const results = await (handling === "written" ? session.run(feeds, fetches) : session.run(feeds));
      const arrayOf = (name: string): TypedArray => {
        const data = results[name]!.data as TypedArray;
        const given = into[name] as Float32Array | undefined;
        if (handling === "copied") given?.set(data as Float32Array);
        return given ?? data;
      };
      return Object.fromEntries(session.outputNames.map((name) => [name, arrayOf(name)]));
    },
    dispose: () => session.release(),
  };
};

const wrapArray = (
  ort: OrtPackage,
  name: string,
  tensor: Tensor | undefined,
  array: TypedArray,
): OrtTensor => {
  if (!tensor)
    throw new ConfigError("running a program", {
      given: `an array named "${name}"`,
      expected: "the program's own inputs and outputs",
      remedy: "Drop it, or correct its name.",
    });
  requireElements(subjectOf(name), tensor, array);
  return new ort.Tensor(tensor.type as "float32", array as Float32Array, tensor.shape);
};

const subjectOf = (name: string): string => `running a program, "${name}"`;
