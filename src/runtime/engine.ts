/** Runs programs: what an engine is, whatever runtime is behind it. */
import { ConfigError } from "../errors.ts";
import { allocateElements, requireElements } from "../tensor/elements.ts";
import type { Program } from "../tensor/lower.ts";
import type { Tensor, TypedArray } from "../tensor/tensor.ts";
import type { NoiseMaker } from "./noise.ts";

export type Arrays = Readonly<Record<string, TypedArray>>;

/** Of the arrays those whose names `wanted` has too, as a program's inputs. */
export const only = <Each extends TypedArray>(
  arrays: Readonly<Record<string, Each>>,
  wanted: Readonly<Record<string, unknown>>,
): Readonly<Record<string, Each>> =>
  Object.fromEntries(Object.entries(arrays).filter(([name]) => name in wanted));

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
  /** Threads of the CPU that it may use: an operator of one program, or several programs at a time. */
  readonly threads: number;
  compile(program: Program): Promise<Executable>;
  /** The block for `blockConvolutions`, where it has one. */
  channelBlock?(): Promise<number | undefined>;
  /** The random numbers of a program's runs, made ahead where a thread can be spared for it. */
  readonly noise: NoiseMaker;
}

/** A program in a runtime. */
export interface Session {
  /** One run: reads an array an input, writes into an array an output, both checked just before the call. */
  run(inputs: Arrays, outputs: Arrays): Promise<void>;
  release(): Promise<void>;
}

/** The executable of a program in a session. */
export const createExecutable = (program: Program, session: Session): Executable => ({
  program,
  async run(inputs, into = {}) {
    checkArrays(program.inputs, inputs);
    for (const [name, tensor] of Object.entries(program.inputs))
      if (!Object.hasOwn(inputs, name)) requireElements(subjectOf(name), tensor, undefined);
    checkArrays(program.outputs, into);
    const outputs = Object.fromEntries(
      Object.entries(program.outputs).map(([name, tensor]) => [name, into[name] ?? allocateElements(tensor)]),
    );
    await session.run(inputs, outputs);
    return outputs;
  },
  dispose: () => session.release(),
});

/** Refuses an array under a name that the program does not have, and one of another type or size. */
const checkArrays = (tensors: Readonly<Record<string, Tensor>>, arrays: Arrays): void => {
  for (const [name, array] of Object.entries(arrays)) {
    const tensor = tensors[name];
    if (!tensor)
      throw new ConfigError("running a program", {
        given: `an array named "${name}"`,
        expected: "the program's own inputs and outputs",
        remedy: "Drop it, or correct its name.",
      });
    requireElements(subjectOf(name), tensor, array);
  }
};

const subjectOf = (name: string): string => `running a program, "${name}"`;
