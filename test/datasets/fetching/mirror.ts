import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export type Serve = (request: IncomingMessage, response: ServerResponse, nth: number) => void;

/** An HTTP server on this machine that goes away with the test; `requests` are "PATH RANGE" in order of arrival. */
export const mirror = async (serve: Serve): Promise<{ url: string; requests: string[] }> => {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.url} ${request.headers.range ?? "whole"}`);
    serve(request, response, requests.length);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/data/`, requests };
};

/** Serves the contents by name, with ranges. `most`: after so many bytes of the body it falls silent. */
export const serveFiles =
  (contents: ReadonlyMap<string, Uint8Array>, most = Number.POSITIVE_INFINITY): Serve =>
  (request, response) => {
    const body = contents.get(request.url!.replace("/data/", ""));
    if (!body) return void response.writeHead(404).end("no such file");
    const start = startOf(request);
    if (start >= body.length) return void response.writeHead(416).end();
    const rest = body.subarray(start);
    const range = { "content-range": `bytes ${start}-${body.length - 1}/${body.length}` };
    const headers = { "content-length": rest.length, ...(start > 0 ? range : {}) };
    response.writeHead(start > 0 ? 206 : 200, headers);
    if (most >= rest.length) response.end(rest);
    else response.write(rest.subarray(0, most));
  };

/** As `serveFiles`, but the connection breaks once the client has got pieces[0], pieces[1], .. bytes more. */
export const serveInPieces = (
  contents: ReadonlyMap<string, Uint8Array>,
  pieces: readonly number[],
): { readonly serve: Serve; readonly onProgress: (progress: { received: number }) => void } => {
  let end = Number.POSITIVE_INFINITY;
  let breakOff = () => {};
  return {
    serve: (request, response, nth) => {
      const piece = pieces[nth - 1] ?? Number.POSITIVE_INFINITY;
      end = startOf(request) + piece;
      breakOff = () => response.destroy();
      serveFiles(contents, piece)(request, response, nth);
    },
    onProgress: ({ received }) => {
      if (received >= end) breakOff();
    },
  };
};

const startOf = (request: IncomingMessage): number =>
  Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
