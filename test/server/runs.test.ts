/** Runs through the server: lists, live changes, assessments, and trainings that are started, stopped and resumed. */
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Findings } from "../../src/experiments/findings/findings.ts";
import { type Json, nsmJson } from "../cli/nsm.ts";
import { smallNetwork } from "../cli/small-network.ts";
import { pathOf, startStudio, type TestStudio, until } from "./studio.ts";

let studio: TestStudio;
let small: readonly string[];
beforeAll(async () => {
  studio = await startStudio();
  small = [...(await smallNetwork(studio.around)), "--samples", "2"];
  await nsmJson(["train", ...small, "--epochs", "2", "--out", join(studio.runs, "a")]);
});
afterAll(() => studio.close());

const listed = async (name: string): Promise<Json> =>
  (await studio.get("/api/runs")).json.runs.find((run: Json) => run.name === name);

describe("the list", () => {
  test("has a run's network, settings, progress and last metrics", async () => {
    const run = await listed("a");
    expect(run).toMatchObject({
      ...{ status: "finished", network: "small", noise: "bernoulli0.5", epochs: 2, epochsDone: 2 },
      evaluation: { samples: 2, step: 12 },
    });
    const lines = (await readFile(join(studio.runs, "a", "metrics.jsonl"), "utf8")).trim().split("\n");
    const { seconds, ...last } = run.last;
    expect(last).toEqual(JSON.parse(lines.at(-1)!));
    expect(seconds).toBeGreaterThan(0);
  });

  test("finds runs in folders, and has those that are damaged with their errors", async () => {
    await mkdir(join(studio.runs, "group"));
    for (const name of ["group/b", "broken", "cut"])
      await cp(join(studio.runs, "a"), join(studio.runs, name), { recursive: true });
    await writeFile(join(studio.runs, "broken", "run.json"), "{");
    await writeFile(join(studio.runs, "cut", "metrics.jsonl"), '{"epoch": 1, "lo');
    const { runs, isCut } = (await studio.get("/api/runs")).json;
    expect(isCut).toBe(false);
    expect(runs.map((run: Json) => [run.name, run.status])).toEqual([
      ["a", "finished"],
      ["broken", "damaged"],
      ["cut", "stopped"],
      ["group/b", "finished"],
    ]);
    expect(runs[1].error).toContain("no whole JSON document");
    const { json } = await studio.get(pathOf("cut"));
    expect(json.damage).toEqual([expect.stringContaining("metrics.jsonl, line 1")]);
    for (const name of ["group", "broken", "cut"]) await rm(join(studio.runs, name), { recursive: true });
  });
});

test("a run that was made elsewhere may have any name", async () => {
  for (const name of ["größe", "run (copy)", "50 % | a"]) {
    await cp(join(studio.runs, "a"), join(studio.runs, name), { recursive: true });
    expect(await listed(name)).toMatchObject({ status: "finished" });
    expect((await studio.get(pathOf(name))).json).toMatchObject({ name, status: "finished" });
    await rm(join(studio.runs, name), { recursive: true });
  }
});

test("a run has its description, layers, and metrics with rising seconds", async () => {
  const { status, json } = await studio.get(pathOf("a"));
  expect(status).toBe(200);
  expect(json.description).toEqual(JSON.parse(await readFile(join(studio.runs, "a", "run.json"), "utf8")));
  expect(json.metrics.map(({ epoch }: Json) => epoch)).toEqual([1, 2]);
  const [first, second] = json.metrics.map(({ seconds }: Json) => seconds);
  expect(first).toBeGreaterThan(0);
  expect(second).toBeGreaterThan(first);
  expect(json.layers.at(-1)).toMatchObject({ outputShape: [10] });
  expect((await studio.get(pathOf("none"))).status).toBe(404);
});

/** The messages of a stream of server-sent events. */
async function* messagesOf(url: string): AsyncGenerator<Json> {
  const response = await fetch(`${url}api/changes`);
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body!) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const line = text.slice(0, end);
      text = text.slice(end + 2);
      if (line.startsWith("data: ")) yield JSON.parse(line.slice(6));
    }
  }
}

