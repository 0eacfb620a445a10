/** Files of cached results: packed without loss, shared by experiments, and those of version 0.1 found by content. */
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { mnist } from "../../../src/datasets/mnist.ts";
import { DataError, StorageError } from "../../../src/errors.ts";
import { BUDGETS } from "../../../src/experiments/study/budgets.ts";
import { isPacked, packNumbers, unpackNumbers } from "../../../src/experiments/study/packed-numbers.ts";
import { openResultStore } from "../../../src/experiments/study/result-store.ts";
import { openStudy } from "../../../src/experiments/study/study.ts";
import { openNpz } from "../../../src/files/arrays/npz.ts";
import { writeNpz } from "../../../src/files/arrays/npz-write.ts";
import { fileSource } from "../../../src/files/file-source.ts";
import { parseNetwork } from "../../../src/networks/network.ts";
import { parseTraining } from "../../../src/training/configuration.ts";
import { splitChecksum } from "../../../src/training/runs/run.ts";
import { emptyFolder } from "../../datasets/folder.ts";

describe("packed numbers", () => {
  test("come back as they were, if they have six decimals at most", () => {
    const value = fc.integer({ min: 0, max: 2 ** 24 - 1 }).map((units) => Number((units / 1e6).toFixed(6)));
    fc.assert(
      fc.property(fc.array(value), (values) => {
        expect(unpackNumbers(packNumbers(values)!)).toEqual(values);
      }),
    );
  });

  test.each([0.1234567, -0.1, 16.777216, Number.NaN, Number.POSITIVE_INFINITY, 1e-7])(
    "%d is not packed",
    (value) => expect(packNumbers([0.5, value])).toBeUndefined(),
  );

  test("are told from other arrays", () => {
    expect(isPacked(packNumbers([0.5])!)).toBe(true);
    expect(isPacked({ type: "f4", shape: [3, 1], data: new Float32Array(3) })).toBe(false);
    expect(isPacked({ type: "u1", shape: [3], data: new Uint8Array(3) })).toBe(false);
  });
});

const long = (offset: number): number[] =>
  Array.from({ length: 500 }, (_, k) => Number(((k * 0.00321 + offset) % 2).toFixed(6)));

describe("a file of results", () => {
  test("holds long arrays of six decimals packed, and all else as it is", async () => {
    const folder = await emptyFolder();
    const store = await openResultStore(folder, "own", () => {});
    const values = {
      a: { scores: long(0), fine: long(0).map((x) => x + 1e-9), few: [0.5], text: "t" },
      b: 3,
      c: long(1),
      d: { scores: long(2) },
    };
    for (const [name, value] of Object.entries(values)) await store.keep(name, { key: `"${name}"`, value });
    for (const reader of [store, await openResultStore(folder, "another", () => {})])
      for (const [name, value] of Object.entries(values))
        expect(reader.find(name)).toEqual({ key: `"${name}"`, value, machines: undefined });
    const npz = await openNpz(await fileSource(join(folder, "own.npz")));
    expect([...npz.names].sort()).toEqual(["a.scores", "d.scores", "records"]);
  });

  test("is written by each experiment, and read by all", async () => {
    const folder = await emptyFolder();
    const [one, two] = [
      await openResultStore(folder, "one", () => {}),
      await openResultStore(folder, "two", () => {}),
    ];
    await one.keep("a", { key: "1", value: 1 });
    await one.keepTime("run", { seconds: 2 });
    await two.keep("b", { key: "2", value: 2 });
    const third = await openResultStore(folder, "one", () => {});
    expect([third.find("a")?.value, third.find("b")?.value, third.time("run")?.seconds]).toEqual([1, 2, 2]);
    expect((await readdir(folder)).sort()).toEqual(["one.npz", "two.npz"]);
  });

  test("keeps what another process has added in the meantime, and what one process writes at once", async () => {
    const folder = await emptyFolder();
    const [one, other] = [
      await openResultStore(folder, "one", () => {}),
      await openResultStore(folder, "one", () => {}),
    ];
    await one.keep("a", { key: "1", value: { scores: long(0) } });
    await other.keep("b", { key: "2", value: { scores: long(1) } });
    await Promise.all(["c", "d", "e"].map((name) => one.keep(name, { key: name, value: name })));
    const third = await openResultStore(folder, "two", () => {});
    for (const name of ["a", "b", "c", "d", "e"]) expect(third.find(name), name).toBeDefined();
  });
});

