/** Passes that runners share: whoever ends last adds them up, to the bits of a single runner. */
import { afterEach, expect, test, vi } from "vitest";
import type { Job, Passes } from "../../src/inference/job.ts";
import { type RunnerReply, type RunnerRequest, remoteRunner } from "../../src/inference/requests.ts";
import { allocateSharedPasses, runShare, type Sharer } from "../../src/inference/shared-passes.ts";
import { accumulator } from "../../src/inference/uncertainty.ts";
import { isShared } from "../../src/threads/shared-memory.ts";
import { uniform } from "../nn/draw.ts";

const [images, passes, classes, observed] = [3, 7, 4, 5];
/** The pass at which the second of two shares starts. */
const CUT = 3;

afterEach(() => vi.unstubAllGlobals());

/** Rows that sum to 1. */
const distributions = (rows: number): Float32Array => {
  const weights = uniform("weights", rows * classes, 0.1, 1);
  const sums = Array.from({ length: rows }, (_, row) =>
    weights.subarray(row * classes, (row + 1) * classes).reduce((sum, weight) => sum + weight, 0),
  );
  return weights.map((weight, k) => weight / sums[Math.floor(k / classes)]!);
};

const all: Passes = {
  probabilities: distributions(images * passes),
  observation: uniform("observed", images * passes * observed),
};

const jobOf = (first: number, end: number): Job => ({
  pixels: new Uint8Array(images),
  keys: [0, 0, 0],
  ...{ first, end },
});

/** The passes that a job asks for. */
const passesIn = ({ first, end }: Job): Passes => {
  const rowsOf = (values: Float32Array): Float32Array => {
    const width = values.length / images / passes;
    return values.filter((_, k) => {
      const pass = Math.floor(k / width) % passes;
      return pass >= first && pass < end;
    });
  };
  return { probabilities: rowsOf(all.probabilities), observation: rowsOf(all.observation) };
};

const sharer: Sharer = {
  passesOf: async (job) => passesIn(job),
  detect: async ({ means }) => Float64Array.from({ length: images }, (_, k) => means[k * observed]!),
};

/** By a single runner. */
const expected = () => {
  const seen = accumulator(images, classes, observed);
  const rows = Uint32Array.from({ length: images * passes }, (_, row) => Math.floor(row / passes));
  seen.add(all.probabilities, rows, all.observation);
  const found = seen.result();
  return { ...found, unfamiliarity: Float64Array.from([0, 1, 2], (k) => found.means[k * observed]!) };
};

const allocate = (isDetected = true) =>
  allocateSharedPasses({ images, passes, classes, observed, isDetected }, 2);

test.each([
  ["first", [jobOf(0, CUT), jobOf(CUT, passes)]],
  ["last", [jobOf(CUT, passes), jobOf(0, CUT)]],
])("are added up once the other share is there, whether the %s passes come before it", async (_, jobs) => {
  const shared = allocate();
  expect(await runShare(sharer, jobs[0]!, shared)).toBeUndefined();
  expect(await runShare(sharer, jobs[1]!, shared)).toEqual(expected());
});

test("are no answer if a share failed", async () => {
  const shared = allocate();
  const failing: Sharer = { ...sharer, passesOf: () => Promise.reject(new Error("no passes")) };
  await expect(runShare(failing, jobOf(0, CUT), shared)).rejects.toThrow("no passes");
  expect(await runShare(sharer, jobOf(CUT, passes), shared)).toBeUndefined();
});

/** Two runners whose threads take these requests. */
const runners = async () => {
  const asked: string[] = [];
  const ask = async (request: RunnerRequest): Promise<RunnerReply> => {
    asked.push(request.type);
    if (request.type === "ready") return { passes, rowsOfJob: 1, worthwhileRows: 1 };
    if (request.type === "share") return runShare(sharer, request.job, request.shared);
    if (request.type === "passesOf") return sharer.passesOf(request.job);
    return request.type === "detect" ? sharer.detect(request.evidence) : undefined;
  };
  const thread = { ask, end: async () => {}, gone: new Promise<void>(() => {}) };
  return { asked, both: [await remoteRunner(thread), await remoteRunner(thread)] as const };
};

test("are written by the runners' threads, which answer one message each", async () => {
  const { asked, both } = await runners();
  const shared = allocate();
  const found = await Promise.all([
    both[0].share(jobOf(0, CUT), shared),
    both[1].share(jobOf(CUT, passes), shared),
  ]);
  expect(found.filter((reply) => reply !== undefined)).toEqual([expected()]);
  expect(asked).toEqual(["ready", "ready", "share", "share"]);
});

test("are written by the page where threads share no memory with it", async () => {
  vi.stubGlobal("SharedArrayBuffer", undefined);
  const { asked, both } = await runners();
  const shared = allocate();
  expect(isShared(shared.probabilities)).toBe(false);
  const found = await Promise.all([
    both[0].share(jobOf(0, CUT), shared),
    both[1].share(jobOf(CUT, passes), shared),
  ]);
  expect(found.filter((reply) => reply !== undefined)).toEqual([expected()]);
  expect(asked).toEqual(["ready", "ready", "passesOf", "passesOf", "detect"]);
  // Without a detector nothing more is asked.
  const plain = allocate(false);
  await Promise.all([both[0].share(jobOf(0, CUT), plain), both[1].share(jobOf(CUT, passes), plain)]);
  expect(asked.slice(5)).toEqual(["passesOf", "passesOf"]);
});
