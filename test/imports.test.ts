/** The plan of the rooms, as the imports draw it. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import {
  circles,
  type ImportGraph,
  readImports,
  roomImports,
  roomOf,
  upwardImports,
} from "../scripts/import-graph.ts";

const source = fileURLToPath(new URL("../src", import.meta.url));
const graph = readImports(source);

describe("the sources", () => {
  it("are found, with their imports", () => {
    expect(graph.size).toBeGreaterThan(300);
    expect(graph.get("index.ts")).toContain("errors.ts");
    // Types, lazy imports and the modules of threads count too.
    expect(graph.get("storage/safetensors.ts")).toContain("errors.ts");
    expect(graph.get("report/load-report.ts")).toContain("report/write-report.ts");
    expect(graph.get("events/formats/hdf5.ts")).toContain("events/formats/hdf5-worker.ts");
  });

  it("import no file that imports them", () => {
    expect(circles(graph)).toEqual([]);
  });

  it("import from their own room and lower ones", () => {
    expect(upwardImports(graph)).toEqual([]);
  });

  const usesNode = (file: string): boolean => /"node:/.test(readFileSync(join(source, file), "utf8"));

  it("of the browser's entry use no module of Node", () => {
    const files = reachable(graph, "web.ts");
    expect(files.length).toBeGreaterThan(50);
    expect(files.filter(usesNode)).toEqual([]);
  });

  // While Vite serves a page in development it bundles none of them, and browsers read no CommonJS.
  it("of the browser's entry import no package in CommonJS", () => {
    const names = new Set(
      reachable(graph, "web.ts").flatMap((file) =>
        [
          ...readFileSync(join(source, file), "utf8").matchAll(
            /^(?:import|export)(?! type).* from "([^".][^"]*)";$/gm,
          ),
        ].map(([, name]) => name!),
      ),
    );
    expect([...names]).toContain("zod");
    expect([...names].filter(isCommonJs)).toEqual([]);
    expect(isCommonJs("ml-matrix")).toBe(true);
  });

  it.each([
    ...["training/prepare.ts", "training/recipes.ts", "training/initial-state.ts"],
    ...["training/loop.ts", "training/replicas/replica.ts"],
    ...["training/online/core.ts", "training/online/prepare.ts", "training/online/programs.ts"],
    "loading/loader.ts",
  ])("of %s use no module of Node: a browser may train", (start) => {
    const files = reachable(graph, start);
    expect(files.length).toBeGreaterThan(5);
    expect(files.filter(usesNode)).toEqual([]);
  });
});

/** Whether importing a package reads files in CommonJS, if only behind a module that wraps them. */
const isCommonJs = (name: string): boolean => {
  const file = fileURLToPath(import.meta.resolve(name));
  const isIn = (path: string): boolean =>
    !path.endsWith(".mjs") && /\b(?:module\.)?exports(?:\.\w+)? ?=/.test(readFileSync(path, "utf8"));
  const wrapped = readFileSync(file, "utf8").matchAll(/^import \* as \w+ from '(\.[^']+)';/gm);
  return isIn(file) || [...wrapped].some(([, path]) => isIn(join(dirname(file), path!)));
};

const reachable = (all: ImportGraph, start: string): readonly string[] => {
  const seen = new Set([start]);
  for (const file of seen) for (const next of all.get(file) ?? []) seen.add(next);
  return [...seen];
};

describe("the checks", () => {
  const made = (imports: Readonly<Record<string, readonly string[]>>): ImportGraph =>
    new Map(Object.entries(imports));

  it("find circles of any length", () => {
    expect(circles(made({ a: ["b"], b: ["c"], c: ["a", "d"], d: [] }))).toEqual([["a", "b", "c"]]);
    expect(circles(made({ a: ["b"], b: ["a"], c: ["d"], d: ["c", "a"] }))).toEqual([
      ["a", "b"],
      ["c", "d"],
    ]);
    expect(circles(made({ a: ["b", "c"], b: ["d"], c: ["d"], d: [] }))).toEqual([]);
  });

  it("find imports that run upward", () => {
    const up = made({ "tensor/a.ts": ["nn/b.ts"], "nn/b.ts": ["tensor/c.ts"], "tensor/c.ts": ["errors.ts"] });
    expect(upwardImports(up)).toEqual([{ from: "tensor/a.ts", to: "nn/b.ts" }]);
    expect(roomImports(up)).toEqual([
      { from: "tensor", to: "ground", count: 1 },
      { from: "tensor", to: "nn", count: 1 },
      { from: "nn", to: "tensor", count: 1 },
    ]);
  });

  it("know the room of every file, and no others", () => {
    for (const file of graph.keys()) expect(roomOf(file)).toBeTruthy();
    expect(roomOf("index.ts")).toBe("api");
    expect(roomOf("errors.ts")).toBe("ground");
    expect(() => roomOf("attic/a.ts")).toThrow("ROOMS");
  });
});
