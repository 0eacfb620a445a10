/** nsm reproduce and nsm report: everything at the quick budget, then again, and wrong commands. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { EXPERIMENTS } from "../../src/experiments/catalogue.ts";
import type { Figure, Findings } from "../../src/experiments/findings/findings.ts";
import { emptyFolder } from "../datasets/folder.ts";
import { scatteredEvents, writeLitGestures } from "../datasets/recordings/folders.ts";
import { type Json, nsm, nsmJson, refused } from "./nsm.ts";

const MINUTES = 60_000;
/** An empty cache: no data but the embedded digits. */
const without = async () => ({ env: { ...process.env, XDG_CACHE_HOME: await emptyFolder() } });

const documents = (stdout: string): Json[] =>
  stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

test(
  "everything at the quick budget, and the same again from what was kept",
  async () => {
    const out = await emptyFolder();
    const options = await without();
    // One thread: beside other tests two would wait for each other most of the time.
    const all = ["reproduce", "all", "--budget", "quick", "--out", out, "--threads", "1", "--json"];
    const first = await nsm(all, options);
    expect(first.status, first.stderr).toBe(0);
    const found = documents(first.stdout);
    expect(found.map(({ experiment }) => experiment)).toEqual(EXPERIMENTS.map(({ name }) => name));
    for (const { experiment, budget, seconds, report, rows } of found) {
      expect([budget, report]).toEqual(["quick", join(out, "report.html")]);
      expect(seconds).toBeGreaterThan(0);
      for (const row of rows)
        expectRow(
          row,
          COUNTS[experiment] ?? { images: 500, epochs: row.name.endsWith(", fine-tuned") ? 2 : 1 },
        );
    }
    const rowsOf = (name: string): Json[] => found.find(({ experiment }) => experiment === name).rows;
    expect(rowsOf("mnist-table").map(({ name, paper }) => [name, paper])).toEqual([
      ["dCNN", 0.88],
      ["bNSM", 0.775],
      ["gNSM", 0.805],
    ]);
    for (const row of rowsOf("data-table")) expect(row.missing).toMatch(/^nsm data fetch /);
    // Fashion-MNIST is here where a package of the operating system put it.
    const fashion = (await nsmJson(["data", "list"], options)).find(
      ({ name }: Json) => name === "fashion-mnist",
    );
    for (const { ood } of [...rowsOf("uncertainty"), ...rowsOf("encoding")])
      expect(ood.map(({ name }: Json) => name)).toEqual([
        ...(fashion.present ? ["Fashion-MNIST"] : []),
        "uniform noise",
        "digits blurred by 3 pixels",
      ]);
    expectDepth(JSON.parse(await readFile(join(out, "depth-quick.findings.json"), "utf8")));
    const figures = await readdir(join(out, "figures"));
    expect(figures).toEqual(
      expect.arrayContaining([
        "uncertainty-quick-passes-nll.svg",
        "uncertainty-quick-reliability.svg",
        "rotation-quick-entropy.svg",
        "online-quick-permuted.svg",
        "estimators-quick-gain-3.svg",
        "firing-quick-curves.svg",
        "depth-quick-steps.svg",
        "depth-quick-signal-correlation.svg",
      ]),
    );

    const again = await nsm(all, options);
    expect(documents(again.stdout).map(({ rows }) => rows)).toEqual(found.map(({ rows }) => rows));
    expect(again.stderr).not.toMatch(/epoch|scoring|fitting/);

    // As a person reads it: how well images of another kind are found, too.
    const text = await nsm(["reproduce", "uncertainty", "--out", out, "--threads", "1"], options);
    const lines = text.stdout.split("\n").map((line) => line.split(/ {2,}/));
    for (const { name, ood } of rowsOf("uncertainty"))
      for (const { name: kind, auroc, aupr, fpr95 } of ood) {
        const numbers = [auroc, aupr, fpr95].map((value) => value.toFixed(4));
        expect(lines).toContainEqual([name, kind, expect.stringMatching(/^[\d,]+$/), ...numbers]);
      }

    const report = await readFile(join(out, "report.html"), "utf8");
    const places = EXPERIMENTS.map(({ name }) => report.indexOf(`<section id="${name}-quick">`));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    for (const { title } of EXPERIMENTS) expect(report).toContain(title);
    await writeFile(join(out, "mnist-table-quick.findings.json"), "{}");
    const { status, stderr } = await nsm(["report", out]);
    expect(status).toBe(0);
    const damaged = /mnist-table-quick\.findings\.json is damaged and left out/;
    expect(stderr).toMatch(damaged);
    expect(await readFile(join(out, "report.html"), "utf8")).toMatch(damaged);
  },
  40 * MINUTES,
);

