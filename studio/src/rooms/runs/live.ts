/** The runs of the server's folder, as they change. */
import { signal } from "@preact/signals";
import type { ListedRun, LiveMessage, RunDetail } from "./documents.ts";
import { read, runPath } from "./server.ts";

/** Runs by name; undefined before the first message. */
export const runs = signal<ReadonlyMap<string, ListedRun> | undefined>(undefined);

/** Whether messages of the server come. */
export const isConnected = signal(true);

/** Listens until the returned function is called. After a break the browser connects again, and all runs come anew. */
export const listen = (): (() => void) => {
  const source = new EventSource("./api/changes");
  source.onopen = () => {
    isConnected.value = true;
  };
  source.onerror = () => {
    isConnected.value = false;
  };
  source.onmessage = ({ data }) => {
    const { changed, gone, isWhole } = JSON.parse(data) as LiveMessage;
    const next = new Map(isWhole ? [] : runs.peek());
    for (const run of changed) next.set(run.name, run);
    for (const name of gone) next.delete(name);
    runs.value = new Map([...next].sort(([a], [b]) => (a < b ? -1 : 1)));
  };
  return () => source.close();
};

/** Records of runs that were read, with the summary that they are of. */
const details = signal<ReadonlyMap<string, { readonly of: ListedRun; readonly detail: RunDetail }>>(
  new Map(),
);
const asked = new Set<ListedRun>();

/** The records of a run; those before the last change while newer ones are read. */
export const detailOf = (name: string): RunDetail | undefined => {
  const run = runs.value?.get(name);
  const known = details.value.get(name);
  if (run && run.status !== "missing" && known?.of !== run && !asked.has(run)) {
    asked.add(run);
    read<RunDetail>(runPath(name)).then(
      (detail) => {
        details.value = new Map([...details.peek(), [name, { of: run, detail }]]);
        asked.delete(run);
      },
      // The run is gone, or the server is: the list says so.
      () => asked.delete(run),
    );
  }
  return known?.detail;
};
