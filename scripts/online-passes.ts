/**
 * npx tsx scripts/online-passes.ts [DIGITS]: error and time an example of the online NSM on real pixels by its number of passes,
 * beside rectifiers with batch normalization, on the streams of `nsm reproduce online` of embedded digits. Learning rates are
 * those that the experiment's search has found. Keep the machine otherwise idle.
 */
import { openDataset } from "../src/datasets/open.ts";
import { examplesOf, STREAMS, type Stream } from "../src/experiments/drifting-digits.ts";
import { baseline } from "../src/networks/baselines.ts";
import { mnistMlp } from "../src/networks/catalogue.ts";
import { type Network, withEncoding } from "../src/networks/network.ts";
import { median } from "../src/statistics/quantile.ts";
import { openOnlineLearner } from "../src/training/online/learner.ts";

const SEED = 1;

interface Learner {
  readonly name: string;
  readonly network: Network;
  readonly learningRate: number;
  readonly passes: number;
}

const LEARNERS: readonly Learner[] = [
  ...[1, 2, 5, 10].map((passes) => ({
    ...{ name: `bNSM, real pixels, passes: ${passes}`, passes },
    ...{ network: withEncoding(mnistMlp(), "real"), learningRate: 1e-4 },
  })),
  {
    ...{ name: "rectifiers with batch normalization", passes: 1 },
    ...{ network: baseline(mnistMlp(), "batch-normalization"), learningRate: 8e-4 },
  },
];

const { train } = await openDataset();
const count = Number(process.argv[2] ?? 3000);

/** Error in per cent, and the median time of an example in milliseconds. */
const learned = async ({ network, learningRate, passes }: Learner, stream: Stream): Promise<string> => {
  const learner = await openOnlineLearner({ network }, { passes, learningRate, seed: SEED });
  const times: number[] = [];
  let wrong = 0;
  for (const { image, label } of examplesOf(train, stream, count, SEED)) {
    const began = performance.now();
    const prediction = await learner.learn(image, label);
    times.push(performance.now() - began);
    if (prediction.label !== label) wrong++;
  }
  await learner.close();
  return `${stream.name} ${((100 * wrong) / count).toFixed(2)} %, ${median(times).toFixed(2)} ms`;
};

for (const learner of LEARNERS) {
  const found: string[] = [];
  for (const stream of STREAMS) found.push(await learned(learner, stream));
  console.log(`${learner.name.padEnd(38)} ${found.join("; ")}`);
}
