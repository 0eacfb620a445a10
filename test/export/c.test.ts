/** Exported C, compiled by gcc with all warnings as errors and with sanitizers, against the reference. */
import { execFile, execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CheckpointError, ConfigError } from "../../src/errors.ts";
import { exportC } from "../../src/export/c/export.ts";
import { referenceLogits } from "../../src/export/c/passes.ts";
import { integersOf, quantize } from "../../src/integer/quantize.ts";
import { integerSoftmax, PROBABILITY_BITS } from "../../src/integer/softmax.ts";
import type { WeightWidth } from "../../src/networks/integers/integers.ts";
import { gaussian } from "../../src/nn/noise/gaussian.ts";
import { imagesFor, MODELS } from "../integer/models.ts";

const run = promisify(execFile);

const STRICT = ["-std=c99", "-Wall", "-Wextra", "-Wconversion", "-Wdouble-promotion", "-Werror"];
const SANITIZED = ["-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"];

const hasGcc = (() => {
  try {
    execFileSync("gcc", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    process.stderr.write("gcc is absent: the C export is not compiled\n");
    return false;
  }
})();

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nsm-c-"));
});
afterAll(() => rm(folder, { recursive: true }));

let exports = 0;

/** A folder with the model of that name. */
const exported = async (name: string, weights: WeightWidth = "int8"): Promise<string> => {
  const model = MODELS[name]!;
  const out = join(folder, `${exports++}`);
  await exportC(quantize(model, weights), out);
  return out;
};

const compiled = (out: string, program: string, options: readonly string[]): Promise<unknown> =>
  run("gcc", [...STRICT, ...options, "-o", program, `${program}.c`, "nsm.c", "network.c"], { cwd: out });

describe.skipIf(!hasGcc)("exported C", () => {
  it.each(Object.keys(MODELS))("compiles without warnings and gives the test vectors: %s", async (name) => {
    const out = await exported(name);
    await compiled(out, "test", ["-O1", ...SANITIZED]);
    const { stdout } = await run(join(out, "test"));
    expect(stdout).toBe("8 images of 4 passes: all logits are equal\n");
  });

  it.each(
    (["int4", "ternary"] as const).flatMap((weights) =>
      ["signs of pixels, pooled windows", "standardised pixels, sign neurons, borders, sums"].flatMap(
        (name) => [[], ["-DNSM_SYNAPSES"]].map((law) => [weights, name, law] as const),
      ),
    ),
  )("gives the test vectors of packed weights: %s, %s %s", async (weights, name, law) => {
    const out = await exported(name, weights);
    await compiled(out, "test", ["-O1", ...law, ...SANITIZED]);
    const { stdout } = await run(join(out, "test"));
    expect(stdout).toBe("8 images of 4 passes: all logits are equal\n");
  });

  it.each([
    "signs of pixels, pooled windows",
    "standardised pixels, sign neurons, borders, sums",
    "real pixels, dense layers",
  ])("gives the test vectors of the synapse law: %s", async (name) => {
    const out = await exported(name);
    await compiled(out, "test", ["-O1", "-DNSM_SYNAPSES", ...SANITIZED]);
    const { stdout } = await run(join(out, "test"));
    expect(stdout).toBe("8 images of 4 passes: all logits are equal\n");
  });

  it("refuses the synapse law where the noise is another", async () => {
    const model = MODELS["real pixels, dense layers"]!;
    const other = { ...model, network: { ...model.network, noise: gaussian(1) } };
    const out = join(folder, `${exports++}`);
    await exportC(quantize(other, "int8"), out);
    await compiled(out, "test", ["-O1"]);
    await expect(compiled(out, "test", ["-O1", "-DNSM_SYNAPSES"])).rejects.toThrow(
      "not Bernoulli with p = 1/2",
    );
  });

  it("takes a network's name as a comment", async () => {
    const model = MODELS["signs with borders"]!;
    const named = { ...model, network: { ...model.network, name: "a */ #error injected /*" } };
    const out = join(folder, `${exports++}`);
    await exportC(quantize(named, "int8"), out);
    await compiled(out, "test", ["-O1"]);
    expect(await readFile(join(out, "network.h"), "utf8")).toContain("a __ _error injected __,");
  });

  it("finds test vectors that differ", async () => {
    const out = await exported("signs with borders");
    const file = join(out, "network.c");
    const text = await readFile(file, "utf8");
    await writeFile(
      file,
      text.replace(/(bias_0\[\d+\] = \{\n)(-?\d+)/, (_, head, b) => `${head}${Number(b) + 900}`),
    );
    await compiled(out, "test", ["-O1"]);
    await expect(run(join(out, "test"))).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringContaining("DIFFER"),
    });
  });

  it("answers images from standard input as the reference does", async () => {
    const name = "signs of pixels, pooled windows";
    const out = await exported(name);
    await compiled(out, "demo", ["-O2", ...SANITIZED]);
    const model = MODELS[name]!;
    const network = integersOf(model, "int8");
    const images = imagesFor(model, 5);
    const [passes, seed] = [6, 11];
    const { stdout } = await piped(join(out, "demo"), [`${passes}`, `${seed}`], Buffer.concat(images));
    const lines = stdout.trim().split("\n");
    expect(lines).toHaveLength(5);
    for (const [k, logits] of referenceLogits(network, images, passes, seed).entries()) {
      const all = logits.map((each) => integerSoftmax(each));
      const mean = Array.from({ length: 3 }, (_, c) =>
        Math.floor(all.reduce((sum, each) => sum + each[c]!, 0) / passes),
      ).map((p) => p / 2 ** PROBABILITY_BITS);
      const entropy = mean.reduce((sum, p) => sum - (p > 0 ? p * Math.log(p) : 0), 0);
      const [label, ...numbers] = lines[k]!.split(/ +/).map(Number);
      expect(label).toBe(mean.indexOf(Math.max(...mean)));
      for (const [c, p] of mean.entries()) expect(numbers[c]).toBeCloseTo(p, 4);
      expect(Math.abs(numbers[3]! - entropy)).toBeLessThan(2e-4);
    }
  });

  it("refuses wrong arguments and input that ends within an image", async () => {
    const out = await exported("real pixels, dense layers");
    await compiled(out, "demo", ["-O1"]);
    const demo = join(out, "demo");
    expect(await piped(demo, ["0"], Buffer.alloc(0))).toMatchObject({ code: 2 });
    expect(await piped(demo, ["3", "x"], Buffer.alloc(0))).toMatchObject({ code: 2 });
    const cut = await piped(demo, [], Buffer.alloc(65));
    expect(cut).toMatchObject({ code: 1, stderr: expect.stringContaining("1 of 64 bytes") });
    expect(cut.stdout.trim().split("\n")).toHaveLength(1);
  });
});

