/** Engines: run programs, whatever runtime is behind them. */
import { ConfigError } from "../errors.ts";
import { allocateElements, requireElements } from "../tensor/elements.ts";
import type { Feed } from "../tensor/feeds.ts";
import type { Program } from "../tensor/lower.ts";
import type { Tensor, TypedArray } from "../tensor/tensor.ts";

export type Arrays = Readonly<Record<string, TypedArray>>;

/** The arrays whose names `wanted` has too, such as a program's inputs. */
export const only = <Each extends TypedArray>(
  arrays: Readonly<Record<string, Each>>,
  wanted: Readonly<Record<string, unknown>>,
): Readonly<Record<string, Each>> =>
  Object.fromEntries(Object.entries(arrays).filter(([name]) => name in wanted));

/** A program that is ready to run. */
export interface Executable {
  readonly program: Program;
  /**
   * One run. `inputs` must hold exactly the elements that the program takes. Outputs that `into` names are written
   * there; the others are new arrays. Arrays in shared memory are read and written in place, and must be left alone
   * until the run is done; of others an engine on another thread takes copies before this call returns.
   */
  run(inputs: Arrays, into?: Arrays): Promise<Record<string, TypedArray>>;
  /** Frees the session. The executable can't run afterwards. */
  dispose(): Promise<void>;
}

export const DEVICES = ["cpu", "webgpu", "cuda"] as const;
export type Device = (typeof DEVICES)[number];

/** How a program is compiled. */
export interface CompileOptions {
  /**
   * Outputs that stay on the device, where the engine has a `residence`: a run leaves the array that it is given for such
   * an output as it was, and the array is resident from then on. Other engines write all outputs to their arrays.
   */
  readonly resident?: readonly string[];
}

/**
 * Resident arrays: their elements are in the memory of a device, and every executable of the engine that is given one as an
 * input reads it there. An array becomes resident when a run writes it as an output of `CompileOptions.resident`.
 */
export interface Residence {
  /** Copies the elements of resident arrays into the arrays, which stay resident. Other arrays are left alone. */
  fetch(arrays: readonly TypedArray[]): Promise<void>;
  /** Frees the device's memory of all resident arrays, without copying it. Before executables are disposed of. */
  clear(): Promise<void>;
}

/** Turns programs into executables on one device. */
export interface Engine {
  readonly device: Device;
  /** Threads of the CPU that an operator may use, or that programs run on side by side. */
  readonly threads: number;
  compile(program: Program, options?: CompileOptions): Promise<Executable>;
  /** Arrays that stay on the device between runs, for engines that can keep some there. */
  readonly residence?: Residence;
  /** Whether the engine keeps denormal numbers, which slow products down: gradient programs flush them then. Default false. */
  readonly keepsDenormals?: boolean;
  /** Channels of a block for `blockConvolutions`; undefined where the engine has no blocked kernels. */
  channelBlock?(): Promise<number | undefined>;
}

type TensorType = Pick<Tensor, "type" | "shape">;

/** The part of a program that a session needs. It can be sent to another thread. */
export interface SessionProgram {
  readonly model: Uint8Array;
  readonly feeds: readonly (Omit<Feed, "tensor"> & { readonly tensor: TensorType })[];
  readonly outputs: Readonly<Record<string, TensorType>>;
}

const typeOf = ({ type, shape }: Tensor): TensorType => ({ type, shape });

export const sessionProgram = ({ model, feeds, outputs }: Program): SessionProgram => ({
  model,
  feeds: feeds.map(({ tensor, ...feed }) => ({ ...feed, tensor: typeOf(tensor) })),
  outputs: Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, typeOf(tensor)])),
});

/** A program in a runtime. */
export interface Session {
  /** One run: reads one array per input and writes one array per output. All arrays were checked before the call. */
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

/** Refuses to run an executable that was disposed of. */
export const refuseDisposed = (): never => {
  throw new ConfigError("running a program", {
    given: "an executable that was disposed of",
    expected: "an executable that is still open",
    remedy: "Compile the program again.",
  });
};

/** More threads than the largest machines have cores: the engine would try to start them all. */
const MOST_THREADS = 1024;

/** Throws ConfigError for a device that is not among `devices`, and for threads that are not a whole number from 1 to 1024. */
export const checkDevice = (devices: readonly string[], device: string, threads: number): void => {
  if (!devices.includes(device))
    throw new ConfigError("engine", {
      given: `device ${device}`,
      expected: `one of ${devices.join(", ")}`,
      remedy: "Choose another device, or correct its name.",
    });
  if (!Number.isInteger(threads) || threads < 1 || threads > MOST_THREADS)
    throw new ConfigError("engine", {
      given: `${threads} threads`,
      expected: `a whole number from 1 to ${MOST_THREADS}`,
      remedy: "As many threads as the machine has cores are a good choice.",
    });
};

const subjectOf = (name: string): string => `running a program, "${name}"`;
