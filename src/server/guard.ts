/**
 * Which requests the studio's server takes. It listens on this machine alone, but every web page that is open here can
 * send requests to it. Three checks keep those out:
 *
 * - Host must be the server's own, or a name that another site lets point here would make that site the same origin (DNS
 *   rebinding).
 * - Origin, where a browser sends it, must be the server's own, and Sec-Fetch-Site may not tell of another site.
 * - What changes something is asked for by POST, in JSON, with a token that only a page of this origin can read.
 */
import { randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { Refused } from "./refused.ts";

/** The header of a request that holds the token. */
const TOKEN_HEADER = "nsm-token";

/** Values of Sec-Fetch-Site that a page of this origin, a bookmark or a program may send. */
const OWN_SITES: readonly string[] = ["same-origin", "none"];

export interface RequestHead {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** A token that cannot be guessed. */
export const createToken = (): string => randomBytes(32).toString("base64url");

/** Throws Refused for a request that does not come from this machine's own page at `port`. */
export const requireOwnPage = ({ method, path, headers }: RequestHead, port: number): void => {
  const names = ["127.0.0.1", "localhost"];
  // Browsers leave the port of http out.
  const hosts = [...names.map((name) => `${name}:${port}`), ...(port === 80 ? names : [])];
  const host = headers.host ?? "no host";
  if (!hosts.includes(host)) refuse(`a request for ${host}`, hosts.join(" or "));
  const { origin } = headers;
  if (origin !== undefined && !hosts.some((own) => origin === `http://${own}`))
    refuse(`a request of a page of ${origin}`, "one of the studio's own page");
  const site = headers["sec-fetch-site"];
  // A link on another site may open the page, which reads nothing by itself.
  const opensPage = method === "GET" && headers["sec-fetch-mode"] === "navigate" && !path.startsWith("/api/");
  if (typeof site === "string" && !OWN_SITES.includes(site) && !opensPage)
    refuse("a request of a page of another site", "one of the studio's own page");
};

/** Throws Refused for a request that would change something, and does not have the token or is not JSON. */
export const requireToken = ({ headers }: RequestHead, token: string): void => {
  const type = headers["content-type"]?.split(";")[0]?.trim();
  if (type !== "application/json")
    throw new Refused(415, "changing runs", {
      given: `a body of type ${type ?? "none"}`,
      expected: "application/json",
      remedy: "Use the studio's page.",
    });
  const given = headers[TOKEN_HEADER];
  if (typeof given === "string" && isSame(given, token)) return;
  throw new Refused(403, "changing runs", {
    given: "a request without the token of this server",
    expected: `the token in the header ${TOKEN_HEADER}`,
    remedy: "Reload the studio's page: the server was started again.",
  });
};

/** Compares in a time that does not tell how much of the token is right. */
const isSame = (given: string, token: string): boolean => {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
};

const refuse = (given: string, expected: string): never => {
  throw new Refused(403, "the studio's server", {
    given,
    expected,
    remedy: "Open the address that `nsm studio` printed.",
  });
};