test(
  "networks of populations against conventional ones, and against an ensemble of these if there are several seeds",
  async () => {
    const out = await emptyFolder();
    const given = ["reproduce", "cifar", "--budget", "quick", "--out", out, "--threads", "1", "--json"];
    const named = async (...more: string[]) => {
      const { stdout, status, stderr } = await nsm([...given, ...more], await without());
      expect(status, stderr).toBe(0);
      return documents(stdout)[0]!.rows.map(({ name, seeds }: Json) => [name, seeds]);
    };
    const single = ["populations", "dCNN, one pass", "dCNN, Monte Carlo dropout"];
    expect(await named()).toEqual(single.map((name) => [name, [1]]));
    expect(await named("--seeds", "2")).toEqual(
      [...single, "dCNN, ensemble of 2", "populations, 2 passes"].map((name) => [name, [1, 2]]),
    );
  },
  5 * MINUTES,
);

test(
  "gestures by lighting, end to end: rows say what they are, and the command repeats the user's note",
  async () => {
    const out = await emptyFolder();
    const names = ["class01_user01_lab", "class02_user01_lab", "class01_user01_led", "class02_user01_led"];
    const gestures = await writeLitGestures(
      Object.fromEntries(names.map((name, k) => [name, scatteredEvents(300, 128, 1500, k + 1)])),
    );
    const given = ["--data", `dvs-gesture=${gestures}`, "--note", "dvs-gesture=made up"];
    const table = ["reproduce", "data-table", "--budget", "quick", ...given, "--out", out, "--threads", "1"];
    const { status, stdout, stderr } = await nsm([...table, "--json"], await without());
    expect(status, stderr).toBe(0);
    const split = "1 user, 2 of 11 classes, 4 recordings; trained on the light lab; tested on led; made up";
    const rows = documents(stdout)[0]!.rows.filter(({ missing }: Json) => missing === undefined);
    expect(rows.map(({ name }: Json) => name)).toEqual(["dCNN", "bNSM", "gNSM"]);
    for (const row of rows) {
      expect(row).toMatchObject({ split, isDemonstration: true, images: 4, epochs: 1 });
      expect(row.error.low).toBeLessThanOrEqual(row.error.high);
    }
    const found = JSON.parse(await readFile(join(out, "data-table-quick.findings.json"), "utf8"));
    expect(found.command).toContain(" --note 'dvs-gesture=made up' ");
    const [dataset] = rows.map((row: Json) => row.dataset);
    expect(found.remarks).toEqual([`${dataset}: ${split}. Errors do not compare with the paper's.`]);
    expect(await readFile(join(out, "report.html"), "utf8")).toContain(split);
  },
  5 * MINUTES,
);

/** Images that are scored and epochs, where they are not those of the others. */
const COUNTS: Readonly<Record<string, object>> = {
  online: { images: 250, epochs: 1 },
  depth: { images: 250, epochs: 2 },
  cifar: { images: 300, epochs: 1 },
  detectors: { images: 100, epochs: 1, error: null },
  substrate: { images: 300, epochs: 1 },
};

