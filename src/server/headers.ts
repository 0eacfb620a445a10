/** Headers of every answer of the studio's server. */
import type { ServerResponse } from "node:http";

/**
 * Everything comes from this server: no other host, no inline script, no frame. WebAssembly may be compiled.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self' blob:",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self' data: blob:",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": POLICY,
  // Cross-origin isolation: pages get shared memory, which threads of WebAssembly need.
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
  "cross-origin-resource-policy": "same-origin",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
};

/** Policy of a figure, which is shown as an image: its own styles, and nothing else. */
export const FIGURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

export const setHeaders = (response: ServerResponse): void => {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
};
