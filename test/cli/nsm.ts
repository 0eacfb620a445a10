/** Runs the built command line as a process of its own, in folders that go away. */
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished } from "vitest";
import { mnist, mnistFiles } from "../../src/datasets/mnist.ts";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const launcher = join(root, "bin", "nsm.js");

if (!existsSync(join(root, "bundle", "cli", "main.js")))
  throw new Error("the command line is not built: run `npm run build` before its tests");

export interface Outcome {
  /** Exit status, or the signal that ended the process. */
  readonly status: number | NodeJS.Signals;
  readonly stdout: string;
  readonly stderr: string;
}

/** A started process, whose end and output can be waited for. */
export interface Started {
  readonly process: ChildProcess;
  readonly outcome: Promise<Outcome>;
  /** Resolves once standard error holds `text`; rejects if the process ends before. */
  readonly says: (text: string | RegExp) => Promise<void>;
}

const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** Starts a command; a test that ends before it leaves no process behind. */
export const start = (command: string, args: readonly string[], options: SpawnOptions = {}): Started => {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
  running.add(child);
  child.once("exit", () => running.delete(child));
  const output = { stdout: "", stderr: "" };
  const waiting = new Set<() => void>();
  for (const name of ["stdout", "stderr"] as const)
    child[name]?.setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
      for (const check of waiting) check();
    });
  const outcome = new Promise<Outcome>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      resolve({ status: code ?? signal!, ...output });
      for (const check of waiting) check();
    });
  });
  const says = (text: string | RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        const isFound = typeof text === "string" ? output.stderr.includes(text) : text.test(output.stderr);
        if (isFound) resolve();
        else if (child.exitCode !== null || child.signalCode !== null)
          reject(new Error(`ended without saying ${text}: ${output.stderr}`));
        else return;
        waiting.delete(check);
      };
      waiting.add(check);
      check();
    });
  return { process: child, outcome, says };
};

/** Starts `nsm` with these arguments. */
export const startNsm = (args: readonly string[], options: SpawnOptions = {}): Started =>
  start(process.execPath, [launcher, ...args], options);

/** Runs `nsm` to its end. */
export const nsm = (args: readonly string[], options: SpawnOptions = {}): Promise<Outcome> =>
  startNsm(args, options).outcome;

/** A parsed document, whose fields the tests look at. */
// biome-ignore lint/suspicious/noExplicitAny: what it holds is what is tested
export type Json = any;

/** The one document on standard output of a command that must succeed. */
export const nsmJson = async (args: readonly string[], options: SpawnOptions = {}): Promise<Json> => {
  const { status, stdout, stderr } = await nsm([...args, "--json"], options);
  if (status !== 0) throw new Error(`nsm ${args.join(" ")} ended with ${status}: ${stderr}`);
  return JSON.parse(stdout);
};

/** What a command says on standard error that must fail, with one document of the same message on standard output. */
export const refused = async (args: readonly string[], status: number): Promise<string> => {
  const outcome = await nsm([...args, "--json"]);
  expect(outcome.status).toBe(status);
  expectFailure(outcome);
  expect(outcome.stderr).toContain("nsm: ");
  expectNoStack(outcome);
  return outcome.stderr;
};

/** The standard output of a command that failed under --json: one document with the error, which standard error says too. */
export const expectFailure = ({ stdout, stderr }: Outcome): void => {
  const { error, ...rest } = JSON.parse(stdout);
  expect(rest).toEqual({});
  const text = expect.any(String);
  expect(error).toMatchObject({ kind: text, message: text, given: text, expected: text, remedy: text });
  expect(stderr).toContain(error.message.split("\n")[0]);
};

export const expectNoStack = ({ stderr }: Outcome): void => expect(stderr).not.toMatch(/^ +at .*[:(]\d+/m);

/** Every file below a folder with its contents, but the wall times of runs: no two trainings take the same. */
export const contentsOf = async (place: string): Promise<Record<string, string>> => {
  const entries = await readdir(place, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && entry.name !== "times.jsonl")
    .map((entry) => join(entry.parentPath, entry.name));
  const read = files.sort().map(async (file) => [file.slice(place.length), await readFile(file, "base64")]);
  return Object.fromEntries(await Promise.all(read));
};

/** An empty folder; whoever made it removes it. */
export const makeFolder = (): Promise<string> => mkdtemp(join(tmpdir(), "nsm-cli-"));

export const removeFolder = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });

/** An empty folder that goes away with the test. */
export const emptyFolder = async (): Promise<string> => {
  const folder = await makeFolder();
  onTestFinished(() => removeFolder(folder));
  return folder;
};

/** The file of a network that trains in no time. */
export const writeNetwork = async (folder: string, units = 8): Promise<string> => {
  const file = join(folder, "net.json");
  const layers = [{ type: "dense", units }];
  await writeFile(
    file,
    JSON.stringify({ name: "tiny", encoding: "sign", input: [1, 28, 28], classes: 10, layers }),
  );
  return file;
};

/** IDX files of the first embedded digits, in `folder`. */
export const writeDigits = async (folder: string, training: number, test: number): Promise<string> => {
  const { train, test: scored } = await mnist();
  await mkdir(folder, { recursive: true });
  const files = [
    idx(train.images.subarray(0, training * 784), [training, 28, 28]),
    idx(Uint8Array.from(train.labels.subarray(0, training)), [training]),
    idx(scored.images.subarray(0, test * 784), [test, 28, 28]),
    idx(Uint8Array.from(scored.labels.subarray(0, test)), [test]),
  ];
  for (const [k, bytes] of files.entries()) await writeFile(join(folder, mnistFiles[k]!), bytes);
  return folder;
};

/** An IDX file of unsigned bytes: two zeros, the type 8, the rank, each dimension as a big-endian u32, the data. */
const idx = (data: Uint8Array, dims: readonly number[]): Uint8Array => {
  const header = Buffer.alloc(4 + 4 * dims.length);
  header.set([0, 0, 8, dims.length]);
  for (const [k, dim] of dims.entries()) header.writeUInt32BE(dim, 4 + 4 * k);
  return Buffer.concat([header, data]);
};
