/** nsm info RUN --signal: table, document, figure, and what it refuses. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDataset } from "../../src/datasets/open.ts";
import { signalByDepth } from "../../src/inference/node.ts";
import type { LayerSignal } from "../../src/inference/signal/moments.ts";
import { openRun } from "../../src/training/runs/run.ts";
import { makeFolder, nsm, nsmJson, refused, removeFolder, writeDigits } from "./nsm.ts";

let folder: string;
let data: string;
let run: string;

const trained = async (name: string, change: object): Promise<string> => {
  const network = join(folder, `${name}.json`);
  const layers = [
    { type: "conv2d", channels: 4, kernel: 5, stride: 3, pool: 2 },
    { type: "dense", units: 16 },
  ];
  await writeFile(
    network,
    JSON.stringify({ name, encoding: "sign", input: [1, 28, 28], classes: 10, layers, ...change }),
  );
  const out = join(folder, name);
  await nsmJson([
    "train",
    "--network",
    network,
    "--data",
    data,
    "--epochs",
    "1",
    "--samples",
    "1",
    "--out",
    out,
  ]);
  return out;
};

beforeAll(async () => {
  folder = await makeFolder();
  data = await writeDigits(join(folder, "digits"), 500, 100);
  run = await trained("small", {});
});
afterAll(() => removeFolder(folder));

test("prints a line a layer", async () => {
  const { status, stdout, stderr } = await nsm(["info", run, "--signal", "--images", "200"]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const number = String.raw`-?\d+\.\d{3}`;
  const lines = [
    `.*: small at step 5, two passes of 200 images of IDX data in .*, training, 500 images, gradients of 100`,
    "  layer     correlation of samples  spread of v  mean of v  slope  cosine of gradients",
    ...["layers.0", "layers.1"].map((name) => `  ${name}( +${number}){5}`),
    `  readout( +-){4} +${number}`,
  ];
  expect(stdout).toMatch(new RegExp(`^${lines.join("\n")}\n$`));
});

test("--json prints what the library returns", async () => {
  const document = await nsmJson(["info", run, "--signal", "--seed", "3", "--threads", "1"]);
  const { train } = await openDataset(data);
  const signal = await signalByDepth(await openRun(run), train, { seed: 3, threads: 1 });
  expect(document).toEqual({ run, network: "small", step: 5, ...signal });
});

test("--untrained measures the network before its first step", async () => {
  const document = await nsmJson([
    "info",
    run,
    "--signal",
    "--untrained",
    "--images",
    "100",
    "--threads",
    "1",
  ]);
  const { run: _, split: __, layers, ...rest } = document;
  // Two decimals: machines round differently.
  const rounded = layers.map((layer: LayerSignal) =>
    Object.values(layer).map((value) => (typeof value === "number" ? Math.round(100 * value) / 100 : value)),
  );
  expect({ ...rest, layers: rounded }).toMatchInlineSnapshot(`
    {
      "batch": 100,
      "images": 100,
      "layers": [
        [
          "layers.0",
          0.19,
          0.65,
          -0.13,
          0.69,
          0.99,
        ],
        [
          "layers.1",
          0.04,
          0.7,
          0.03,
          0.7,
          0.64,
        ],
        [
          "readout",
          0.56,
        ],
      ],
      "mode": "train",
      "network": "small",
      "seed": 1,
      "step": 0,
    }
  `);
});

test("--figure draws the quantities by layer", async () => {
  const figure = join(folder, "signal.svg");
  const { status, stdout } = await nsm(["info", run, "--signal", "--images", "100", "--figure", figure]);
  expect(status).toBe(0);
  expect(stdout.endsWith(`\n${figure}\n`)).toBe(true);
  const svg = await readFile(figure, "utf8");
  for (const words of [
    "Signal by depth: small at step 5",
    ...["correlation of samples", "spread of v", "slope", "cosine of gradients"],
  ])
    expect(svg).toContain(words);
  // Two layers with neurons in three lines, three with weights in one.
  expect(svg.match(/<circle /g)).toHaveLength(3 * 2 + 3);
});

test("a network without noise is refused, and so are options that do not fit", async () => {
  const noiseless = await trained("noiseless", { neuron: "sign" });
  expect(await refused(["info", noiseless, "--signal"], 2)).toBe(
    "nsm: signal by depth: got network noiseless without noise; expected a network with stochastic neurons, noisy " +
      "rectifiers or dropout in inference. There is nothing to measure: all passes of an image are equal.\n",
  );
  expect(await refused(["info", run, "--seed", "2"], 2)).toContain("got --seed without --signal");
  expect(await refused(["info", run, "--signal", "--images", "150"], 2)).toContain(
    "got 150 images; expected 2 to 100, or a multiple of 100",
  );
  expect(await refused(["info", run, "--signal", "--figure", join(folder, "a.png")], 2)).toContain(
    "ends in .svg",
  );
});
