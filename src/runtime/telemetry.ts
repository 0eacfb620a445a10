/**
 * ONNX Runtime collects telemetry unless ORT_DISABLE_TELEMETRY is set in C's environment when its own environment is
 * created: process.env of a worker thread is a copy that C does not see.
 */

type Koffi = typeof import("koffi");

const VARIABLE = "ORT_DISABLE_TELEMETRY";

/** The result of `create`, during which the variable is set; afterwards the process's environment is as before. */
export const withoutTelemetry = <Result>(koffi: Koffi, create: () => Result): Result => {
  const environment = process.platform === "win32" ? windowsEnvironment(koffi) : posixEnvironment(koffi);
  const before = environment.get();
  environment.set("1");
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
