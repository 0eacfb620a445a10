/**
 * ONNX Runtime collects telemetry unless ORT_DISABLE_TELEMETRY is set in C's environment when its own environment is
 * created: process.env of a worker thread is a copy that C does not see. The process has one environment of the library,
 * which stays; later threads only get a reference to it.
 */
import { getEnvironmentData, setEnvironmentData } from "node:worker_threads";

type Koffi = typeof import("koffi");

const VARIABLE = "ORT_DISABLE_TELEMETRY";
const OFF = "1";

/** States of the library's environment. */
const [ABSENT, IN_WORK, CREATED] = [0, 1, 2];

/** Milliseconds after which a thread that was to create the environment counts as ended. */
const LONGEST_WAIT = 10_000;

/** The state, in memory that this thread shares with the threads that it starts. */
const sharedState = (): Int32Array => {
  const name = "neural-sampling: environment of ONNX Runtime";
  const known = getEnvironmentData(name) as unknown as Int32Array | undefined;
  const state = known ?? new Int32Array(new SharedArrayBuffer(4));
  if (!known) setEnvironmentData(name, state as never);
  return state;
};

const state = sharedState();

/**
 * The result of `create`, which gets the library's environment. The first thread sets the variable meanwhile and restores
 * it; the others wait for it and leave C's environment alone, as changing it beside a thread that reads it is unsafe.
 */
export const withoutTelemetry = <Result>(koffi: Koffi, create: () => Result): Result => {
  while (Atomics.compareExchange(state, 0, ABSENT, IN_WORK) !== ABSENT) {
    if (Atomics.load(state, 0) === CREATED) return create();
    if (Atomics.wait(state, 0, IN_WORK, LONGEST_WAIT) === "timed-out") break;
  }
  let next = ABSENT;
  try {
    const result = withVariable(koffi, create);
    next = CREATED;
    return result;
  } finally {
    Atomics.store(state, 0, next);
    Atomics.notify(state, 0);
  }
};

/**
 * Threads that the host started by itself share no state. They may come here at once: each sets the variable only where
 * it found the host's own value, which is hence what each restores.
 */
const withVariable = <Result>(koffi: Koffi, create: () => Result): Result => {
  const environment = process.platform === "win32" ? windowsEnvironment(koffi) : posixEnvironment(koffi);
  const before = environment.get();
  if (before === OFF) return create();
  environment.set(OFF);
  try {
    return create();
  } finally {
    environment.set(before);
  }
};

interface CEnvironment {
  get(): string | null;
  /** null removes the variable. */
  set(value: string | null): void;
}

const posixEnvironment = (koffi: Koffi): CEnvironment => {
  const c = koffi.load(process.platform === "darwin" ? "libSystem.B.dylib" : "libc.so.6");
  const [get, set, unset] = [
    c.func("const char *getenv(const char *)"),
    c.func("int setenv(const char *, const char *, int)"),
    c.func("int unsetenv(const char *)"),
  ];
  return {
    get: () => get(VARIABLE) as string | null,
    set: (value) => (value === null ? unset(VARIABLE) : set(VARIABLE, value, 1)),
  };
};

const windowsEnvironment = (koffi: Koffi): CEnvironment => {
  const c = koffi.load("ucrtbase.dll");
  const [get, put] = [
    c.func("const char *getenv(const char *)"),
    c.func("int _putenv_s(const char *, const char *)"),
  ];
  return {
    get: () => get(VARIABLE) as string | null,
    // An empty value removes the variable.
    set: (value) => put(VARIABLE, value ?? ""),
  };
};
