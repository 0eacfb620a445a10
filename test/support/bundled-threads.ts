/**
 * The modules of worker threads, each in one file: a thread of a test starts in a fifth of the time that its sources
 * take to load one by one. Setup before all tests.
 */
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** Folder of the bundles, each at the place of its module in src/. */
    readonly threads: string;
  }
}

const source = fileURLToPath(new URL("../../src", import.meta.url));
/** From here native packages are found, which are not bundled. */
const cache = fileURLToPath(new URL("../../node_modules/.cache", import.meta.url));

/** Modules go on to look for packages, files and further threads from where they are in src/. */
const keptPlaces: Plugin = {
  name: "kept places",
  setup: ({ onLoad }) =>
    onLoad({ filter: /[/\\]src[/\\].*\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replaceAll(
        "import.meta.url",
        JSON.stringify(pathToFileURL(path).href),
      ),
      loader: "ts",
    })),
};

export default async ({ provide }: TestProject): Promise<() => Promise<void>> => {
  await mkdir(cache, { recursive: true });
  const outdir = await mkdtemp(join(cache, "threads-"));
  await build({
    entryPoints: ["-thread", "hdf5-worker", "zstd-worker"].map((name) => `${source}/**/*${name}.ts`),
    outbase: source,
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    // Some packages are CommonJS, and errors are told by the names of their classes.
    banner: {
      js: 'import * as nodeModule from "node:module"; globalThis.require = nodeModule.createRequire(import.meta.url);',
    },
    keepNames: true,
    plugins: [keptPlaces],
    external: ["onnxruntime-node", "webgpu", "koffi"],
    logLevel: "warning",
  });
  provide("threads", outdir);
  return () => rm(outdir, { recursive: true });
};