test("changes come by themselves: all runs at first, then epochs, new runs and runs that are gone", async () => {
  const messages = messagesOf(studio.url);
  const next = async (isMeant: (message: Json) => boolean): Promise<Json> => {
    for (;;) {
      const { value, done } = await messages.next();
      if (done) throw new Error("the stream ended");
      if (isMeant(value)) return value;
    }
  };
  const names = ({ changed }: Json): string[] => changed.map(({ name }: Json) => name);
  expect(await next(() => true)).toMatchObject({ isWhole: true, changed: [{ name: "a" }], gone: [] });
  await cp(join(studio.runs, "a"), join(studio.runs, "new"), { recursive: true });
  expect(names(await next((message) => names(message).includes("new")))).toEqual(["new"]);
  const file = join(studio.runs, "new", "metrics.jsonl");
  const [line] = (await readFile(file, "utf8")).split("\n");
  await writeFile(file, `${line}\n`);
  const { changed } = await next((message) => message.changed[0]?.epochsDone === 1);
  expect(changed).toMatchObject([{ name: "new", status: "stopped" }]);
  await rm(join(studio.runs, "new"), { recursive: true });
  expect(await next(({ gone }) => gone.length > 0)).toEqual({ changed: [], gone: ["new"], isWhole: false });
  await messages.return(undefined);
});

test("as many pages listen as are allowed, and one that leaves makes room", async () => {
  const controllers = Array.from({ length: 32 }, () => new AbortController());
  const listen = ({ signal }: { readonly signal?: AbortSignal }): Promise<number> =>
    fetch(`${studio.url}api/changes`, signal ? { signal } : {}).then(({ status }) => status);
  expect(new Set(await Promise.all(controllers.map(listen)))).toEqual(new Set([200]));
  const refused = await studio.get("/api/changes");
  expect(refused.status).toBe(503);
  expect(refused.json.error.remedy).toContain("tabs");
  for (const controller of controllers) controller.abort();
  const last = new AbortController();
  await until(
    () => listen(last),
    (status) => status === 200,
  );
  last.abort();
});

describe("an assessment", () => {
  test("is computed when it is asked for, and agrees with nsm evaluate", async () => {
    expect((await studio.get(pathOf("a", "/assessment"))).json).toEqual({ state: "none" });
    expect((await studio.post(pathOf("a", "/assessment"), { samples: 3 })).status).toBe(202);
    const { assessment } = await until(
      async () => (await studio.get(pathOf("a", "/assessment"))).json,
      ({ state }) => state === "ready" || state === "failed",
    );
    const scores = await nsmJson(["evaluate", join(studio.runs, "a"), "--samples", "3"]);
    for (const name of ["images", "error", "nll", "brier", "ece", "auroc", "split", "samples"])
      expect(assessment[name]).toEqual(scores[name]);
    const counts = assessment.confusion.flat();
    expect(counts.reduce((sum: number, count: number) => sum + count, 0)).toBe(100);
    const right = assessment.confusion.map((row: number[], k: number) => row[k]);
    const wrong = 100 - right.reduce((sum: number, count: number) => sum + count, 0);
    expect(wrong).toBeCloseTo(scores.error, 10);
    expect(assessment.risks.at(-1)).toEqual({ coverage: 1, risk: expect.closeTo(wrong / 100, 10) });
    expect(assessment.mistakes).toHaveLength(Math.min(36, wrong));
    for (const { label, answer } of assessment.mistakes) expect(answer).not.toBe(label);
    const entropies = assessment.unsure.map(({ entropy }: Json) => entropy);
    expect(entropies).toEqual([...entropies].sort((a, b) => b - a));
    expect(assessment.unsure[0].picture).toMatch(/^data:image\/png;base64,/);
    expect(assessment.step).toBe(12);
  });

  test("fails with what to do where the data are gone", async () => {
    const place = join(studio.runs, "lost");
    await cp(join(studio.runs, "a"), place, { recursive: true });
    const description = JSON.parse(await readFile(join(place, "run.json"), "utf8"));
    description.data.folder = join(studio.around, "nowhere");
    await writeFile(join(place, "run.json"), JSON.stringify(description));
    await studio.post(pathOf("lost", "/assessment"), {});
    const { error } = await until(
      async () => (await studio.get(pathOf("lost", "/assessment"))).json,
      ({ state }) => state === "failed" || state === "ready",
    );
    expect(error).toMatchObject({ kind: "StorageError", given: expect.stringContaining("nowhere") });
    await rm(place, { recursive: true });
  });
});