/** The findings of `reproduce depth`: curves, ablations, signal by depth and the trade, from held-out images. */
const expectDepth = (found: Findings): void => {
  const names = found.rows.map(({ name }) => name);
  const [curved, variants] = [names.slice(0, 10), names.slice(10)];
  const figure = (name: string): Figure => found.figures.find((each) => each.name === name)!;
  const points = (name: string) =>
    figure(name).series.map((series) => [series.name, series.points.map(({ x }) => x)]);
  expect(points("steps")).toEqual(curved.map((name) => [name, [8, 16]]));
  const noisy = curved.filter((_, k) => k % 2 === 0);
  const [recipe] = noisy.slice(-1);
  expect(variants).toEqual(["recipe, deep", "recipe, Adam", "recipe, single neurons"]);
  const pairs = [
    ...noisy.map((name, k) => [name, curved[2 * k + 1]]),
    ["recipe, deep", recipe],
    ["deep populations with shortcuts, Muon", "recipe, deep"],
    ...variants.slice(1).map((name) => [name, recipe]),
  ];
  expect(found.comparisons!.map(({ name, other, measure }) => [name, other, measure])).toEqual(
    pairs.flatMap((pair) => [
      [...pair, "error in %"],
      [...pair, "NLL"],
    ]),
  );
  const layers = {
    ...{ "deep NSM, Adam": 10, "deep NSM, Muon": 10, "deep populations with shortcuts, Muon": 10 },
    ...{ "shallow NSM, Adam": 4, "shallow populations, Muon": 4 },
  };
  const ofLayers = (first: number, more: number) =>
    Object.entries(layers).flatMap(([name, count]) =>
      ["start", "end"].map((time) => [
        `${name}, ${time}`,
        // The stem of populations is stochastic, that of single neurons a sign.
        Array.from({ length: count + more }, (_, k) => k + 1).slice(name.includes("populations") ? 0 : first),
      ]),
    );
  expect(points("signal-correlation")).toEqual(ofLayers(0, 0));
  expect(points("signal-spread")).toEqual(ofLayers(1, 0));
  expect(points("signal-slope")).toEqual(ofLayers(1, 0));
  expect(points("signal-cosine")).toEqual(ofLayers(0, 1));
  for (const own of ["error", "nll", "ece"])
    expect(points(`size-${own}`)).toEqual(["1 pass", "5 passes"].map((name) => [name, [1, 4]]));
  expect(points("size-auroc")).toEqual(
    ["uniform noise", "blurred by 2 pixels"].map((name) => [name, [1, 4]]),
  );
  for (const own of ["error", "nll", "ece", "information", "auroc"])
    expect(points(`gain-${own}`).map(([, at]) => at)).toEqual([
      [1, 2],
      [1, 2],
    ]);
  for (const { y } of figure("size-information").series[0]!.points) expect(y).toBeGreaterThan(0);
};

const expectRow = (row: Json, counts: object): void => {
  const fields = ["name", "dataset", "seeds", "images", "epochs", "error", "paper", "nll", "brier", "ece"];
  expect(Object.keys(row)).toEqual(expect.arrayContaining(fields));
  if (row.missing) return;
  expect(row.dataset).toContain("embedded MNIST subset");
  expect(row).toMatchObject(counts);
  if (row.error) {
    expect(row.error.low).toBeLessThanOrEqual(row.error.mean);
    expect(row.error.high).toBeGreaterThanOrEqual(row.error.mean);
  } else expect(row.ood.length).toBeGreaterThan(0);
  for (const { auroc, aupr, fpr95 } of row.ood ?? [])
    for (const value of [auroc, aupr, fpr95]) {
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThanOrEqual(1);
    }
};

test("the list names every experiment", async () => {
  const { stdout } = await nsm(["reproduce", "list"]);
  for (const { name, title } of EXPERIMENTS)
    expect(stdout.split("\n").map((line) => line.split(/ {2,}/))).toContainEqual([name, title]);
  expect(await nsmJson(["reproduce", "list"])).toEqual(
    EXPERIMENTS.map(({ name, title }) => ({ name, title })),
  );
});

