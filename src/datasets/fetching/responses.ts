/** Responses of servers to a request for a file, or for a part of it. */

/** `interrupted`: another try may succeed and resumes. `refused`: this server will not serve this file. */
export interface Failure {
  readonly kind: "interrupted" | "refused";
  readonly reason: string;
}

export const interrupted = (reason: string): Failure => ({ kind: "interrupted", reason });
export const refused = (reason: string): Failure => ({ kind: "refused", reason });

/** Identity: sizes, ranges and checksums are those of the file itself. */
export const headersFor = (offset: number): Record<string, string> => ({
  "accept-encoding": "identity",
  ...(offset > 0 ? { range: `bytes=${offset}-` } : {}),
});

/** Why the response is of no use for any request, if it is. */
export const refusalOf = ({ status, statusText, headers }: Response): Failure | undefined => {
  // Timeout, too many requests, and the server's own failures pass (RFC 9110, RFC 6585).
  if (status === 408 || status === 429 || status >= 500) return interrupted(`HTTP ${status} ${statusText}`);
  if (status !== 200 && status !== 206) return refused(`HTTP ${status} ${statusText}`);
  const encoding = headers.get("content-encoding") ?? "identity";
  return encoding === "identity"
    ? undefined
    : refused(`content encoding ${encoding}, which was not requested`);
};

/** Offset in the file of the response's body, or why it is of no use. A server may ignore the range requested. */
export const startOf = (response: Response, offset: number, bytes: number): number | Failure => {
  const refusal = refusalOf(response);
  if (refusal) return refusal;
  const { status, headers } = response;
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get("content-range") ?? "");
  if (status === 206 && !(range && Number(range[1]) <= offset))
    return refused("another range than requested");
  const total = status === 206 ? range![2]! : (headers.get("content-length") ?? "*");
  if (total !== "*" && Number(total) !== bytes) return refused(`a file of ${total} bytes`);
  return status === 206 ? Number(range![1]) : 0;
};
