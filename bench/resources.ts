/**
 * npm run bench:resources: start-up time and memory of a training run of mnist-cnn: seconds from the start of
 * the process to the end of the first step, and resident memory over 1,000 further steps. Then the time to
 * sample all test digits as a function of the number of samples. Embedded digits, two threads.
 */

import { mnist } from "../src/datasets/mnist.ts";
import { evaluate } from "../src/inference/node.ts";
import { mnistCnn } from "../src/networks/catalogue.ts";
import { createEngine } from "../src/runtime/node.ts";
import { stateAtStart } from "../src/training/initial-state.ts";
import { trainingLoop } from "../src/training/loop.ts";
import { nodeHost } from "../src/training/node.ts";
import { prepareTraining } from "../src/training/prepare.ts";
import { parametersIn } from "../src/training/state.ts";

const REPORT_STEPS = [1, 100, 600, 1100];

const megabytes = (): string => `${(process.memoryUsage.rss() / 2 ** 20).toFixed(0)} MiB resident`;

const { train: split, test } = await mnist();
const engine = createEngine({ threads: 2 });
const prepared = await prepareTraining(mnistCnn(), split, { epochs: 11 });
const { network } = prepared;
const state = await stateAtStart(engine, prepared);
for await (const { position } of trainingLoop({ prepared, host: nodeHost(engine), state })) {
  if (REPORT_STEPS.includes(position.step))
    console.log(`step ${position.step}: ${process.uptime().toFixed(2)} s since start, ${megabytes()}`);
}
console.log(`largest: ${(process.resourceUsage().maxRSS / 2 ** 10).toFixed(0)} MiB`);

const parameters = parametersIn(network, state);
for (const samples of [25, 50, 100, 200]) {
  const began = performance.now();
  await evaluate({ network, parameters }, test, { samples, seed: 1, threads: 2 });
  const seconds = (performance.now() - began) / 1000;
  console.log(
    `${samples} samples of ${test.count} digits: ${seconds.toFixed(2)} s, ${((1000 * seconds) / samples).toFixed(1)} ms per sample`,
  );
}