describe("a file of results that cannot be read as a whole", () => {
  const names = ["a", "b", "c"];

  /** A file with three results of packed scores and a training time. */
  const made = async () => {
    const folder = await emptyFolder();
    const store = await openResultStore(folder, "own", () => {});
    for (const [k, name] of names.entries()) await store.keep(name, { key: name, value: { s: long(k) } });
    await store.keepTime("run", { seconds: 2 });
    return { folder, file: join(folder, "own.npz") };
  };
  const opened = async (folder: string) => {
    const lines: string[] = [];
    const store = await openResultStore(folder, "own", (line) => lines.push(line));
    return { store, lines, found: () => [...names, "new"].filter((name) => store.find(name)) };
  };
  /** Rewrites the document of the file. */
  const edit = async (file: string, change: (document: Record<string, unknown>) => object): Promise<void> => {
    const npz = await openNpz(await fileSource(file));
    const arrays = Object.fromEntries(
      await Promise.all(npz.names.map(async (name) => [name, await npz.read(name)] as const)),
    );
    const document = JSON.parse(new TextDecoder().decode(arrays.records!.data as Uint8Array));
    const data = new TextEncoder().encode(JSON.stringify(change(document)));
    await writeNpz(file, { ...arrays, records: { type: "u1", shape: [data.length], data } });
  };
  const flip = async (file: string, at: (bytes: Buffer) => number): Promise<Buffer> => {
    const bytes = await readFile(file);
    bytes[at(bytes)]! ^= 0xff;
    await writeFile(file, bytes);
    return bytes;
  };

  test("keeps its other results where one array is damaged, and a copy of the damaged file", async () => {
    const { folder, file } = await made();
    const bytes = await flip(file, (bytes) => bytes.indexOf("b.s.npy") + 60);
    const { store, lines, found } = await opened(folder);
    expect(found()).toEqual(["a", "c"]);
    expect(lines).toEqual([`${file} is damaged: 1 result cannot be read and must be computed again`]);
    await store.keep("new", { key: "new", value: 1 });
    await store.keep("b", { key: "b", value: 2 });
    const copy = `${file}.damaged-1`;
    expect(lines.slice(1)).toEqual([`the damaged file ${file} is kept as ${copy}`]);
    expect(await readFile(copy)).toEqual(bytes);
    const again = await opened(folder);
    expect([again.found(), again.lines]).toEqual([[...names, "new"], []]);
    expect(again.store.find("c")?.value).toEqual({ s: long(2) });
    expect(again.store.time("run")?.seconds).toBe(2);
  });

  test("is copied before each replacement, never over an earlier copy", async () => {
    const { folder, file } = await made();
    const whole = await readFile(file);
    for (const length of [100, 200]) {
      await writeFile(file, whole.subarray(0, length));
      const { store, lines, found } = await opened(folder);
      expect([found(), lines.length]).toEqual([[], 1]);
      await store.keepTime("run", { seconds: 1 });
    }
    for (const [k, length] of [100, 200].entries())
      expect(await readFile(`${file}.damaged-${k + 1}`)).toEqual(whole.subarray(0, length));
  });

  test("loses only the records that are damaged", async () => {
    const { folder, file } = await made();
    await edit(file, (document) => ({
      ...document,
      results: { ...(document.results as object), a: { key: 5 } },
      times: { run: { seconds: "two" }, other: { seconds: 3 } },
    }));
    const { store, lines, found } = await opened(folder);
    expect([found(), store.time("run"), store.time("other")]).toEqual([
      ["b", "c"],
      undefined,
      { seconds: 3 },
    ]);
    expect(lines[0]).toContain("1 result and 1 training time cannot be read");
  });

  test("keeps what a later version added", async () => {
    const { folder, file } = await made();
    const times = { run: { seconds: 2, joules: 3 } };
    await edit(file, ({ results, ...document }) => ({
      ...{ ...document, times, notes: ["n"] },
      results: { ...(results as object), extra: { key: "e", value: 1, weight: 7 } },
    }));
    const { store, lines } = await opened(folder);
    await store.keep("new", { key: "new", value: 1 });
    const { data } = await (await openNpz(await fileSource(file))).read("records");
    expect(JSON.parse(new TextDecoder().decode(data as Uint8Array))).toMatchObject({
      ...{ times, notes: ["n"] },
      results: { extra: { weight: 7 }, a: {}, new: {} },
    });
    expect([lines, await readdir(folder)]).toEqual([[], ["own.npz"]]);
  });

  test("is refused, and stays, in the format of another version; another experiment goes without it", async () => {
    const { folder, file } = await made();
    await edit(file, (document) => ({ ...document, format: "neural-sampling results 2" }));
    const before = await readFile(file);
    await expect(opened(folder)).rejects.toThrow(DataError);
    await expect(opened(folder)).rejects.toThrow('"neural-sampling results 2"; expected');
    const lines: string[] = [];
    const other = await openResultStore(folder, "other", (line) => lines.push(line));
    await other.keep("new", { key: "new", value: 1 });
    expect([other.find("a"), other.find("new")?.value]).toEqual([undefined, 1]);
    expect(lines).toEqual([expect.stringMatching(/results 2.* Its results are not used\.$/)]);
    expect(await readFile(file)).toEqual(before);
  });

  test("is refused, and stays, where the disk fails", async () => {
    const folder = await emptyFolder();
    await mkdir(join(folder, "own.npz"));
    await expect(opened(folder)).rejects.toThrow(StorageError);
  });
});

