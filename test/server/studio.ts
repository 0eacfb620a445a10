/** A server of the studio on a folder of runs that goes away, with a page of one file. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStudio } from "../../src/server/studio.ts";
import { type Json, launcher } from "../cli/nsm.ts";

export interface TestStudio {
  readonly url: string;
  readonly port: number;
  /** The folder of runs. */
  readonly runs: string;
  /** The folder of the page. */
  readonly page: string;
  /** The folder that holds that folder. */
  readonly around: string;
  readonly token: string;
  get(path: string, headers?: Record<string, string>): Promise<Reply>;
  /** With the token, unless `headers` has another. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Reply>;
  /** Ends the server, and leaves its folder. */
  end(): Promise<void>;
  /** Ends the server and removes its folder. */
  close(): Promise<void>;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly json: Json;
}

/** A request whose path and headers are sent as they are: `fetch` corrects both. */
const ask = (
  port: number,
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: string,
): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        resolve({
          status: response.statusCode!,
          headers: response.headers,
          text,
          get json() {
            return JSON.parse(text);
          },
        });
      });
      response.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });

/** `page`: folder of the page; default one with a file. */
export const startStudio = async (built?: string): Promise<TestStudio> => {
  const around = await mkdtemp(join(tmpdir(), "nsm-studio-"));
  const [runs, page] = [join(around, "runs"), join(around, "page")];
  for (const folder of [runs, page]) await mkdir(folder);
  await writeFile(join(page, "index.html"), "<!doctype html><html><head><title>studio</title></head></html>");
  await writeFile(join(around, "secret.txt"), "secret");
  const studio = await openStudio({
    ...{ folder: runs, page: built ?? page, port: 0 },
    command: [process.execPath, launcher],
  });
  const port = Number(new URL(studio.url).port);
  const get = (path: string, headers: Record<string, string> = {}): Promise<Reply> =>
    ask(port, "GET", path, headers);
  const { token } = (await get("/api/studio")).json;
  return {
    ...{ url: studio.url, port, runs, page: built ?? page, around, token, get },
    post: (path, body, headers = {}) =>
      ask(
        port,
        "POST",
        path,
        { "content-type": "application/json", "nsm-token": token, ...headers },
        typeof body === "string" ? body : JSON.stringify(body),
      ),
    end: () => studio.close(),
    async close() {
      await studio.close().catch(() => {});
      await rm(around, { recursive: true, force: true });
    },
  };
};

/** The path of the API for a run. */
export const pathOf = (name: string, rest = ""): string => `/api/runs/${encodeURIComponent(name)}${rest}`;

/** Resolves with the first value of `look` that `isMet`. */
export const until = async <T>(look: () => Promise<T> | T, isMet: (value: T) => boolean): Promise<T> => {
  for (;;) {
    const value = await look();
    if (isMet(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};
