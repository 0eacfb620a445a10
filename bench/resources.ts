/**
 * npm run bench:resources: what a training run of mnist-cnn takes besides time a step: seconds from the start of the
 * process to the end of the first step, and resident memory over 1,000 further steps; then how the time to sample all
 * test digits goes with the number of samples. Embedded digits, two threads.
 */

import { mnist } from "../src/datasets/mnist.ts";
import { evaluate } from "../src/inference/node.ts";
import { mnistCnn } from "../src/networks/catalogue.ts";
import { initialParameters } from "../src/networks/initialize.ts";
import { parametersOf } from "../src/networks/plan.ts";
import { createEngine } from "../src/runtime/node.ts";
import { parseTraining } from "../src/training/configuration.ts";
import { initialState } from "../src/training/state.ts";
import { trainingLoop } from "../src/training/train.ts";

const REPORT_STEPS = [1, 100, 600, 1100];

const megabytes = (): string => `${(process.memoryUsage.rss() / 2 ** 20).toFixed(0)} MiB resident`;

const network = mnistCnn();
const training = parseTraining({ epochs: 11 });
const { train: split, test } = await mnist();
const state = initialState(
  network,
  training.optimizer,
  initialParameters(parametersOf(network), training.seed),
);
const engine = createEngine({ threads: 2 });
for await (const { position } of trainingLoop({ engine, network, training, split, state })) {
  if (REPORT_STEPS.includes(position.step))
    console.log(`step ${position.step}: ${process.uptime().toFixed(2)} s since start, ${megabytes()}`);
}
console.log(`largest: ${(process.resourceUsage().maxRSS / 2 ** 10).toFixed(0)} MiB`);

const parameters = initialParameters(parametersOf(network), training.seed);
for (const samples of [25, 50, 100, 200]) {
  const began = performance.now();
  await evaluate({ network, parameters }, test, { samples, seed: 1, threads: 2 });
  const seconds = (performance.now() - began) / 1000;
  console.log(
    `${samples} samples of ${test.count} digits: ${seconds.toFixed(2)} s, ${((1000 * seconds) / samples).toFixed(1)} ms a sample`,
  );
}
