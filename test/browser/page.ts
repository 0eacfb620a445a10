/** A page in headless Chromium that imports the built package as a user's page would: through an import map. */
import { createReadStream, existsSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { launchChromium } from "./chromium.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The file that a bundler for browsers takes for an entry of a package whose exports name one for `import`. */
const defaultBundle = (name: string, entry = "."): string => {
  const folder = `/node_modules/${name}`;
  const { exports } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
  return join(folder, exports[entry].import.default);
};

const IMPORTS = {
  "neural-sampling/web": "/dist/web.js",
  "onnxruntime-web/webgpu": defaultBundle("onnxruntime-web", "./webgpu"),
  "onnxruntime-web/wasm": defaultBundle("onnxruntime-web", "./wasm"),
  "@bufbuild/protobuf": "/node_modules/@bufbuild/protobuf/dist/esm/index.js",
  "@bufbuild/protobuf/": "/node_modules/@bufbuild/protobuf/dist/esm/",
  "@bufbuild/protobuf/codegenv2": "/node_modules/@bufbuild/protobuf/dist/esm/codegenv2/index.js",
  zod: "/node_modules/zod/index.js",
  "ml-matrix": "/ml-matrix.js",
};

const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
  ".json": "application/json",
};

const html = `<!doctype html>
<script type="importmap">${JSON.stringify({ imports: IMPORTS })}</script>
<script type="module">
  import * as web from "neural-sampling/web";
  // Internals that the tests use.
  import { fillNoise } from "/dist/random/streams.js";
  import { initialParameters } from "/dist/networks/initialize.js";
  import { parametersOf } from "/dist/networks/plan.js";
  globalThis.nsm = { ...web, fillNoise, initialParameters, parametersOf };
</script>`;

/** Contents of the page's `nsm`: the public API, and internals that the tests use. */
export type PageApi = typeof import("../../src/web.ts") &
  Pick<typeof import("../../src/random/streams.ts"), "fillNoise"> &
  Pick<typeof import("../../src/networks/initialize.ts"), "initialParameters"> &
  Pick<typeof import("../../src/networks/plan.ts"), "parametersOf">;

/** The module with the names of packages replaced as a bundler would: a worker does not see the page's import map. */
const withPaths = (module: string): string =>
  module.replace(/((?:from|import)\s*\(?\s*)"([^".][^"]*)"/g, (whole, before: string, name: string) => {
    const path = (IMPORTS as Readonly<Record<string, string>>)[name];
    return path === undefined ? whole : `${before}"${path}"`;
  });

/** The package of matrices, which is no module for browsers as it is: bundlers make one of it. */
const matrices = (): string => {
  const umd = readFileSync(join(root, "node_modules/ml-matrix/matrix.umd.js"), "utf8");
  return `const exports = {}, module = { exports };\n${umd}\nexport const { Matrix, solve } = exports;`;
};

/** Headers by which a page is cross-origin isolated, so that its threads may share memory. */
const ISOLATING = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

const serve = ({ isIsolated = false, additions = {} }: PageOptions): Promise<Server> =>
  new Promise((resolve) => {
    const server = createServer((request, response) => {
      if (isIsolated) response.setHeaders(new Map(Object.entries(ISOLATING)));
      const path = new URL(request.url!, "http://localhost").pathname;
      const file = join(root, normalize(path));
      if (path === "/") response.setHeader("content-type", "text/html").end(html);
      else if (path === IMPORTS["ml-matrix"])
        response.setHeader("content-type", "text/javascript").end(matrices());
      else if (!file.startsWith(root) || !existsSync(file)) response.writeHead(404).end();
      else if (file.startsWith(join(root, "dist")) && file.endsWith(".js"))
        response
          .setHeader("content-type", "text/javascript")
          .end(`${withPaths(readFileSync(file, "utf8"))}\n${additions[path] ?? ""}`);
      else
        createReadStream(file).pipe(response.setHeader("content-type", TYPES[extname(file)] ?? "text/plain"));
    });
    server.listen(0, "127.0.0.1", () => resolve(server));
  });

export interface TestPage {
  readonly page: Page;
  close(): Promise<void>;
}

export interface PageOptions {
  /** Whether the page is cross-origin isolated. Default false. */
  readonly isIsolated?: boolean;
  /** Flags of the browser. */
  readonly flags?: readonly string[];
  /** Code that runs at the end of a module of the package, by the module's path. */
  readonly additions?: Readonly<Record<string, string>>;
}

export const openPage = async (options: PageOptions = {}): Promise<TestPage> => {
  const server = await serve(options);
  const browser = await launchChromium(...(options.flags ?? []));
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  page.on("pageerror", (error) => console.error(`page: ${error.message}`));
  await page.waitForFunction(() => "nsm" in globalThis, undefined, { timeout: 30_000 });
  return {
    page,
    close: async () => {
      await browser.close();
      server.closeAllConnections();
      server.close();
    },
  };
};
