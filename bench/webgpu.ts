/** Training steps on the machine's GPU, by WebGPU, beside those on its CPU. */
import { existsSync, readdirSync } from "node:fs";
import { DeviceError } from "../src/errors.ts";
import { cifar10Allconv, mnistCnn } from "../src/networks/catalogue.ts";
import { cifar10Population } from "../src/networks/population-networks.ts";
import { createEngine } from "../src/runtime/node.ts";
import { requireDevice } from "../src/runtime/require-device.ts";
import type { Schedule } from "./interleave.ts";
import { trainingContestant } from "./ours.ts";
import { type Race, raceOf } from "./race.ts";

/** The first steps compile shaders. */
const SCHEDULE: Schedule = { warmUp: 5, rounds: 10, steps: 4 };
/** Goal: no slower than the CPU. */
const GOAL = 1;

/** Vulkan drivers that compute on the CPU. */
const SOFTWARE = /swiftshader|lvp|llvmpipe/i;

const hasRenderNode = (): boolean =>
  existsSync("/dev/nvidia0") ||
  (existsSync("/dev/dri") && readdirSync("/dev/dri").some((name) => name.startsWith("render")));

/** Why there is no GPU to measure; undefined if there is one. ONNX Runtime does not tell which adapter it took. */
const missingGpu = async (): Promise<string | undefined> => {
  const { VK_DRIVER_FILES = "", VK_ICD_FILENAMES = "" } = process.env;
  if (SOFTWARE.test(VK_DRIVER_FILES + VK_ICD_FILENAMES)) return "the Vulkan driver is one in software";
  if (process.platform === "linux" && !hasRenderNode())
    return "no GPU is here: no /dev/nvidia0, no /dev/dri/render*";
  try {
    await requireDevice(createEngine({ device: "webgpu" }));
    return undefined;
  } catch (cause) {
    if (!(cause instanceof DeviceError)) throw cause;
    return cause.message;
  }
};

/** Yields the steps of three networks; nothing where there is no GPU. */
export async function* webgpuRaces(threads: number, batch: number): AsyncGenerator<Race, void, void> {
  const missing = await missingGpu();
  if (missing !== undefined) {
    console.error(`left out: steps on WebGPU: ${missing}`);
    return;
  }
  const [gpu, cpu] = [createEngine({ device: "webgpu" }), createEngine({ threads })];
  for (const network of [mnistCnn(), cifar10Allconv(), cifar10Population()]) {
    const ours = await trainingContestant(gpu, network, batch);
    const other = await trainingContestant(cpu, network, batch);
    yield raceOf(
      { ...ours, name: `${ours.name}, WebGPU` },
      { ...other, name: `CPU, ${threads} threads` },
      GOAL,
      SCHEDULE,
    );
  }
}
