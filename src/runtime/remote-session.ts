/**
 * Sessions on an engine thread, as the thread that uses them sees them. Arrays in shared memory are registered once and
 * then go by number; others are copied into the message.
 */
import type { TypedArray } from "../tensor/tensor.ts";
import { isShared } from "../threads/shared-memory.ts";
import { startWorker } from "../threads/start.ts";
import { type Thread, threadOf } from "../threads/thread.ts";
import { type Arrays, refuseDisposed, type Session, type SessionProgram } from "./engine.ts";
import type { EngineReply, EngineRequest, SentArray } from "./engine-thread.ts";
import type { LocalEngineOptions } from "./local-engine.ts";

export interface EngineThread {
  open(program: SessionProgram): Promise<Session>;
  channelBlock(): Promise<number | undefined>;
}

const threads = new Map<string, EngineThread>();

/**
 * The engine thread of a device and a number of threads: one for all engines alike of the calling thread, started with
 * the first. An idle engine thread does not keep the process alive.
 */
export const engineThread = (options: LocalEngineOptions): EngineThread => {
  const name = `${options.device}, ${options.threads} threads`;
  const thread = threads.get(name) ?? startThread(options, () => threads.delete(name));
  threads.set(name, thread);
  return thread;
};

const startThread = (options: LocalEngineOptions, onEnd: () => void): EngineThread => {
  const worker = startWorker("./engine-thread.js", import.meta.url, options);
  // The next engine gets a thread that works.
  worker.on("exit", onEnd);
  const thread = threadOf<EngineRequest, EngineReply>(worker, `engine on device ${options.device}`);
  const arrays = registry();
  let sessions = 0;
  return {
    channelBlock: () => thread.ask({ type: "channelBlock" }) as Promise<number | undefined>,
    async open(program) {
      const session = sessions++;
      await thread.ask({ type: "open", session, program });
      return remoteSession(thread, arrays, session);
    },
  };
};

const remoteSession = (
  thread: Thread<EngineRequest, EngineReply>,
  arrays: ReturnType<typeof registry>,
  session: number,
): Session => {
  let isOpen = true;
  return {
    async run(inputs, outputs) {
      if (!isOpen) refuseDisposed();
      const sent = {
        ...{ type: "run" as const, session },
        inputs: mapValues(inputs, (array): SentArray => arrays.numberOf(array) ?? array),
        outputs: numbersOf(outputs, arrays.numberOf),
      };
      const news = arrays.news();
      const results = (await thread.ask({ ...sent, ...news })) as Arrays;
      arrays.received(news);
      for (const [name, array] of Object.entries(results))
        (outputs[name] as Float32Array).set(array as Float32Array);
    },
    async release() {
      if (!isOpen) return;
      isOpen = false;
      await thread.ask({ type: "release", session });
    },
  };
};

const mapValues = <Value, Result>(
  record: Readonly<Record<string, Value>>,
  map: (value: Value) => Result,
): Record<string, Result> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));

const numbersOf = (
  arrays: Arrays,
  numberOf: (array: TypedArray) => number | undefined,
): Record<string, number> =>
  Object.fromEntries(
    Object.entries(arrays).flatMap(([name, array]) => {
      const number = numberOf(array);
      return number === undefined ? [] : [[name, number]];
    }),
  );

/** Arrays that the thread is told to register, with their numbers, and numbers that it is told to forget. */
interface News {
  readonly registered: readonly (readonly [number, TypedArray])[];
  readonly forgotten: readonly number[];
}

/** Numbers of the arrays in shared memory that the thread knows, or will know after the next message. */
const registry = () => {
  const numbers = new WeakMap<TypedArray, number>();
  let registered: (readonly [number, TypedArray])[] = [];
  let forgotten: number[] = [];
  const collected = new FinalizationRegistry<number>((number) => forgotten.push(number));
  let next = 0;
  return {
    /** undefined for an array whose memory is not shared. */
    numberOf(array: TypedArray): number | undefined {
      if (!isShared(array)) return undefined;
      const known = numbers.get(array);
      if (known !== undefined) return known;
      const number = next++;
      numbers.set(array, number);
      registered.push([number, array]);
      collected.register(array, number);
      return number;
    },
    /** News that the thread may not have received yet. Receiving them twice does no harm. */
    news: (): News => ({ registered: [...registered], forgotten: [...forgotten] }),
    /** Takes news as received. A message that could not be sent leaves them for the next. */
    received(news: News): void {
      if (news.registered.length > 0)
        registered = registered.filter((each) => !news.registered.includes(each));
      if (news.forgotten.length > 0) forgotten = forgotten.filter((each) => !news.forgotten.includes(each));
    },
  };
};
