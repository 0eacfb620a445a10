/** The server of the studio: its page, and the runs of a folder. Node only. */
import { readdir } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ConfigError, StorageError, UsageError } from "../errors.ts";
import { isThere, onDisk } from "../storage/files.ts";
import { openApi } from "./api.ts";
import { createToken } from "./guard.ts";
import { createHandler } from "./handler.ts";

/** Port of the studio, and how many ports after it are tried where it is taken. */
export const STUDIO_PORT = 7410;
const TRIED = 10;

/** The address that the server listens on: that of this machine alone. */
const ADDRESS = "127.0.0.1";

/** Folder of the built page. Its relative path is the same from src/, dist/ and bundle/. */
const builtPage = fileURLToPath(new URL("../../studio/dist", import.meta.url));

export interface StudioOptions {
  /** Folder of the runs. */
  readonly folder: string;
  /** Port, 0 for any that is free; default `STUDIO_PORT`, or the next one that is free. */
  readonly port?: number;
  /** Program and first arguments by which `nsm` is run. */
  readonly command: readonly [string, ...string[]];
  /** Folder of the built page. */
  readonly page?: string;
}

export interface Studio {
  /** The address of the page. */
  readonly url: string;
  readonly folder: string;
  /** Stops the trainings that were started here, with checkpoints, and ends the server. */
  close(): Promise<void>;
}

/**
 * Starts the server. Throws StorageError where the page is not built, UsageError for a port that is taken or that this
 * user may not listen on, ConfigError where none of the default ports is free.
 */
export const openStudio = async ({
  folder,
  port,
  command,
  page = builtPage,
}: StudioOptions): Promise<Studio> => {
  if (!(await isThere(join(page, "index.html"))))
    throw new StorageError("opening the studio", {
      given: `no page in ${page}`,
      expected: "the built page",
      remedy: "Build it: npm run build:studio.",
    });
  const place = resolve(folder);
  const token = createToken();
  const api = openApi({ folder: place, token, command });
  const portOf = (): number => (server.address() as AddressInfo).port;
  const server = createServer(createHandler({ routes: api.routes, token, page, port: portOf }));
  try {
    if (port === undefined) await listenSomewhere(server);
    else await listenAt(server, port);
  } catch (cause) {
    await api.close();
    throw cause;
  }
  return {
    url: `http://${ADDRESS}:${portOf()}/`,
    folder: place,
    async close() {
      await api.close();
      await new Promise((ended) => {
        server.close(ended);
        server.closeAllConnections();
      });
    },
  };
};

/**
 * Throws StorageError unless `folder` is a folder, and UsageError for the folder of a run, which is one of those that the
 * studio shows.
 */
export const requireRunsFolder = async (folder: string): Promise<void> => {
  const names = await onDisk(`opening the studio on ${folder}`, () => readdir(folder), {
    expected: "a folder of runs",
    remedy: "Check the path, or make the folder.",
  });
  if (!names.includes("run.json")) return;
  throw new UsageError("opening the studio", {
    given: `${folder}, a run`,
    expected: "the folder that runs are in",
    remedy: `Open ${resolve(folder, "..")}.`,
  });
};

const listen = (server: Server, port: number): Promise<NodeJS.ErrnoException | undefined> =>
  new Promise((done) => {
    server.once("error", done);
    server.listen(port, ADDRESS, () => {
      server.off("error", done);
      done(undefined);
    });
  });

const listenAt = async (server: Server, port: number): Promise<void> => {
  const failure = await listen(server, port);
  if (!failure) return;
  const why = failure.code === "EADDRINUSE" ? "which another program uses" : `where ${failure.message}`;
  throw new UsageError(
    "opening the studio",
    {
      given: `--port ${port}, ${why}`,
      expected: "a port that is free",
      remedy: "Give another one, or leave --port out.",
    },
    failure,
  );
};

const listenSomewhere = async (server: Server): Promise<void> => {
  for (let k = 0; k < TRIED; k++) if (!(await listen(server, STUDIO_PORT + k))) return;
  throw new ConfigError("opening the studio", {
    given: `no free port from ${STUDIO_PORT} to ${STUDIO_PORT + TRIED - 1}`,
    expected: "one that is free",
    remedy: "Give another one with --port.",
  });
};
