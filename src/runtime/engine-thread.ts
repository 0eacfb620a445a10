/** An engine thread: holds sessions and runs them for the thread that started it. See remote-session.ts. */
import { workerData } from "node:worker_threads";
import { allocateElements } from "../tensor/elements.ts";
import type { TypedArray } from "../tensor/tensor.ts";
import { answerRequests } from "../threads/thread.ts";
import { channelBlock } from "./channel-block.ts";
import type { Arrays, Session, SessionProgram } from "./engine.ts";
import { type LocalEngineOptions, localSessions } from "./local-engine.ts";

/** An array in shared memory, by the number under which it was registered, or a copy of another array. */
export type SentArray = number | TypedArray;

export type EngineRequest =
  | { readonly type: "open"; readonly session: number; readonly program: SessionProgram }
  | {
      readonly type: "run";
      readonly session: number;
      readonly inputs: Readonly<Record<string, SentArray>>;
      /** The outputs that are written to shared memory. The others come with the reply. */
      readonly outputs: Readonly<Record<string, number>>;
      /** Arrays to register and to forget, before the run. */
      readonly registered: readonly (readonly [number, TypedArray])[];
      readonly forgotten: readonly number[];
    }
  | { readonly type: "release"; readonly session: number }
  | { readonly type: "channelBlock" };

/** The reply to "run" holds the outputs that are not in shared memory; that to "channelBlock" is the block. */
export type EngineReply = Arrays | number | undefined;

const { open: openSession } = localSessions(workerData as LocalEngineOptions);
const sessions = new Map<number, { readonly session: Session; readonly program: SessionProgram }>();
const shared = new Map<number, TypedArray>();

const run = async ({
  session: number,
  inputs,
  outputs,
  registered,
  forgotten,
}: EngineRequest & { readonly type: "run" }): Promise<Arrays> => {
  for (const [id, array] of registered) shared.set(id, array);
  for (const id of forgotten) shared.delete(id);
  const { session, program } = sessions.get(number)!;
  const arrayOf = (sent: SentArray): TypedArray => (typeof sent === "number" ? shared.get(sent)! : sent);
  const from = Object.fromEntries(Object.entries(inputs).map(([name, sent]) => [name, arrayOf(sent)]));
  const results = Object.fromEntries(
    Object.entries(program.outputs).flatMap(([name, type]) =>
      name in outputs ? [] : [[name, allocateElements(type)]],
    ),
  );
  const into = Object.fromEntries(Object.entries(outputs).map(([name, id]) => [name, arrayOf(id)]));
  await session.run(from, { ...into, ...results });
  return results;
};

answerRequests<EngineRequest, EngineReply>(async (request) => {
  if (request.type === "channelBlock") return { value: await channelBlock() };
  if (request.type === "run") {
    const results = await run(request);
    return { value: results, transfer: Object.values(results).map(({ buffer }) => buffer as ArrayBuffer) };
  }
  if (request.type === "open")
    sessions.set(request.session, {
      session: await openSession(request.program),
      program: request.program,
    });
  else {
    await sessions.get(request.session)?.session.release();
    sessions.delete(request.session);
  }
  return { value: undefined };
});
