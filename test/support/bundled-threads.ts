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
/** Place from which Node finds the native packages, which are not bundled. */
const cache = fileURLToPath(new URL("../../node_modules/.cache", import.meta.url));

/** Keeps for each module the address that it has in src/: there it finds packages, files and further threads. */
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

const bundle = async (outdir: string): Promise<void> => {
  await build({
    entryPoints: ["-thread", "hdf5-worker", "zstd-worker"].map((name) => `${source}/**/*${name}.ts`),
    outbase: source,
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    // Some packages are CommonJS.
    banner: {
      js: 'import * as nodeModule from "node:module"; globalThis.require = nodeModule.createRequire(import.meta.url);',
    },
    // Errors say the names of their classes.
    keepNames: true,
    plugins: [keptPlaces],
    external: ["onnxruntime-node", "webgpu", "koffi"],
    logLevel: "warning",
  });
};

export default async (project: TestProject): Promise<() => Promise<void>> => {
  await mkdir(cache, { recursive: true });
  const outdir = await mkdtemp(join(cache, "threads-"));
  await bundle(outdir);
  project.provide("threads", outdir);
  project.onTestsRerun(() => bundle(outdir));
  return () => rm(outdir, { recursive: true, force: true });
};
