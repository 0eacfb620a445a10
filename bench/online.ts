/** Time of an example that is predicted and then learned, by an NSM and by the networks that online learning compares it with. */
import { openDataset } from "../src/datasets/open.ts";
import { baseline } from "../src/networks/baselines.ts";
import { mnistMlp } from "../src/networks/catalogue.ts";
import { type Network, withEncoding } from "../src/networks/network.ts";
import { sizeOf } from "../src/tensor/tensor.ts";
import { type OnlineLearner, openOnlineLearner } from "../src/training/online/learner.ts";
import { type Contestant, type Schedule, timed } from "./interleave.ts";
import { type Race, raceOf } from "./race.ts";

/** Passes of the NSM, as in the experiment. */
const PASSES = 10;
/** Goal: no slower than batch normalization. */
const GOAL = 1;
const SCHEDULE: Schedule = { warmUp: 10, rounds: 25, steps: 20 };

/** Yields the learner of real pixels beside those of rectifiers, with batch normalization and without. */
export async function* onlineRaces(): AsyncGenerator<Race, void, void> {
  const { train } = await openDataset();
  const size = sizeOf(train.shape);
  const learners: OnlineLearner[] = [];
  const contestant = async (network: Network, name: string): Promise<Contestant> => {
    const learner = await openOnlineLearner({ network }, { passes: PASSES, learningRate: 1e-4, seed: 1 });
    learners.push(learner);
    let next = 0;
    return timed(name, async () => {
      const k = next++ % train.count;
      await learner.learn(train.images.subarray(k * size, (k + 1) * size), train.labels[k]!);
    });
  };
  const own = mnistMlp();
  const ours = await contestant(
    withEncoding(own, "real"),
    `${own.name} online, an example, ${PASSES} passes`,
  );
  const normalized = await contestant(baseline(own, "batch-normalization"), "with batch normalization");
  const rectifiers = await contestant(baseline(own, "relu"), "rectifiers");
  yield await raceOf(ours, normalized, GOAL, SCHEDULE);
  yield await raceOf(ours, rectifiers, GOAL, SCHEDULE);
  await Promise.all(learners.map((learner) => learner.close()));
}
