/**
 * Bundles the command line, the library for Node and their worker threads into bundle/, beside dist/: a command loads some
 * seventy files where dist and the packages have seven hundred, and starts in half the time. Needs a compiled dist.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");
const bundle = join(root, "bundle");

const { optionalDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** Packages that load files of their own, that only the studio needs, or that an installation may lack. */
const EXTERNAL = [
  ...["onnxruntime-common", "onnxruntime-web", "webgpu", "open", "sirv"],
  ...Object.keys(optionalDependencies),
];

/** Modules that one of dist starts as a thread of Node: by `startWorker`, and by what calls it with its own `file`. */
const threads = readdirSync(dist, { recursive: true })
  .filter((name) => name.endsWith(".js"))
  .flatMap((name) => {
    const text = readFileSync(join(dist, name), "utf8");
    const started = text.matchAll(
      /\b(?:startWorker|sandboxed|threadPool)\(\s*"([^"]+)",\s*import\.meta\.url/g,
    );
    return [...started].map(([, file]) => join(dist, dirname(name), file));
  });

/**
 * A module finds data and threads from the place that it has in dist. Behind its bundling that is the same place in
 * bundle/, as seen from the file that it has come into; the place stands as a mark until that file is known.
 */
const markPlaces = {
  name: "mark places",
  setup: ({ onLoad }) =>
    onLoad({ filter: /[/\\]dist[/\\].*\.js$/, namespace: "file" }, ({ path }) => {
      if (!path.startsWith(dist)) return undefined;
      const mark = JSON.stringify(`place in the bundle: ${relative(dist, path)}`);
      return { contents: readFileSync(path, "utf8").replaceAll("import.meta.url", mark) };
    }),
};

const withPlaces = ({ path, text }) =>
  text.replace(/"place in the bundle: ([^"]+)"/g, (_, place) => {
    const seen = relative(dirname(path), join(bundle, place)).replaceAll(sep, "/");
    return `new URL(${JSON.stringify(seen)}, import.meta.url).href`;
  });

/** The packages of a build's files, each by its folder. */
const packagesOf = (inputs) =>
  new Set(inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []));

/** Name, version and licence of each package: they ask for it where they are copied. */
const noticesOf = (folders) =>
  [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
    const file = readdirSync(join(root, folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file
      ? readFileSync(join(root, folder, file), "utf8").trim()
      : `${license}; see THIRD-PARTY-NOTICES beside this folder.`;
    return `${name} ${version}\n\n${text}\n`;
  });

const { outputFiles, metafile } = await build({
  absWorkingDir: root,
  entryPoints: [join(dist, "cli", "main.js"), join(dist, "index.js"), ...threads],
  ...{ outbase: dist, outdir: bundle, chunkNames: "chunks/[name]-[hash]" },
  ...{ bundle: true, splitting: true, write: false, metafile: true },
  ...{ platform: "node", target: "node20.12", format: "esm" },
  // Errors say the names of their classes.
  keepNames: true,
  // Some packages are CommonJS.
  banner: {
    js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);',
  },
  external: EXTERNAL,
  plugins: [markPlaces],
  logLevel: "warning",
});

const files = new Map(outputFiles.map((file) => [file.path, withPlaces(file)]));
const notices = noticesOf(packagesOf(Object.keys(metafile.inputs)));
files.set(join(bundle, "LICENSES"), notices.join(`\n${"-".repeat(80)}\n\n`));

// Chunks before the files that import them: a program may start now.
const isChunk = (path) => path.startsWith(join(bundle, "chunks"));
for (const [path, text] of [...files].sort(([a], [b]) => isChunk(b) - isChunk(a))) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** A program of the last bundle may be running still, and load more of its files. */
const KEPT_MS = 24 * 3600 * 1000;

for (const entry of readdirSync(bundle, { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name);
  if (entry.isFile() && !files.has(path) && Date.now() - statSync(path).mtimeMs > KEPT_MS) rmSync(path);
}
