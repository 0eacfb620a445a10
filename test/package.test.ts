/** What `npm pack` puts into the package, and what package.json says of it. */
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { packageVersion } from "../src/version.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The fields of package.json that are tested. */
interface Manifest {
  readonly version: string;
  readonly engines: { readonly node: string };
  readonly bin: Record<string, string>;
  readonly exports: Record<string, string | Record<string, string>>;
  readonly dependencies: Record<string, string>;
  readonly optionalDependencies: Record<string, string>;
}

let manifest: Manifest;
let packed: string[];

beforeAll(async () => {
  manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  // The tests run on a build; npm would make another one.
  const pack = ["pack", "--dry-run", "--json", "--ignore-scripts"];
  const { stdout } = await promisify(execFile)("npm", pack, { cwd: root });
  packed = JSON.parse(stdout)[0].files.map(({ path }: { path: string }) => path);
});

test("the version is that of package.json", () => {
  expect(packageVersion).toBe(manifest.version);
});

test("the package holds the program, the library, the data, the schema and the licences", () => {
  expect(packed).toEqual(
    expect.arrayContaining([
      ...["package.json", "README.md", "LICENSE", "THIRD-PARTY-NOTICES"],
      ...[
        "bin/nsm.js",
        "bundle/cli/main.js",
        "bundle/index.js",
        "bundle/LICENSES",
        "dist/runtime/engine-thread.js",
      ],
      ...["dist/loading/loader-thread.js", "dist/training/replicas/replica-thread.js"],
      ...["dist/files/compression/zstd-worker.js", "dist/events/formats/hdf5-worker.js"],
      ...["dist/index.js", "dist/index.d.ts", "dist/web.js", "dist/web.d.ts"],
      "schema/network.schema.json",
      "schema/device.schema.json",
      ...["nsm.c", "nsm.h", "demo.c", "test.c", "Makefile", "README.md"].map((name) => `c/${name}`),
      "data/mnist-subset/README.md",
      ...["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"].map(
        (name) => `data/mnist-subset/${name}-ubyte.gz`,
      ),
    ]),
  );
});

test("the package holds every file that package.json names", () => {
  const targets = [manifest.bin, ...Object.values(manifest.exports)].flatMap((target) =>
    typeof target === "string" ? [target] : Object.values(target),
  );
  expect(packed).toEqual(expect.arrayContaining(targets.map((target) => target.replace(/^\.\//, ""))));
});

test("the package holds the pages of docs/ that its README names, without pictures and results", async () => {
  const readme = await readFile(join(root, "README.md"), "utf8");
  const pages = [...readme.matchAll(/\bdocs\/[\w-]+\.md\b/g)].map(([page]) => page);
  expect(pages.length).toBeGreaterThan(10);
  expect(packed).toEqual(expect.arrayContaining(pages));
});

test("the package holds nothing else: no sources, no source maps, no tests", () => {
  const others = packed.filter(
    (path) =>
      !/^(package\.json|README\.md|LICENSE|THIRD-PARTY-NOTICES|bin\/nsm\.js|schema\/(network|device)\.schema\.json)$/.test(
        path,
      ) &&
      !/^(c\/|docs\/[\w-]+\.md$|data\/mnist-subset\/|studio\/dist\/|bundle\/(.*\.js|LICENSES)$|dist\/(.*\.(js|d\.ts)|web\.jsx)$)/.test(
        path,
      ),
  );
  expect(others).toEqual([]);
});

test("every module that one of the package imports is in it", async () => {
  const missing: string[] = [];
  for (const path of packed.filter((name) => name.startsWith("dist/") && name.endsWith(".js"))) {
    const text = await readFile(join(root, path), "utf8");
    for (const [, target] of text.matchAll(/(?:\bfrom |^import |\bimport\()"(\.[^"]+)"/gm)) {
      const imported = join(dirname(path), target!);
      if (!packed.includes(imported)) missing.push(`${path}: ${imported}`);
    }
  }
  expect(missing).toEqual([]);
});

test("every package that the sources import, for types alone too, is a dependency", async () => {
  const files = (await readdir(join(root, "src"), { recursive: true })).filter((name) =>
    name.endsWith(".ts"),
  );
  const imported = new Set<string>();
  for (const file of files) {
    const text = await readFile(join(root, "src", file), "utf8");
    for (const [, name] of text.matchAll(/(?:\bfrom|^import|\bimport\() ?"((?:@[\w-]+\/)?[\w-]+)[^"]*"/gm))
      imported.add(name!);
  }
  // Node's own, and what runs the sources unbuilt.
  for (const other of ["node", "tsx"]) imported.delete(other);
  const { dependencies, optionalDependencies } = manifest;
  const declared = { ...dependencies, ...optionalDependencies };
  expect(Object.keys(declared)).toEqual(expect.arrayContaining([...imported]));
  expect(imported).toContain("onnxruntime-common");
  // The engine's types are those of the engine that is installed.
  for (const part of ["node", "web"])
    expect(declared[`onnxruntime-${part}`]).toBe(declared["onnxruntime-common"]);
});

test("native packages, and large ones that a web page does not need, are optional", () => {
  expect(Object.keys(manifest.optionalDependencies).sort()).toEqual([
    "@observablehq/plot",
    "h5wasm",
    "koffi",
    "linkedom",
    "onnxruntime-node",
  ]);
});

test("an older release of Node gets one line, from the program and from the library", async () => {
  const pretend = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "18.20.8" } })`;
  const old = ["--import", `data:text/javascript,${encodeURIComponent(pretend)}`];
  const run = async (...args: string[]): Promise<{ stderr: string; code: number }> =>
    promisify(execFile)(process.execPath, [...old, ...args], { cwd: root }).then(
      ({ stderr }) => ({ stderr, code: 0 }),
      (cause) => cause,
    );
  const program = await run("bin/nsm.js", "--version");
  expect(program.code).toBe(1);
  expect(program.stderr).toBe("nsm: Node 18.20.8 is too old: install 20.12 or later\n");
  const library = await run("--input-type=module", "-e", `await import("neural-sampling")`);
  expect(library.code).not.toBe(0);
  expect(library.stderr).toMatch(/Error: neural-sampling: got Node 18\.20\.8; expected 20\.12 or later\. /);
  expect(manifest.engines.node).toBe(">=20.12");
});
