/** The results in docs/results: found by today's schemas, whole, and small. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import * as z from "zod";
import { readFindings } from "../../../src/experiments/findings/findings-files.ts";
import { resultName, runName } from "../../../src/experiments/study/result-key.ts";
import { openResultStore } from "../../../src/experiments/study/result-store.ts";
import { openNpz } from "../../../src/files/arrays/npz.ts";
import { fileSource } from "../../../src/files/file-source.ts";
import { networkIdentitySchema } from "../../../src/networks/network.ts";
import { trainingSchema } from "../../../src/training/configuration.ts";

const folder = fileURLToPath(new URL("../../../docs/results", import.meta.url));
const results = join(folder, "results");

interface Named {
  readonly name: string;
  readonly key: Record<string, unknown>;
}

const names = async (): Promise<{ readonly named: readonly Named[]; readonly runs: ReadonlySet<string> }> => {
  const named: Named[] = [];
  const runs = new Set<string>();
  for (const file of (await readdir(results)).filter((each) => each.endsWith(".npz"))) {
    const { data } = await (await openNpz(await fileSource(join(results, file)))).read("records");
    const document = JSON.parse(new TextDecoder().decode(data as Uint8Array));
    for (const [name, { key }] of Object.entries<{ key: string }>(document.results))
      named.push({ name, key: JSON.parse(key) });
    for (const run of Object.keys(document.times)) runs.add(run);
  }
  return { named, runs };
};

const trialSchema = z.looseObject({ network: networkIdentitySchema, training: trainingSchema });

/** A key as an experiment asks: networks and settings with every default filled in. */
const asAsked = (key: Record<string, unknown>): Record<string, unknown> => {
  const trial = trialSchema.safeParse(key);
  const { members, networks, trainings } = key;
  return {
    ...(trial.success ? trial.data : key),
    ...(Array.isArray(members) && { members: members.map((each) => trialSchema.parse(each)) }),
    ...(Array.isArray(networks) && { networks: networks.map((each) => networkIdentitySchema.parse(each)) }),
    ...(Array.isArray(trainings) && { trainings: trainings.map((each) => trainingSchema.parse(each)) }),
  };
};

test("every result has the name that its key has today, defaults filled in", async () => {
  const { named, runs } = await names();
  expect(named.length).toBeGreaterThan(500);
  const renamed = named.map(({ name, key }) => resultName(name.replace(/-[0-9a-f]{16}$/, ""), asAsked(key)));
  expect(renamed).toEqual(named.map(({ name }) => name));
  // Runs that results were made of have their training times under the names that they have today.
  const trained = named.flatMap(({ key }) => (Array.isArray(key.members) ? key.members : []));
  expect(trained.length).toBeGreaterThan(300);
  const untimed = trained
    .map(({ network, training, data }) =>
      runName({
        network: networkIdentitySchema.parse(network),
        training: trainingSchema.parse(training),
        data,
      }),
    )
    .filter((run) => !runs.has(run));
  expect(untimed).toEqual([]);
});

test("scores are whole: their metrics are those of their numbers", async () => {
  const store = await openResultStore(results, "none", () => {});
  const { named } = await names();
  const scores = named.filter(({ name }) => name.startsWith("scores-"));
  let whole = 0;
  for (const { name } of scores) {
    const { value } = store.find(name)!;
    const { metrics, wrong, loss, entropy, confidence } = value as Record<string, number[]> & {
      metrics: { images: number; error: number; nll: number };
    };
    if (wrong === undefined) continue;
    whole++;
    for (const column of [wrong, loss, entropy, confidence]) expect(column).toHaveLength(metrics.images);
    const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
    expect(100 * mean(wrong!)).toBeCloseTo(metrics.error, 9);
    expect(mean(loss!)).toBeCloseTo(metrics.nll, 5);
  }
  // Six methods and their seeds, here and by another encoding of the pixels; and three networks on CIFAR-10.
  expect(whole).toBe(28);
});

test("the folder is small, and its findings are whole", async () => {
  const lines: string[] = [];
  expect(await readFindings(folder, (line) => lines.push(line))).toHaveLength(15);
  expect(lines).toEqual([]);
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  // A report that was written there is no part of the repository.
  const own = files.filter((file) => file.isFile() && /\.(npz|json)$/.test(file.name));
  const sizes = await Promise.all(own.map((file) => stat(join(file.parentPath, file.name))));
  expect(sizes.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(3.4e6);
});
