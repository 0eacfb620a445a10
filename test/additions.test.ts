/**
 * A newcomer's additions, kept as patches in examples/additions: each touches a file of its own and one list, compiles,
 * and works in every part of the package that it concerns. scripts/write-schema.ts writes the schema in JSON afterwards.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

const run = (folder: string, command: string, args: readonly string[]): string =>
  execFileSync(command, args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

/** A copy of the sources with the patch applied; what `program` prints there. */
const withAddition = (name: string, program: string): string => {
  const folder = mkdtempSync(join(tmpdir(), "nsm-addition-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const part of ["src", "schema", "data", "tsconfig.json", "package.json"])
    cpSync(join(root, part), join(folder, part), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  run(folder, "git", ["apply", join(root, "examples", "additions", `${name}.patch`)]);
  run(folder, join(root, "node_modules", ".bin", "tsc"), ["-p", "tsconfig.json", "--noEmit"]);
  writeFileSync(join(folder, "program.ts"), program);
  return run(folder, join(root, "node_modules", ".bin", "tsx"), ["program.ts"]).trim();
};

/** The files that a patch touches. */
const touched = (name: string): readonly string[] =>
  [
    ...readFileSync(join(root, "examples", "additions", `${name}.patch`), "utf8").matchAll(
      /^\+\+\+ b\/(.*)$/gm,
    ),
  ].map(([, file]) => file!);

test("a kind of noise: schema, laws of both kinds and the draws come from one file", () => {
  expect(touched("noise")).toEqual(["src/nn/noise/noise.ts", "src/nn/noise/uniform.ts"]);
  const printed = withAddition(
    "noise",
    `
    import { evaluate } from "./src/inference/node.ts";
    import { mnist } from "./src/datasets/mnist.ts";
    import { firstImages } from "./src/datasets/subset.ts";
    import { initialParameters } from "./src/networks/initialize.ts";
    import { parseNetwork } from "./src/networks/network.ts";
    import { parametersOf } from "./src/networks/plan.ts";
    import { noiseLabel } from "./src/nn/noise/noise.ts";
    const network = parseNetwork({
      name: "mine", input: [1, 28, 28], classes: 10,
      noise: { type: "uniform", width: 1.5 }, layers: [{ type: "dense", units: 8 }],
    });
    const model = { network, parameters: initialParameters(parametersOf(network), 1) };
    const images = firstImages((await mnist()).test, 20);
    for (const law of ["unit", "synapse"]) {
      const { images: scored } = await evaluate(model, images, { samples: 2, threads: 1, law });
      console.log(noiseLabel(network.noise), law, scored);
    }`,
  );
  expect(printed.split("\n")).toEqual(["uniform1.5 unit 20", "uniform1.5 synapse 20"]);
});

test("a kind of layer: trained, sampled and propagated as all others", () => {
  expect(touched("layer")).toEqual(["src/networks/layers/kinds.ts", "src/networks/layers/space-to-depth.ts"]);
  const printed = withAddition(
    "layer",
    `
    import { mnist } from "./src/datasets/mnist.ts";
    import { firstImages } from "./src/datasets/subset.ts";
    import { evaluate, propagate } from "./src/inference/node.ts";
    import { parseNetwork } from "./src/networks/network.ts";
    import { planOf } from "./src/networks/plan.ts";
    import { train } from "./src/training/runs/run.ts";
    const network = parseNetwork({
      name: "mine", input: [1, 28, 28], classes: 10,
      layers: [{ type: "spaceToDepth", size: 4 }, { type: "conv2d", channels: 4, kernel: 1 }],
    });
    console.log(planOf(network)[0].outputShape.join(" x "));
    const images = firstImages((await mnist()).train, 100);
    const run = await train(network, images, { epochs: 1, batch: 50, threads: 1 });
    console.log(run.step, (await evaluate(run, images, { samples: 2, threads: 1 })).images);
    const [p] = await propagate(run, [images.images.subarray(0, 784)], { threads: 1 });
    console.log(p.reduce((sum, x) => sum + x, 0).toFixed(4));`,
  );
  expect(printed.split("\n")).toEqual(["16 x 7 x 7", "2 100", "1.0000"]);
});

test("an experiment: runs, cached values, figures and report by its file and a line of the catalogue", () => {
  expect(touched("experiment")).toEqual(["src/experiments/catalogue.ts", "src/experiments/other-noise.ts"]);
  const printed = withAddition(
    "experiment",
    `
    import { main } from "./src/cli/main.ts";
    await main(["reproduce", "other-noise", "--budget", "quick", "--out", "found", "--threads", "1"]);`,
  );
  expect(printed).toMatch(
    /^MNIST: a network trained at p = 0\.5 under other p .*\n(p = 0\.[3-7]: [\d.]+ % error\.\n){5}report: /,
  );
});