const fixture = fileURLToPath(new URL("../../fixtures/run-0.1", import.meta.url));
const { results: expected } = JSON.parse(await readFile(join(fixture, "expected.json"), "utf8"));

describe("what version 0.1 kept of an experiment", () => {
  const place = { encoding: "sign", input: [1, 28, 28], classes: 10 };
  const layers = [
    { type: "averagePool", size: 4 },
    { type: "dense", units: 6 },
  ];
  const network = parseNetwork({ name: "old-trial", ...place, layers });
  const settings = { epochs: 1, batch: 100 };
  const scores = z.object({ entropy: z.array(z.number()), metrics: z.looseObject({ error: z.number() }) });

  const open = async () => {
    const folder = join(await emptyFolder(), "study");
    await cp(join(fixture, "results"), folder, { recursive: true });
    const { train } = await mnist();
    const split = {
      ...train,
      ...{ images: train.images.subarray(0, 400 * 784), labels: train.labels.subarray(0, 400), count: 400 },
    };
    const trial = { title: "old", network, training: settings, split };
    const lines: string[] = [];
    const reopen = async () => {
      const study = await openStudy({
        ...{ folder, name: "new", budget: BUDGETS.quick, seeds: 1, threads: 1 },
        ...{ signal: new AbortController().signal, say: (line: string) => lines.push(line) },
        onStep: () => {
          throw new Error("nothing is trained");
        },
      });
      const members = [{ network, training: parseTraining(settings), data: splitChecksum(split) }];
      return { study, key: { passes: 10, images: "ab12", members } };
    };
    return { folder, trial, lines, reopen };
  };
  const never = () => Promise.reject(new Error("nothing is computed"));

  test("is found again: results, times and runs, and nothing is computed", async () => {
    const { trial, lines, reopen } = await open();
    const { study, key } = await reopen();
    expect(await study.cached("scores", key, scores, never)).toMatchObject({
      ...{ entropy: [0.25, 0.5], metrics: { error: 50 } },
    });
    expect(await study.secondsOf(trial)).toBe(expected.seconds);
    const { run, seconds } = await study.trained(trial);
    expect([run.step, seconds]).toEqual([4, expected.seconds]);
    expect(run.folder).toContain("old-trial-205d4e62eb99");
    expect([study.provenance.isNew, lines]).toEqual([false, []]);
  });

  test("is part of the new file then: the old ones may go", async () => {
    const { folder, trial, reopen } = await open();
    const { study, key } = await reopen();
    const value = await study.cached("scores", key, scores, never);
    await study.secondsOf(trial);
    const results = join(folder, "results");
    for (const name of await readdir(results)) if (name.endsWith(".json")) await rm(join(results, name));
    await rm(join(folder, "runs"), { recursive: true });
    const { study: later } = await reopen();
    expect(await later.cached("scores", key, scores, never)).toEqual(value);
    expect(await later.secondsOf(trial)).toBe(expected.seconds);
  });

  test("has the time of a run whose folder is gone, by the results that name it", async () => {
    const { folder, trial, reopen } = await open();
    await rm(join(folder, "runs"), { recursive: true });
    expect(await (await reopen()).study.secondsOf(trial)).toBe(expected.seconds);
  });

  test("that is damaged is said to be so, and computed again", async () => {
    const { folder, lines, reopen } = await open();
    const results = join(folder, "results");
    const name = (await readdir(results)).find((each) => each.startsWith("scores-"))!;
    await writeFile(join(results, name), '{"key":');
    const { study, key } = await reopen();
    expect(await study.cached("scores", key, z.number(), async () => 7)).toBe(7);
    expect(lines).toEqual([`${join(results, name)} is damaged: computed again`]);
  });

  test("with other settings is not found", async () => {
    const { reopen } = await open();
    const { study, key } = await reopen();
    const other = {
      ...key,
      members: [{ ...key.members[0], training: parseTraining({ ...settings, seed: 2 }) }],
    };
    expect(await study.cached("scores", other, z.number(), async () => 7)).toBe(7);
  });
});

test("a file of results is smaller than the JSON of its values", async () => {
  const folder = await emptyFolder();
  const store = await openResultStore(folder, "own", () => {});
  const value = {
    scores: Array.from({ length: 10_000 }, (_, k) => Number((Math.abs(Math.sin(k)) ** 9).toFixed(6))),
  };
  await store.keep("a", { key: "1", value });
  const { size } = await stat(join(folder, "own.npz"));
  expect(size).toBeLessThan(JSON.stringify(value).length / 3);
});
