/** ONNX Runtime neither writes nor sends anything about its use: files are watched, and system calls where strace is. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const child = fileURLToPath(new URL("./telemetry-child.ts", import.meta.url));
const threads = fileURLToPath(new URL("./telemetry-threads-child.ts", import.meta.url));
const hasStrace = spawnSync("strace", ["-V"]).status === 0;

/** Files below the folder. */
const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));

/** The system calls that open an address on a network, look a name up, or make a file outside the system's own. */
const suspicious = (line: string): boolean =>
  /connect\(.*AF_INET/.test(line) ||
  /sendto\(.*:53\b/.test(line) ||
  (/O_CREAT/.test(line) && /onnxruntime|Microsoft|mat-debug|\.ses|memory:/.test(line));

test("by training, sampling and on the npm package's path", () => {
  const folder = mkdtempSync(join(tmpdir(), "telemetry-"));
  const [home, cache, work] = ["home", "cache", "work"].map((name) => {
    mkdirSync(join(folder, name));
    return join(folder, name);
  });
  const { CI: _ci, ORT_DISABLE_TELEMETRY: _off, ...environment } = process.env;
  const trace = join(folder, "trace");
  const node = [process.execPath, "--import", import.meta.resolve("tsx"), child];
  const [command, ...flags] = hasStrace
    ? ["strace", "-f", "-qq", "-e", "trace=connect,sendto,openat,open,creat,mkdir", "-o", trace, ...node]
    : node;
  const { status, stdout, stderr } = spawnSync(command!, flags, {
    cwd: work,
    encoding: "utf8",
    env: { ...environment, HOME: home, XDG_CACHE_HOME: cache, TMPDIR: work, TSX_DISABLE_CACHE: "1" },
  });
  expect(status, stderr).toBe(0);
  expect(JSON.parse(stdout)).toEqual({ before: null, after: null });
  const written = [home!, cache!, work!].flatMap(filesIn);
  expect(written.filter((file) => !file.includes("tsx-"))).toEqual([]);
  if (hasStrace) expect(readFileSync(trace, "utf8").split("\n").filter(suspicious)).toEqual([]);
  rmSync(folder, { recursive: true });
});

test.each([undefined, "0"])(
  "the variable is restored after threads load the library at once: %s",
  (value) => {
    const { ORT_DISABLE_TELEMETRY: _off, ...environment } = process.env;
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["--import", import.meta.resolve("tsx"), threads],
      {
        encoding: "utf8",
        env: { ...environment, ...(value !== undefined && { ORT_DISABLE_TELEMETRY: value }) },
      },
    );
    expect(status, stderr).toBe(0);
    const before = value ?? null;
    expect(JSON.parse(stdout)).toEqual({ before, after: before, environments: 1 });
  },
);
