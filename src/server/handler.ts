/** Answers the requests to the studio's server: checks them, then finds a route of the API or a file of the page. */
import { readFile } from "node:fs/promises";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { join } from "node:path";
import sirv from "sirv";
import { NsmError, StorageError } from "../errors.ts";
import { onDisk, parseJson } from "../storage/files.ts";
import { packageVersion } from "../version.ts";
import type { Answer, Route } from "./api.ts";
import { type RequestHead, requireOwnPage, requireToken } from "./guard.ts";
import { FIGURE_POLICY, setHeaders } from "./headers.ts";
import { notFound, Refused } from "./refused.ts";
import { reportOf } from "./report-of.ts";

export interface HandlerOptions {
  readonly routes: readonly Route[];
  readonly token: string;
  /** The folder of the built page. */
  readonly page: string;
  /** The port that the server listens on. */
  readonly port: () => number;
}

/** Bytes of the largest body. */
const LARGEST_BODY = 1 << 16;

export const createHandler = ({ routes, token, page, port }: HandlerOptions): RequestListener => {
  // Looks for a file at each request: a page that was built again has others.
  const sendPage = sirv(page, { etag: true, dev: true });
  const answerApi = async (request: IncomingMessage, response: ServerResponse, url: URL): Promise<Answer> => {
    const segments = url.pathname.slice("/api/".length).split("/").map(decoded);
    const found = routes.filter(({ path }) => matches(path, segments));
    if (found.length === 0) notFound("the studio's server", url.pathname.slice(0, 200), "a path of its API");
    const method = request.method === "HEAD" ? "GET" : request.method;
    const route = found.find((each) => each.method === method);
    if (!route)
      return refuseMethod(
        response,
        found.map((each) => each.method),
      );
    if (method === "POST") requireToken(headOf(request), token);
    const body = method === "POST" ? await readBody(request) : undefined;
    const parts = segments.filter((_, k) => route.path[k] === "*");
    return route.handle({ parts, query: url.searchParams, body, response });
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    setHeaders(response);
    try {
      requireOwnPage(headOf(request), port());
      const url = urlOf(request);
      if (url.pathname.startsWith("/api/")) send(response, await answerApi(request, response, url));
      else if (request.method !== "GET" && request.method !== "HEAD") refuseMethod(response, ["GET"]);
      else if (["/", "/index.html"].includes(url.pathname)) send(response, await markedPage(page));
      else if (/(^|\/)(\.|%2e)/i.test(url.pathname))
        notFound("the studio's server", url.pathname.slice(0, 200), "a file of the page");
      else sendPage(request, response);
    } catch (error) {
      sendFailure(response, error);
    }
  };
  return (request, response) => void answer(request, response);
};

/** The page, with a mark by which it knows that this server, and no static host, sent it. */
const markedPage = async (folder: string): Promise<Answer> => {
  const file = join(folder, "index.html");
  const text = await onDisk(`reading ${file}`, () => readFile(file, "utf8"));
  return {
    type: "text/html; charset=utf-8",
    text: text.replace("<head>", `<head>\n    <meta name="nsm-server" content="${packageVersion}" />`),
  };
};

const headOf = ({ method = "", url = "", headers }: IncomingMessage): RequestHead => ({
  ...{ method, path: url, headers },
});

/** Throws Refused for a target that is no path. */
const urlOf = ({ url = "" }: IncomingMessage): URL => {
  // Put together: as a relative address, //x would be another host.
  if (url.startsWith("/") && URL.canParse(`http://studio${url}`)) return new URL(`http://studio${url}`);
  throw new Refused(400, "the studio's server", {
    given: `the target ${JSON.stringify(url.slice(0, 100))}`,
    expected: "a path",
    remedy: "Open the address that `nsm studio` printed.",
  });
};

const decoded = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return notFound("the studio's server", `the path ${segment.slice(0, 100)}`, "a path of its API");
  }
};

const matches = (path: readonly string[], segments: readonly string[]): boolean =>
  path.length === segments.length && path.every((part, k) => part === "*" || part === segments[k]);

const refuseMethod = (response: ServerResponse, allowed: readonly string[]): never => {
  response.setHeader("allow", allowed.join(", "));
  throw new Refused(405, "the studio's server", {
    given: "another method",
    expected: allowed.join(" or "),
    remedy: "Use the studio's page.",
  });
};

const readBody = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > LARGEST_BODY) return refuseBody(413, `more than ${LARGEST_BODY} bytes`);
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString("utf8");
  return parseJson(text) ?? refuseBody(400, "no JSON document");
};

const refuseBody = (status: number, given: string): never => {
  throw new Refused(status, "the body of a request", {
    given,
    expected: `a JSON document of at most ${LARGEST_BODY} bytes`,
    remedy: "Use the studio's page.",
  });
};

const send = (response: ServerResponse, answer: Answer): void => {
  if (!answer) return;
  const isText = "text" in answer;
  if (isText && answer.type === "image/svg+xml") response.setHeader("content-security-policy", FIGURE_POLICY);
  const status = isText ? 200 : (answer.status ?? 200);
  response.writeHead(status, {
    "content-type": isText ? answer.type : "application/json",
    "cache-control": "no-store",
  });
  response.end(isText ? answer.text : JSON.stringify(answer.document));
};

/** Status of a failure: of a file that is not there 404, of what the user gave 400. */
const statusOf = (error: unknown): number => {
  if (error instanceof Refused) return error.status;
  if (error instanceof StorageError) return 404;
  return error instanceof NsmError ? 400 : 500;
};

const sendFailure = (response: ServerResponse, error: unknown): void => {
  if (response.headersSent) return void response.destroy();
  send(response, { status: statusOf(error), document: { error: reportOf(error) } });
};