test("a training is started, stopped with a checkpoint, resumed and ends as any other", async () => {
  const data = join(studio.around, "digits");
  const asked = { name: "live", network: "mnist-mlp", epochs: 300, seed: 3, threads: 1, data };
  expect((await studio.post("/api/trainings", asked)).status).toBe(202);
  expect(await listed("live")).toMatchObject({ training: { state: "running" } });
  const again = await studio.post("/api/trainings", asked);
  expect(again.status).toBe(409);
  await until(
    () => listed("live"),
    (run) => run.epochsDone >= 2,
  );
  expect(await listed("live")).toMatchObject({
    status: "training",
    owner: /process \d+/,
    training: { state: "running" },
  });
  expect((await studio.post(pathOf("live", "/resume"), {})).status).toBe(409);
  expect((await studio.post(pathOf("live", "/stop"), {})).status).toBe(202);
  const stopped = await until(
    () => listed("live"),
    (run) => run.training.state === "ended",
  );
  expect(stopped.status).toBe("stopped");
  expect(stopped.training.words).toContain("resume it by");
  expect((await studio.post(pathOf("live", "/stop"), {})).status).toBe(409);
  const [newest] = (await readdir(join(studio.runs, "live", "checkpoints"))).sort().reverse();
  expect(Number(/\d+/.exec(newest!)![0])).toBeGreaterThanOrEqual(2 * 6);

  const epochs = stopped.epochsDone + 2;
  expect((await studio.post(pathOf("live", "/resume"), { epochs })).status).toBe(202);
  const ended = await until(
    () => listed("live"),
    (run) => run.training.state === "ended" && run.status === "finished",
  );
  expect(ended.epochsDone).toBe(epochs);
  const { metrics } = (await studio.get(pathOf("live"))).json;
  const seconds = metrics.map((line: Json) => line.seconds);
  expect(seconds.every((value: number, k: number) => value > (seconds[k - 1] ?? 0))).toBe(true);
});

test("a training that fails says why, and leaves its name free", async () => {
  const asked = { name: "wrong", network: "cifar10-allconv", epochs: 1 };
  await studio.post("/api/trainings", asked);
  const failed = await until(
    () => listed("wrong"),
    (run) => run.training.state === "failed",
  );
  expect(failed.status).toBe("missing");
  expect(failed.training.words).toContain("without --data");
  expect((await studio.post("/api/trainings", asked)).status).toBe(202);
  await until(
    () => listed("wrong"),
    (run) => run.training.state === "failed",
  );
});

test("the end of the server ends its trainings with checkpoints", async () => {
  const own = await startStudio();
  const data = join(studio.around, "digits");
  await own.post("/api/trainings", { name: "a", network: "mnist-mlp", epochs: 300, threads: 1, data });
  await until(
    async () => (await own.get("/api/runs")).json.runs[0],
    (run) => run.epochsDone >= 1,
  );
  const place = join(studio.around, "kept");
  const folder = join(own.runs, "a");
  // `close` removes the folder: the run is looked at between.
  await own.end();
  await cp(folder, place, { recursive: true });
  await own.close();
  expect((await readdir(place)).filter((name) => name.startsWith("lock-"))).toEqual([]);
  const { step, training } = await nsmJson(["info", place]);
  expect(step).toBeGreaterThanOrEqual(6);
  expect(training.epochs).toBe(300);
});

describe("experiments", () => {
  const findings: Findings = {
    ...{ format: "neural-sampling findings 1", experiment: "firing", title: "Firing", budget: "quick" },
    ...{ command: "nsm reproduce firing", versions: {}, machine: "m", seconds: 1, rows: [], remarks: ["r"] },
    figures: [
      {
        ...{ name: "curve", title: "A <curve>", caption: "c", x: { label: "x" }, y: { label: "y" } },
        series: [
          {
            name: "s",
            points: [
              { x: 0, y: 1 },
              { x: 1, y: 2 },
            ],
          },
        ],
      },
    ],
  };

  test("in the folder are listed, and their figures drawn", async () => {
    expect((await studio.get("/api/experiments")).json).toEqual({ experiments: [], damage: [] });
    await writeFile(join(studio.runs, "firing-quick.findings.json"), JSON.stringify(findings));
    await writeFile(join(studio.runs, "other-quick.findings.json"), "{");
    const { experiments, damage } = (await studio.get("/api/experiments")).json;
    expect(damage).toEqual([expect.stringContaining("other-quick.findings.json is damaged")]);
    const [{ id }] = experiments[0].figures;
    expect(id).toBe("firing-quick-curve");
    for (const shape of ["wide", "narrow"]) {
      const { status, headers, text } = await studio.get(`/api/figures/${id}?shape=${shape}`);
      expect(status).toBe(200);
      expect(headers["content-type"]).toBe("image/svg+xml");
      expect(text).toContain("A &lt;curve&gt;");
      expect(headers["content-security-policy"]).toContain("sandbox");
    }
    expect((await studio.get("/api/figures/firing-quick-none")).status).toBe(404);
  });
});

test("a folder that is not there has no runs", async () => {
  const own = await startStudio();
  await rm(own.runs, { recursive: true });
  expect((await own.get("/api/runs")).json).toEqual({ runs: [], isCut: false });
  expect((await own.get("/api/experiments")).json).toEqual({ experiments: [], damage: [] });
  await own.close();
});
