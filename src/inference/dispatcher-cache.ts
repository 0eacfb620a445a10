/** Dispatchers kept open for the next call with the same model and options, as compiling a model takes long. Node only. */
import { isDeepStrictEqual } from "node:util";
import type { Model } from "../networks/model.ts";
import type { Dispatcher } from "./dispatcher.ts";

/** Milliseconds after its last call at which a dispatcher is closed, and the most that are kept without a call. */
const [IDLE_TIME, MOST_IDLE] = [5000, 2];

interface Entry {
  /** The dispatcher's own copy of the model: the caller may change its parameters between calls. */
  readonly model: Model;
  readonly options: string;
  readonly dispatcher: Promise<Dispatcher>;
  /** Calls under way. */
  calls: number;
  timer?: NodeJS.Timeout;
}

/** Least recently used first. */
const entries: Entry[] = [];

const close = async (entry: Entry): Promise<void> => {
  entries.splice(entries.indexOf(entry), 1);
  clearTimeout(entry.timer);
  // Who opened a dispatcher in vain got the error; nobody waits for one to close.
  await entry.dispatcher.then((dispatcher) => dispatcher.close()).catch(() => {});
};

const release = (entry: Entry): void => {
  if (--entry.calls > 0 || !entries.includes(entry)) return;
  entry.timer = setTimeout(() => void close(entry), IDLE_TIME).unref();
  const idle = entries.filter(({ calls }) => calls === 0);
  for (const oldest of idle.slice(0, -MOST_IDLE)) void close(oldest);
};

/**
 * Calls `use` with the dispatcher of a model and options (which `options` names), opened by `open` unless one is kept.
 * `copy` is a copy of the model that nobody changes.
 */
export const withKeptDispatcher = async <Result>(
  model: Model,
  options: string,
  copy: (model: Model) => Model,
  open: (model: Model) => Promise<Dispatcher>,
  use: (dispatcher: Dispatcher) => Promise<Result>,
): Promise<Result> => {
  const known = entries.find((entry) => entry.options === options && isSameModel(entry.model, model));
  const entry = known ?? newEntry(copy(model), options, open);
  if (known) entries.splice(entries.indexOf(entry), 1);
  entries.push(entry);
  entry.calls++;
  clearTimeout(entry.timer);
  try {
    return await use(await entry.dispatcher);
  } finally {
    release(entry);
  }
};

const newEntry = (model: Model, options: string, open: (model: Model) => Promise<Dispatcher>): Entry => {
  const entry: Entry = { model, options, dispatcher: open(model), calls: 0 };
  // The next call tries again.
  entry.dispatcher.catch(() => (entries.includes(entry) ? close(entry) : undefined));
  return entry;
};

const isSameModel = (a: Model, b: Model): boolean => {
  const names = Object.keys(a.parameters);
  return (
    isDeepStrictEqual(a.network, b.network) &&
    a.integers === b.integers &&
    names.length === Object.keys(b.parameters).length &&
    names.every((name) => hasSameBytes(a.parameters[name]!, b.parameters[name]))
  );
};

const hasSameBytes = (a: Float32Array, b: Float32Array | undefined): boolean =>
  b !== undefined && bytesOf(a).equals(bytesOf(b));

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);
