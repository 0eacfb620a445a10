/** Changes of runs as server-sent events: to each page all runs at first, then those that changed. */
import type { ServerResponse } from "node:http";
import { type Watch, watchRuns } from "./changes.ts";
import { Refused } from "./refused.ts";
import type { RunSummary } from "./run-documents.ts";
import { allRuns, type ListedRun } from "./run-list.ts";
import type { Trainings } from "./trainings.ts";

/** A message to a page. */
export interface LiveMessage {
  readonly changed: readonly ListedRun[];
  /** Names of runs that are no longer there. */
  readonly gone: readonly string[];
  /** Whether `changed` is all runs, and others that the page knows are gone. */
  readonly isWhole: boolean;
}

export interface Live {
  /** Sends all runs to `response`, and changes until it is closed. Throws Refused where too many pages listen. */
  listen(response: ServerResponse): void;
  /** The trainings changed. */
  hurry(): void;
  close(): void;
}

/** Pages that listen at once, bytes that wait for one of them, and time between signs of life. */
const MOST_PAGES = 32;
const MOST_WAITING = 1 << 22;
const ALIVE_MS = 15_000;

export const openLive = (folder: string, trainings: Trainings): Live => {
  const pages = new Set<ServerResponse>();
  const onDisk = new Map<string, RunSummary>();
  /** The documents that pages know, as text. */
  const told = new Map<string, string>();
  let watch: Watch | undefined;
  let hasLooked = false;

  const send = (response: ServerResponse, text: string): void => {
    // A page that does not read is let go, and asks again when it does.
    if (response.writableLength > MOST_WAITING) response.destroy();
    else response.write(text);
  };

  const publish = (): void => {
    const changed: ListedRun[] = [];
    const runs = allRuns([...onDisk.values()], trainings);
    for (const run of runs) {
      const text = JSON.stringify(run);
      if (told.get(run.name) !== text) changed.push(run);
      told.set(run.name, text);
    }
    const here = new Set(runs.map(({ name }) => name));
    const gone = [...told.keys()].filter((name) => !here.has(name));
    for (const name of gone) told.delete(name);
    if (hasLooked && changed.length + gone.length === 0) return;
    for (const page of pages) send(page, messageText({ changed, gone, isWhole: !hasLooked }));
    hasLooked = true;
  };

  const start = (): void => {
    watch = watchRuns(folder, ({ changed, gone }) => {
      for (const run of changed) onDisk.set(run.name, run);
      for (const name of gone) onDisk.delete(name);
      publish();
    });
  };

  const stop = (): void => {
    watch?.close();
    watch = undefined;
    hasLooked = false;
    onDisk.clear();
    told.clear();
  };

  const alive = setInterval(() => {
    for (const page of pages) send(page, ": alive\n\n");
  }, ALIVE_MS);
  alive.unref();

  return {
    listen(response) {
      if (pages.size >= MOST_PAGES)
        throw new Refused(503, "listening to changes", {
          given: `${pages.size} pages that listen`,
          expected: `at most ${MOST_PAGES}`,
          remedy: "Close some of the studio's tabs.",
        });
      response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
      response.flushHeaders();
      pages.add(response);
      response.once("close", () => {
        pages.delete(response);
        if (pages.size === 0) stop();
      });
      if (!watch) start();
      if (!hasLooked) return;
      const changed = [...told.values()].map((text) => JSON.parse(text) as ListedRun);
      send(response, messageText({ changed, gone: [], isWhole: true }));
    },
    hurry() {
      if (hasLooked) publish();
      watch?.hurry();
    },
    close() {
      clearInterval(alive);
      for (const page of pages) page.end();
      stop();
    },
  };
};

const messageText = (message: LiveMessage): string => `data: ${JSON.stringify(message)}\n\n`;
