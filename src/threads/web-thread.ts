/** Web Workers that answer requests, by the protocol of requests.ts. */
import { answering, type Reply, type Requests, requestsOf } from "./requests.ts";

export interface WebThread<Request, Value> extends Pick<Requests<Request, Value>, "ask" | "gone"> {
  /** Ends the worker; requests that are due reject with WorkerError. */
  close(): void;
}

/** `work` names in errors what the worker is for. */
export const webThreadOf = <Request, Value>(worker: Worker, work: string): WebThread<Request, Value> => {
  const { ask, receive, fail, gone } = requestsOf<Request, Value>(work, (request, transfer) =>
    worker.postMessage(request, [...transfer]),
  );
  worker.onmessage = ({ data }) => receive(data);
  worker.onerror = ({ message }) => {
    fail(`a failure (${message || "its module did not load"})`);
    worker.terminate();
  };
  return {
    ...{ ask, gone },
    close() {
      fail("a worker that was closed");
      worker.terminate();
    },
  };
};

/** The other side of a port, which answers by `answerPort`. Nothing tells when it is gone. */
export const portThreadOf = <Request, Value>(
  port: MessagePort,
  work: string,
): Pick<WebThread<Request, Value>, "ask"> => {
  const { ask, receive } = requestsOf<Request, Value>(work, (request, transfer) =>
    port.postMessage(request, [...transfer]),
  );
  port.onmessage = ({ data }) => receive(data);
  return { ask };
};

/** A port, or the global object of a worker: TypeScript's library of types describes either a page's or a worker's. */
interface Scope {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  postMessage(message: unknown, transfer: readonly Transferable[]): void;
}

type Handle<Request, Value> = (request: Request) => Promise<Reply<Value>> | Reply<Value>;

const answerOn = <Request, Value>(scope: Scope, handle: Handle<Request, Value>): void => {
  const answer = answering(handle, (message, transfer) => scope.postMessage(message, transfer));
  scope.onmessage = ({ data }) => void answer(data as Request);
};

/** In a Web Worker: answers the requests of the page that started it, one after the other. */
export const answerPage = <Request, Value>(handle: Handle<Request, Value>): void =>
  answerOn(globalThis as unknown as Scope, handle);

/** Answers the requests that come through a port, one after the other. */
export const answerPort = <Request, Value>(port: MessagePort, handle: Handle<Request, Value>): void =>
  answerOn(port as unknown as Scope, handle);