describe("wrong commands", () => {
  test("an unknown experiment, and what there are", async () => {
    expect(await refused(["reproduce", "mnist"], 2)).toMatch(
      /"mnist"; expected mnist-table, .*nsm reproduce list/,
    );
  });

  test.each([
    ["--data", "folder"],
    ["--data", "=folder"],
    ["--ood", "name="],
  ])("%s %s names nothing", async (option, value) => {
    expect(await refused(["reproduce", "rotation", option, value], 2)).toContain("NAME=FOLDER");
  });

  test("a name of data given twice", async () => {
    const twice = ["--ood", "a=one", "--ood", "a=two"];
    expect(await refused(["reproduce", "uncertainty", ...twice], 2)).toContain("--ood a=.. twice");
  });

  test("seeds, where an experiment has one run or none", async () => {
    expect(await refused(["reproduce", "firing", "--seeds", "3"], 2)).toMatch(
      /--seeds without the experiment mnist-table or .*pooling/,
    );
  });

  test("images of another kind, which only one experiment takes", async () => {
    expect(await refused(["reproduce", "rotation", "--ood", "letters=folder"], 2)).toMatch(
      /--ood without the experiment uncertainty/,
    );
  });

  test("notes on data, which only tables print", async () => {
    expect(await refused(["reproduce", "rotation", "--note", "mnist=mine"], 2)).toMatch(
      /--note without the experiment mnist-table or methods-table or data-table/,
    );
    expect(await refused(["reproduce", "data-table", "--note", "mine"], 2)).toContain("NAME=TEXT");
    expect(await refused(["reproduce", "data-table", "--note", "minst=mine"], 2)).toContain('"minst"');
  });

  test("data that are not read: said, and left out of the report's command", async () => {
    const out = await emptyFolder();
    const firing = ["reproduce", "firing", "--data", "mnist=/nowhere", "--out", out, "--threads", "1"];
    const { status, stderr } = await nsm(firing);
    expect(status).toBe(0);
    expect(stderr).toContain("firing does not use mnist: --data mnist=/nowhere is not read");
    const { command } = JSON.parse(await readFile(join(out, "firing-quick.findings.json"), "utf8"));
    expect(command).toBe(`nsm reproduce firing --budget quick --out ${out} --threads 1`);
    const missing = ["uncertainty", "--data", "mnist=/nowhere", "--ood", "letters=/nowhere"];
    expect(await refused(["reproduce", ...missing, "--out", out], 1)).toContain(
      "the quick budget uses the embedded digits: --data mnist=/nowhere is not read",
    );
    const noted = ["data-table", "--note", "mnist=mine", "--out", out];
    expect((await nsm(["reproduce", ...noted])).stderr).toContain(
      "data-table does not use mnist: --note mnist=mine is not read",
    );
  });

  test("data that are no data set's", async () => {
    const out = await emptyFolder();
    const wrong = ["reproduce", "mnist-table", "--budget", "standard", "--out", out, "--data"];
    const { status, stdout, stderr } = await nsm([...wrong, `mnist=${out}`]);
    expect(status).toBe(1);
    expect(stderr).toBe("");
    expect(stdout).toMatch(/dCNN failed: reading the data folder .*expected a folder with one of/);
    expect(await refused([...wrong, `minst=${out}`], 2)).toMatch(/"minst"; expected mnist or /);
  });

  test("no MNIST at a budget that wants all of it", async () => {
    const [out, options] = [await emptyFolder(), await without()];
    const standard = ["--budget", "standard", "--out", out];
    const found = await nsm(["reproduce", "mnist-table", ...standard, "--json"], options);
    expect(found.status).toBe(1);
    const [table] = documents(found.stdout);
    expect(table.rows.map(({ missing }: Json) => missing)).toEqual(new Array(3).fill("nsm data fetch mnist"));
    const { status, stderr } = await nsm(["reproduce", "rotation", ...standard], options);
    expect(status).toBe(1);
    expect(stderr).toMatch(/no MNIST here.*nsm data fetch mnist/);
  });

  test("one experiment that cannot be carried out costs no other of all", async () => {
    const [out, options] = [await emptyFolder(), await without()];
    const all = ["reproduce", "all", "--budget", "standard", "--out", out, "--json"];
    const { status, stdout, stderr } = await nsm(all, options);
    expect(status).toBe(1);
    expect(stderr).toMatch(/nsm: uncertainty: .*no MNIST here/);
    expect(documents(stdout).map(({ experiment }) => experiment)).toEqual([
      ...["mnist-table", "methods-table", "data-table"],
      ...["cifar-detectors", "nmnist-detectors", "estimators", "firing"],
    ]);
  });

  test("a report of a folder without findings, which stays as it was", async () => {
    const folder = await emptyFolder();
    expect(await refused(["report", folder], 1)).toMatch(
      /got no findings; expected a folder that `nsm reproduce`/,
    );
    expect(await readdir(folder)).toEqual([]);
  });

  test("images of another kind that are not there, before anything is trained", async () => {
    const out = await emptyFolder();
    const wrong = ["reproduce", "uncertainty", "--out", out, "--ood", "letters=/nowhere"];
    expect(await refused(wrong, 1)).toContain("reading the data folder /nowhere");
    expect(await readdir(join(out, "runs"))).toEqual([]);
  });

  test("a report of a folder that is not there", async () => {
    expect(await refused(["report", "/nowhere"], 1)).toContain("reading /nowhere");
  });
});