const piped = (
  command: string,
  words: readonly string[],
  input: Buffer,
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> =>
  new Promise((resolve, reject) => {
    const child = execFile(command, words, (error, stdout, stderr) => {
      const code = error === null ? 0 : (error as { code?: number }).code;
      if (typeof code === "number") resolve({ code, stdout, stderr });
      else reject(error);
    });
    child.stdin!.on("error", () => {});
    child.stdin!.end(input);
  });

describe("exportC", () => {
  it("states its static memory and has a kernel of at most 700 lines", async () => {
    const out = await exported("real pixels, pooled windows with a stride");
    expect(await readFile(join(out, "network.h"), "utf8")).toMatch(/#define NSM_MEMORY \d+u/);
    expect((await readFile(join(out, "nsm.c"), "utf8")).split("\n").length).toBeLessThanOrEqual(700);
    expect(await readFile(join(out, "LICENSE"), "utf8")).toContain("MIT License");
  });

  it.each([
    ["int8", undefined],
    ["int4", 4],
    ["ternary", 2],
  ] as const)("stores weights of %s", async (weights, bits) => {
    const out = await exported("signs of pixels, pooled windows", weights);
    const text = await readFile(join(out, "network.c"), "utf8");
    // 5 units of 4 channels x 2 x 2 taps: one word a plane.
    const [, type, name, size] = /const (u?int\d+_t) (weight|packed)_1\[(\d+)\]/.exec(text)!;
    expect([type, name, Number(size)]).toEqual(
      bits ? ["uint32_t", "packed", 5 * bits] : ["int8_t", "weight", 5 * 16],
    );
    // Those of the first layer and of the readout have 8 bits.
    expect(text).toMatch(/int8_t weight_0\[36\]/);
    expect(text).toMatch(/int8_t weight_3\[/);
  });

  it("refuses a folder that holds anything, and a model in floating point", async () => {
    const model = MODELS["real pixels, dense layers"]!;
    await expect(exportC(quantize(model, "int8"), folder)).rejects.toThrow(CheckpointError);
    await expect(exportC(model, join(folder, "float"))).rejects.toThrow(ConfigError);
  });
});
