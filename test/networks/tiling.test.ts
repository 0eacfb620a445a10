/**
 * All ways to compute a network agree: tiled or not, with gathered windows or not, with blocked channels or not, with
 * denormal numbers or not.
 */
import { describe, expect, test } from "vitest";
import { exportOnnx } from "../../src/export/onnx.ts";
import { type BaselineName, baseline } from "../../src/networks/baselines.ts";
import { initialParameters } from "../../src/networks/initialize.ts";
import { type Network, parseNetwork } from "../../src/networks/network.ts";
import { parametersOf } from "../../src/networks/plan.ts";
import { CACHED, WHOLE } from "../../src/networks/tiling.ts";
import { channelBlock } from "../../src/runtime/channel-block.ts";
import type { Engine } from "../../src/runtime/engine.ts";
import { createEngine } from "../../src/runtime/node.ts";
import { createWebEngine } from "../../src/runtime/web.ts";
import type { Program } from "../../src/tensor/lower.ts";
import { sizeOf } from "../../src/tensor/tensor.ts";
import { parseTraining } from "../../src/training/configuration.ts";
import { gradientProgram } from "../../src/training/replicas/gradient-program.ts";
import { setupOf } from "../../src/training/replicas/setup.ts";
import { initialState } from "../../src/training/state.ts";
import { uniform } from "../nn/draw.ts";
import { openLocalTrainer } from "../training/local-trainer.ts";

const engine = createEngine({ threads: 1 });
const BATCH = 4;

/** Two pooled convolutions, the second with several channels, both with sizes that windows of 2 do not divide. */
const pooling = parseNetwork({
  name: "pooling",
  encoding: "sign",
  input: [1, 15, 17],
  classes: 3,
  layers: [
    { type: "conv2d", channels: 5, kernel: 3, pool: 2 },
    { type: "conv2d", channels: 6, kernel: 2, pool: 2 },
    { type: "dense", units: 10 },
  ],
});

/** Channel counts that fill blocks, on images that are wide enough. */
const blocks = parseNetwork({
  name: "blocks",
  encoding: "sign",
  input: [1, 20, 20],
  classes: 3,
  layers: [
    { type: "conv2d", channels: 16, kernel: 3, padding: 1 },
    { type: "conv2d", channels: 32, kernel: 3, padding: 1 },
    { type: "dense", units: 10 },
  ],
});

const DOMAIN = "com.microsoft.nchwc";
const isBlocked = ({ model }: Pick<Program, "model">): boolean => Buffer.from(model).includes(DOMAIN);

/** Loss and gradients of a whole batch by one replica. */
const gradientsBy = (
  network: Network,
  how: Pick<Parameters<typeof gradientProgram>[1], "tiling" | "channelBlock" | "keepsDenormals">,
) =>
  gradientProgram(setupOf(network, parseTraining({ batch: BATCH })), {
    ...{ replica: 0, replicas: 1, rows: BATCH },
    ...how,
  }).program;

/** Loss and gradients of one batch, with every input generated from its name. */
const outputsOf = async (network: Network, program: Program): Promise<Record<string, Float32Array>> => {
  const executable = await engine.compile(program);
  const parameters = initialParameters(parametersOf(network), 1);
  const inputs = Object.fromEntries(
    Object.entries(program.inputs).map(([name, { shape, type }]) => {
      if (type === "int32") return [name, Int32Array.from({ length: sizeOf(shape) }, (_, k) => k % 3)];
      if (name === "count") return [name, Float32Array.of(BATCH)];
      if (name === "mask") return [name, new Float32Array(BATCH).fill(1)];
      if (name.endsWith("/norm")) return [name, new Float32Array(sizeOf(shape)).fill(1)];
      return [name, parameters[name] ?? uniform(name, sizeOf(shape))];
    }),
  );
  const found = await executable.run(inputs);
  await executable.dispose();
  return found as Record<string, Float32Array>;
};

