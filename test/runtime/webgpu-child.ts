/**
 * Training steps on WebGPU and on the CPU, as a program of its own: for webgpu.test.ts. ONNX Runtime's log of where it
 * places nodes goes to the standard error; the standard output is a report as JSON.
 */
import type { InferenceSession } from "onnxruntime-common";
import * as ort from "onnxruntime-node";
import { allocateBatch } from "../../src/loading/batch.ts";
import { fillBatch } from "../../src/loading/fill-batch.ts";
import { epochOrder } from "../../src/loading/order.ts";
import { encodingTable } from "../../src/networks/images.ts";
import { initialParameters } from "../../src/networks/initialize.ts";
import { parametersOf } from "../../src/networks/plan.ts";
import { key } from "../../src/random/key.ts";
import { createExecutable, type Engine, sessionProgram } from "../../src/runtime/engine.ts";
import { createLocalEngine } from "../../src/runtime/local-engine.ts";
import { type OrtPackage, packageSessions } from "../../src/runtime/package-session.ts";
import { parseTraining, type TrainingDescription } from "../../src/training/configuration.ts";
import { noiseSizes } from "../../src/training/noise-sizes.ts";
import { setupOf } from "../../src/training/replicas/setup.ts";
import { initialState } from "../../src/training/state.ts";
import { smallSplit } from "../training/digits.ts";
import { openLocalTrainer } from "../training/local-trainer.ts";
import { CASES, type StepReport, type WebgpuCase, type WebgpuReport } from "./webgpu-cases.ts";

/** What crosses between the host and the device, by the names of inputs and outputs. */
interface Crossed {
  readonly uploaded: string[];
  readonly downloaded: string[];
}

let crossed: Crossed = { uploaded: [], downloaded: [] };

/** The package, which notes the tensors of the host that runs read and write. */
const watched: OrtPackage = {
  Tensor: ort.Tensor,
  InferenceSession: {
    async create(model, options) {
      const session = await ort.InferenceSession.create(model, options);
      const onHost = (tensors: InferenceSession.OnnxValueMapType): readonly string[] =>
        Object.entries(tensors).flatMap(([name, { location }]) => (location === "cpu" ? [name] : []));
      return {
        ...{ release: () => session.release() },
        async run(feeds: InferenceSession.FeedsType) {
          const results = await session.run(feeds);
          crossed.uploaded.push(...onHost(feeds));
          crossed.downloaded.push(...onHost(results));
          return results;
        },
      } as unknown as InferenceSession;
    },
  },
};

/** Severity at which the library tells where it places nodes. */
const VERBOSE = 0;

const gpu = (): Engine => {
  const options = {
    executionProviders: ["webgpu"],
    logSeverityLevel: VERBOSE,
    intraOpNumThreads: 1,
  } as const;
  const { open, residence } = packageSessions(watched, options);
  return {
    ...{ device: "webgpu", threads: 1, residence },
    compile: async (program, { resident } = {}) =>
      createExecutable(program, await open(sessionProgram(program), resident)),
  };
};

const settingsOf = (settings: TrainingDescription) => parseTraining({ batch: 8, seed: 3, ...settings });

const train = async (engine: Engine, { network, settings, steps: count }: WebgpuCase) => {
  const training = settingsOf(settings);
  const split = smallSplit();
  const state = initialState(network, training, initialParameters(parametersOf(network), training.seed));
  const trainer = await openLocalTrainer(engine, setupOf(network, training), state);
  const batch = allocateBatch(training.batch, 36);
  const steps: StepReport[] = [];
  for (let step = 1; step <= count; step++) {
    const order = epochOrder(training.seed, step, split.count).subarray(0, training.batch);
    fillBatch(batch, split, order, { table: encodingTable(network) }, key(1, "unused"));
    crossed = { uploaded: [], downloaded: [] };
    const { loss, correct } = await trainer.step(step, training.learningRate, batch);
    steps.push({ loss, correct, ...crossed });
  }
  // What the state costs is not the steps'.
  crossed = { uploaded: [], downloaded: [] };
  const end = await trainer.state();
  await trainer.dispose();
  return { steps, end };
};

const difference = (a: Float32Array, b: Float32Array): number =>
  Math.sqrt(a.reduce((sum, value, k) => sum + (value - b[k]!) ** 2, 0) / a.length);

const report: WebgpuReport[] = [];
for (const each of CASES) {
  const theirs = await train(createLocalEngine({ device: "cpu", threads: 1 }), each);
  // The log has the name of the case before the lines of its sessions.
  console.error(`case ${each.name}`);
  const ours = await train(gpu(), each);
  report.push({
    name: each.name,
    ...{ cpu: theirs.steps, webgpu: ours.steps },
    noise: Object.keys(noiseSizes(each.network, 1)),
    differences: Object.fromEntries(
      Object.entries(theirs.end).map(([name, values]) => [name, difference(values, ours.end[name]!)]),
    ),
  });
}
console.log(JSON.stringify(report));
process.exit(0);
