/** Passes on chips whose switches are correlated from pass to pass, relative to those of the network itself. */
import { openDataset } from "../src/datasets/open.ts";
import { openPredictor } from "../src/inference/node.ts";
import { mnistMlp } from "../src/networks/catalogue.ts";
import { initialParameters } from "../src/networks/initialize.ts";
import type { Model } from "../src/networks/model.ts";
import { parametersOf } from "../src/networks/plan.ts";
import { parseAnalogDevice } from "../src/substrate/device.ts";
import { putOnChip } from "../src/substrate/model-on-chip.ts";
import { sizeOf } from "../src/tensor/tensor.ts";
import { type Schedule, timed } from "./interleave.ts";
import { type Race, raceOf } from "./race.ts";

const [DIGITS, PASSES] = [1000, 100];
const SCHEDULE: Schedule = { warmUp: 2, rounds: 7, steps: 1 };
/** Correlation times in intervals between passes: noise of two and of three processes. */
const TIMES = [1, 10];
/** Goal: maximum ratio to independent noise. */
const GOAL = 2;

const deviceOf = (timeSeconds: number) =>
  parseAnalogDevice({
    name: `correlation time of ${timeSeconds} passes`,
    cell: { gMinMicrosiemens: 1, gMaxMicrosiemens: 50 },
    switch: { type: "probability", probability: 0.4, correlation: { timeSeconds, intervalSeconds: 1 } },
  });

/** Yields the comparisons of warm predictors of mnist-mlp with `threads` threads. */
export async function* chipRaces(threads: number): AsyncGenerator<Race, void, void> {
  const network = mnistMlp();
  const model: Model = { network, parameters: initialParameters(parametersOf(network), 1) };
  const { test } = await openDataset();
  const size = sizeOf(test.shape);
  const digits = Array.from({ length: DIGITS }, (_, k) => test.images.slice(k * size, (k + 1) * size));
  const plain = await openPredictor(model, { passes: PASSES, threads });
  for (const time of TIMES) {
    const device = deviceOf(time);
    const onChip = putOnChip(model, device, { seed: 1, chip: 0, seconds: 0 });
    const correlated = await openPredictor(onChip, { passes: PASSES, threads });
    yield await raceOf(
      timed(`${network.name}, ${device.name}`, async () => {
        await correlated.predict(digits);
      }),
      timed("independent passes", async () => {
        await plain.predict(digits);
      }),
      GOAL,
      SCHEDULE,
    );
    await correlated.close();
  }
  await plain.close();
}
