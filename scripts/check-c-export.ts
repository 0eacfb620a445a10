/**
 * Checks the C that a run exports to: compilers' warnings, sanitizers, cppcheck, 1,000 test images by 20 passes against the
 * programs of ONNX Runtime, their times, and Cortex-M4 and M55 in QEMU. What needs a tool that is absent is left out, and
 * said so. Debian's packages: gcc, cppcheck, gcc-arm-none-eabi, libnewlib-arm-none-eabi, qemu-system-arm.
 *
 *     npx tsx scripts/check-c-export.ts RUN DATA [int8 | int4 | ternary]
 */
import { execFile, execFileSync, spawnSync } from "node:child_process";
import { copyFile, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { ImageSplit } from "../src/datasets/dataset.ts";
import { openDataset } from "../src/datasets/open.ts";
import { exportC } from "../src/export/c/export.ts";
import { drawnAsInC } from "../src/export/c/passes.ts";
import { integerLogits, integerNoise, sharedByIntegerPasses, sharedShape } from "../src/integer/program.ts";
import { quantize } from "../src/integer/quantize.ts";
import { type IntegerNetwork, pixelIntegers, type WeightWidth } from "../src/networks/integers/integers.ts";
import { createLocalEngine } from "../src/runtime/local-engine.ts";
import { allocateElements } from "../src/tensor/elements.ts";
import { lower } from "../src/tensor/lower.ts";
import { input, sizeOf, type Tensor } from "../src/tensor/tensor.ts";
import { openRun } from "../src/training/runs/run.ts";

const run = promisify(execFile);
const OWN = fileURLToPath(new URL("c/", import.meta.url));
const [IMAGES, PASSES, SEED] = [1000, 20, 5];
/** Goal: maximum time of a pass in C, relative to ONNX Runtime. */
const GOAL = 3;
const STRICT = ["-std=c99", "-Wall", "-Wextra", "-Wconversion", "-Wdouble-promotion", "-Werror"];
const KERNEL = ["nsm.c", "network.c"];

let failures = 0;
const report = (what: string, found: string, isRight = true): void => {
  if (!isRight) failures++;
  process.stdout.write(`${isRight ? "ok  " : "FAIL"} ${what}: ${found}\n`);
};

const hasTool = (name: string): boolean => {
  const isThere = spawnSync(name, ["--version"]).error === undefined;
  if (!isThere) process.stdout.write(`left out: ${name} is absent\n`);
  return isThere;
};

const attempt = async (what: string, work: () => Promise<string>): Promise<void> => {
  try {
    report(what, await work());
  } catch (cause) {
    const { stderr, stdout, message } = cause as { stderr?: string; stdout?: string; message: string };
    report(what, stderr || stdout || message, false);
  }
};

/** Logits of the programs of ONNX Runtime with the C's random numbers, and the processor time of a pass in microseconds. */
const byPrograms = async (network: IntegerNetwork, { images }: ImageSplit) => {
  const engine = createLocalEngine({ device: "cpu", threads: 1 });
  const compile = async (rows: number, outputs: Record<string, Tensor>) => {
    const executable = await engine.compile(lower(outputs));
    const arrays = (of: Readonly<Record<string, Tensor>>) =>
      Object.fromEntries(Object.entries(of).map(([name, tensor]) => [name, allocateElements(tensor)]));
    const [inputs, found] = [arrays(executable.program.inputs), arrays(outputs)];
    return { inputs, found, run: () => executable.run(inputs, found), rows };
  };
  const image = await compile(1, {
    entering: sharedByIntegerPasses(network, input("images", [1, ...network.input])),
  });
  const noise = integerNoise(network, PASSES);
  const entry = input("entering", [PASSES, ...sharedShape(network)]);
  const pass = await compile(PASSES, { logits: integerLogits(network, entry, noise) });
  const random = drawnAsInC(SEED);
  const pixels = sizeOf(network.input);
  const logits: number[] = [];
  let microseconds = 0;
  for (let k = 0; k < IMAGES; k++) {
    (image.inputs.images as Float32Array).set(
      pixelIntegers(network, images.subarray(k * pixels, (k + 1) * pixels)),
    );
    await image.run();
    for (let row = 0; row < PASSES; row++) {
      (pass.inputs.entering as Float32Array).set(
        image.found.entering as Float32Array,
        row * sizeOf(sharedShape(network)),
      );
      for (const layer of network.layers) {
        if (layer.type !== "spikes" && layer.type !== "pixels") continue;
        const numbers = pass.inputs[`${layer.name}.uniform`] as Float32Array;
        const size = numbers.length / PASSES;
        const own = random(layer);
        for (let j = 0; j < size; j++) numbers[row * size + j] = 1 - (own(j) + 0.5) / 2 ** 14;
      }
    }
    const begun = process.cpuUsage();
    await pass.run();
    const { user, system } = process.cpuUsage(begun);
    microseconds += user + system;
    logits.push(...(pass.found.logits as Float64Array));
  }
  return { logits, microseconds: microseconds / (IMAGES * PASSES) };
};

const compareWithPrograms = async (folder: string, network: IntegerNetwork, test: ImageSplit) => {
  await copyFile(join(OWN, "bulk.c"), join(folder, "bulk.c"));
  await run("gcc", [...STRICT, "-O3", "-march=native", "-o", "bulk", "bulk.c", ...KERNEL], { cwd: folder });
  const expected = await byPrograms(network, test);
  const images = test.images.subarray(0, IMAGES * sizeOf(network.input));
  const { stdout, stderr } = spawnSync(join(folder, "bulk"), [`${PASSES}`, `${SEED}`], {
    input: images,
    maxBuffer: 2 ** 28,
  });
  const found = new Int32Array(Uint8Array.from(stdout).buffer);
  const wrong = expected.logits.filter((logit, k) => logit !== found[k]).length;
  const total = IMAGES * PASSES * network.classes;
  report(
    "C against ONNX Runtime",
    `${wrong} of ${total} logits differ, ${IMAGES} images of ${PASSES} passes`,
    wrong === 0 && found.length === total,
  );
  const ratio = Number(stderr) / expected.microseconds;
  report(
    "time of a pass",
    `${Number(stderr).toFixed(1)} us in C, ${expected.microseconds.toFixed(1)} us in ONNX Runtime, one thread: ${ratio.toFixed(2)} times, goal ${GOAL}`,
    ratio <= GOAL,
  );
};

/** Machines of QEMU: where code, weights, variables and stack are, and nanoseconds of a SysTick. */
const MACHINES = [
  { cpu: "cortex-m4", machine: "mps2-an386", at: [0, 0x10000, 0x20000000, 0x20400000], tick: 40 },
  { cpu: "cortex-m55", machine: "mps3-an547", at: [0, 0x60000000, 0x21000000, 0x21200000], tick: 31.25 },
] as const;

const onCortex = async (folder: string): Promise<void> => {
  if (!hasTool("arm-none-eabi-gcc") || !hasTool("qemu-system-arm")) return;
  const kernel = ["startup.c", "cortex.c", "link.ld"];
  for (const file of kernel) await copyFile(join(OWN, file), join(folder, file));
  for (const { cpu, machine, at, tick } of MACHINES)
    await attempt(cpu, async () => {
      const places = ["CODE", "WEIGHTS", "VARIABLES", "STACK"].map(
        (name, k) => `-Wl,--defsym=${name}=${at[k]}`,
      );
      const options = [`-mcpu=${cpu}`, "-mthumb", "-O2", "-ffunction-sections", "-fdata-sections"];
      const linked = [
        "--specs=rdimon.specs",
        "-nostartfiles",
        "-Wl,--gc-sections",
        "-T",
        "link.ld",
        ...places,
      ];
      await run(
        "arm-none-eabi-gcc",
        [...STRICT, ...options, ...linked, "startup.c", "cortex.c", ...KERNEL, "-o", `${cpu}.elf`],
        { cwd: folder },
      );
      const objects = KERNEL.map((file) => file.replace(".c", `-${cpu}.o`));
      for (const [k, file] of KERNEL.entries())
        await run("arm-none-eabi-gcc", [...options, "-c", file, "-o", objects[k]!], { cwd: folder });
      const sizes = (await run("arm-none-eabi-size", objects, { cwd: folder })).stdout
        .trim()
        .split("\n")
        .slice(1);
      const [flash, memory] = [0, 2].map((column) =>
        sizes.reduce((sum, line) => sum + Number(line.trim().split(/\s+/)[column]), 0),
      );
      const semihosting = ["-semihosting-config", "enable=on,target=native"];
      const qemu = [
        "-M",
        machine,
        "-kernel",
        `${cpu}.elf`,
        "-icount",
        "shift=0",
        "-nographic",
        ...semihosting,
      ];
      const { stdout } = await run("qemu-system-arm", qemu, { cwd: folder, timeout: 600_000 });
      const { wrong, ticksOfImage, ticksOfPass } = JSON.parse(stdout);
      if (wrong !== 0) throw new Error(`${wrong} logits differ`);
      const millions = (ticks: number): string => `${((ticks * tick) / 1e6).toFixed(2)} million instructions`;
      return `${flash} bytes of flash, ${memory} of RAM; ${millions(ticksOfPass)} a pass, ${millions(ticksOfImage)} an image`;
    });
};

const [, , runFolder, data, weights = "int8"] = process.argv;
if (!runFolder || !data) throw new Error("usage: check-c-export.ts RUN DATA [WEIGHTS]");
const model = quantize(await openRun(runFolder), weights as WeightWidth);
const { test } = await openDataset(data);
const folder = await mkdtemp(join(tmpdir(), "nsm-c-"));
try {
  await exportC(model, folder);
  if (hasTool("gcc")) {
    for (const [what, options] of [
      ["no warnings, -O2", ["-O2"]],
      ["sanitizers", ["-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]],
    ] as const)
      await attempt(what, async () => {
        await run("gcc", [...STRICT, ...options, "-o", "checked", "test.c", ...KERNEL], { cwd: folder });
        await run("gcc", [...STRICT, ...options, "-o", "demo", "demo.c", ...KERNEL], { cwd: folder });
        return execFileSync(join(folder, "checked"), { encoding: "utf8" }).trim();
      });
    await attempt("size of the demo, -Os, stripped", async () => {
      await run("gcc", [...STRICT, "-Os", "-s", "-o", "small", "demo.c", ...KERNEL], { cwd: folder });
      return `${(await stat(join(folder, "small"))).size} bytes`;
    });
    await compareWithPrograms(folder, model.integers, test);
  }
  if (hasTool("cppcheck"))
    await attempt("cppcheck", async () => {
      const checks = [
        "--std=c99",
        "--enable=warning,performance,portability",
        "--inconclusive",
        "--error-exitcode=1",
      ];
      await run("cppcheck", [...checks, "--quiet", "nsm.c", "demo.c", "test.c"], { cwd: folder });
      return "nothing found";
    });
  await onCortex(folder);
} finally {
  await rm(folder, { recursive: true });
}
process.exit(failures === 0 ? 0 : 1);