/** Tolerance: sums of some hundred terms in another order, a few hundred roundings of the largest element. */
const expectSame = (a: Record<string, Float32Array>, b: Record<string, Float32Array>): void => {
  for (const [name, values] of Object.entries(a)) {
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    for (const [k, value] of values.entries())
      expect(Math.abs(value - b[name]![k]!), `${name}[${k}]`).toBeLessThanOrEqual(300 * 2 ** -24 * largest);
  }
};

const conventional: readonly BaselineName[] = [
  ...(["relu", "weight-normalization", "dropout", "drop-connect", "noisy-rectifier"] as const),
  ...(["binary", "binary-weight-normalization", "binary-erf"] as const),
];

describe("in chunks with gathered windows, or as a whole", () => {
  test.each(conventional)("loss and gradients are the same, by the same noise: %s", async (name) => {
    const network = baseline(pooling, name);
    const [cached, whole] = [CACHED, WHOLE].map((tiling) => gradientsBy(network, { tiling }));
    const found = await outputsOf(network, cached!);
    for (const [output, values] of Object.entries(found).filter(([key]) => key.includes(".weight/gradient")))
      expect(
        values.some((value) => value !== 0),
        output,
      ).toBe(true);
    expectSame(found, await outputsOf(network, whole!));
  });
});

/** The gradient program that a trainer compiles on an engine. */
const gradientOn = async (own: Engine): Promise<Program> => {
  const training = parseTraining({ batch: BATCH });
  const state = initialState(blocks, training, initialParameters(parametersOf(blocks), 1));
  const programs: Program[] = [];
  const compile: Engine["compile"] = (program) => {
    programs.push(program);
    return own.compile(program);
  };
  await (await openLocalTrainer({ ...own, compile }, setupOf(blocks, training), state)).dispose();
  return programs[0]!;
};

describe("with gradients whose denormal numbers are flushed", () => {
  test.each([pooling, baseline(pooling, "relu"), baseline(blocks, "relu")])(
    "loss and gradients are the same: %#",
    async (network) => {
      const [plain, flushed] = [false, true].map((keepsDenormals) =>
        gradientsBy(network, { keepsDenormals }),
      );
      expect(flushed!.model.length).toBeGreaterThan(plain!.model.length);
      expectSame(await outputsOf(network, plain!), await outputsOf(network, flushed!));
    },
  );

  test("a trainer's step flushes them where its engine keeps them", async () => {
    expect(createWebEngine().keepsDenormals).toBe(true);
    expect(createWebEngine({ device: "webgpu" }).keepsDenormals).toBeUndefined();
    const [plain, flushed] = [
      await gradientOn(engine),
      await gradientOn({ ...engine, keepsDenormals: true }),
    ];
    expect(flushed.model.length).toBeGreaterThan(plain.model.length);
  });
});

describe.runIf(process.arch === "x64")("by blocks of channels", () => {
  test.each(["relu", "noisy-rectifier"] as const)("loss and gradients are the same: %s", async (name) => {
    const network = baseline(blocks, name);
    const block = (await channelBlock())!;
    const [plain, blocked] = [{}, { channelBlock: block }].map((how) => gradientsBy(network, how));
    expect([plain!, blocked!].map(isBlocked)).toEqual([false, true]);
    expectSame(await outputsOf(network, plain!), await outputsOf(network, blocked!));
  });

  test("a trainer's step goes by those of its engine", async () => {
    expect(isBlocked(await gradientOn(engine))).toBe(true);
    const { channelBlock: _, ...plain } = engine;
    expect(isBlocked(await gradientOn(plain))).toBe(false);
  });

  test("is for the CPU alone, and never exported", () => {
    expect(createEngine({ threads: 1 }).channelBlock).toBeDefined();
    for (const device of ["webgpu", "cuda"] as const)
      expect(createEngine({ device }).channelBlock).toBeUndefined();
    const model = { network: blocks, parameters: initialParameters(parametersOf(blocks), 1) };
    expect(isBlocked({ model: exportOnnx(model, { noise: "inside", batch: 2, samples: 2 }) })).toBe(false);
  });
});
