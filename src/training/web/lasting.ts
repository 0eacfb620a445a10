/** A training that outlives its GPU: when the device is lost, workers on the CPU go on from the last state that was copied. */
import { DeviceError } from "../../errors.ts";
import type { Backend, WebDevice } from "./backend.ts";
import type { Prepared, Snapshot, StepReport, TrainingReply, TrainingRequest } from "./requests.ts";

export interface LastingBackend {
  readonly prepared: Prepared;
  /** Workers that share a batch now. */
  threads(): number;
  /** Device that the training computes on now. */
  device(): WebDevice;
  /** Asks the workers; those on the CPU where the device is lost. */
  ask(request: TrainingRequest): Promise<TrainingReply>;
  close(): void;
}

/** Milliseconds of repeated steps that one request asks for. */
const REPEATED_MILLISECONDS = 100;

/**
 * `onLost` is called before workers on the CPU start. These come to the step that was reported last before they give a model or
 * look into one.
 */
export const lastingBackend = (
  first: Backend,
  open: (device: WebDevice, resumed: Snapshot) => Promise<Backend>,
  onLost: (cause: DeviceError) => void = () => {},
): LastingBackend => {
  let backend = first;
  let isClosed = false;
  let replacement: Promise<void> | undefined;
  /** The last step that was reported. */
  let reported = 0;
  const note = (request: TrainingRequest, reply: TrainingReply): TrainingReply => {
    if (request.type === "advance")
      reported = Math.max(reported, (reply as readonly StepReport[]).at(-1)?.position.step ?? 0);
    return reply;
  };
  const answerOf = async (request: TrainingRequest): Promise<TrainingReply> => {
    if (replacement && (request.type === "model" || request.type === "probe")) await catchUp();
    return note(request, await backend.ask(request));
  };
  const catchUp = async (): Promise<void> => {
    const repeat = { type: "advance", until: reported, milliseconds: REPEATED_MILLISECONDS } as const;
    while (((await backend.ask(repeat)) as readonly StepReport[]).length > 0);
  };
  const replace = async (cause: DeviceError): Promise<void> => {
    const lost = backend;
    const snapshot = (await lost.ask({ type: "kept" })) as Snapshot;
    onLost(cause);
    const next = await open("cpu", snapshot);
    lost.close();
    backend = next;
    // Closed meanwhile: its workers are closed too.
    if (isClosed) next.close();
  };
  return {
    prepared: first.prepared,
    threads: () => backend.prepared.replicas,
    device: () => backend.device,
    async ask(request) {
      const asked = backend;
      try {
        return await answerOf(request);
      } catch (cause) {
        if (asked.device === "cpu" || !(cause instanceof DeviceError)) throw cause;
        // The first of several requests that fail has the backend replaced.
        if (asked === backend) replacement ??= replace(cause);
        await replacement;
        return answerOf(request);
      }
    },
    close() {
      isClosed = true;
      backend.close();
    },
  };
};
