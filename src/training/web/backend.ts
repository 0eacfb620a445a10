/** Workers that execute a training on one device. */
import type { WebEngineOptions } from "../../runtime/web.ts";
import type { WebThread } from "../../threads/web-thread.ts";
import type { Prepared, TrainingReply, TrainingRequest, TrainingStart } from "./requests.ts";
import { startLearning } from "./start-learning.ts";

export type WebDevice = NonNullable<WebEngineOptions["device"]>;

export interface Backend extends Pick<WebThread<TrainingRequest, TrainingReply>, "ask" | "close"> {
  readonly device: WebDevice;
  readonly prepared: Prepared;
}

/** Starts the workers of a training. Throws as `openTraining`; no worker is left where it does. */
export const openBackend = async (start: TrainingStart): Promise<Backend> => {
  const { device = "cpu" } = start.engine;
  const workers: WebThread<TrainingRequest, TrainingReply>[] = [];
  const startWorker = () => {
    const work = `training network ${start.network.name}`;
    const worker = startLearning<TrainingRequest, TrainingReply>(device, work);
    workers.push(worker);
    return worker;
  };
  const close = (): void => {
    for (const worker of workers) worker.close();
  };
  try {
    const { ask, gone } = startWorker();
    const prepared = (await ask({ type: "prepare", start })) as Prepared;
    const startReplica = async (): Promise<MessagePort> => {
      const { port1, port2 } = new MessageChannel();
      const other = startWorker();
      await other.ask({ type: "replica", port: port2, engine: start.engine }, [port2]);
      // The first worker may be waiting for it, and would wait for ever.
      void other.gone.then(close);
      return port1;
    };
    const ports = await Promise.all(Array.from({ length: prepared.replicas - 1 }, startReplica));
    void gone.then(close);
    await ask({ type: "open", ports }, ports);
    return { device, prepared, ask, close };
  } catch (error) {
    close();
    throw error;
  }
};
