/** A training that outlives its GPU: when the device is lost, workers on the CPU go on from the last state that was copied. */
import { DeviceError } from "../../errors.ts";
import type { Backend, WebDevice } from "./backend.ts";
import type { Prepared, Snapshot, TrainingReply, TrainingRequest } from "./requests.ts";

export interface LastingBackend {
  readonly prepared: Prepared;
  /** Workers that share a batch now. */
  threads(): number;
  /** What the training computes on now. */
  device(): WebDevice;
  /** Asks the workers; those on the CPU where the device is lost. */
  ask(request: TrainingRequest): Promise<TrainingReply>;
  close(): void;
}

/** `onLost` is called before workers on the CPU start. */
export const lastingBackend = (
  first: Backend,
  open: (device: WebDevice, resumed: Snapshot) => Promise<Backend>,
  onLost: (cause: DeviceError) => void = () => {},
): LastingBackend => {
  let backend = first;
  let isClosed = false;
  let replacement: Promise<void> | undefined;
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
        return await asked.ask(request);
      } catch (cause) {
        if (asked.device === "cpu" || !(cause instanceof DeviceError)) throw cause;
        // Of several requests that fail, the first has it replaced.
        if (asked === backend) replacement ??= replace(cause);
        await replacement;
        return backend.ask(request);
      }
    },
    close() {
      isClosed = true;
      backend.close();
    },
  };
};
