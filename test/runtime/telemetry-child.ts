/** Work on every path that loads ONNX Runtime, as a program of its own: for telemetry.test.ts. */
import { sample } from "../../src/inference/node.ts";
import { createEngine } from "../../src/runtime/node.ts";
import { requireDevice } from "../../src/runtime/require-device.ts";
import { train } from "../../src/training/runs/run.ts";
import { smallNetwork, smallSplit } from "../training/digits.ts";

const before = process.env.ORT_DISABLE_TELEMETRY;
const split = smallSplit();
const run = await train(smallNetwork, split, { epochs: 1, batch: 8, threads: 2 });
const size = split.images.length / split.count;
await sample(run, [split.images.slice(0, size)], { samples: 3, threads: 2 });
// The path of the npm package: the device may not be there, the library is loaded all the same.
await requireDevice(createEngine({ device: "webgpu" })).catch(() => {});
// Time for a thread of the library's own.
await new Promise((resolve) => setTimeout(resolve, 1500));
console.log(JSON.stringify({ before: before ?? null, after: process.env.ORT_DISABLE_TELEMETRY ?? null }));
