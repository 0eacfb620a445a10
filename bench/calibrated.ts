/** Time of a prediction with a calibration, by its detector of unfamiliar images, relative to one without. */
import { calibrate } from "../src/calibration/calibrate.ts";
import { openDataset } from "../src/datasets/open.ts";
import { firstImages } from "../src/datasets/subset.ts";
import { openPredictor } from "../src/inference/node.ts";
import { mnistCnn } from "../src/networks/catalogue.ts";
import { initialParameters } from "../src/networks/initialize.ts";
import type { Model } from "../src/networks/model.ts";
import { parametersOf } from "../src/networks/plan.ts";
import { sizeOf } from "../src/tensor/tensor.ts";
import { type Schedule, timed } from "./interleave.ts";
import { type Race, raceOf } from "./race.ts";

const PASSES = [20, 100];
/** Numbers of images in a call, each with its schedule. */
const CALLS: ReadonlyMap<number, Schedule> = new Map([
  [1, { warmUp: 10, rounds: 25, steps: 20 }],
  [8, { warmUp: 5, rounds: 15, steps: 5 }],
  [1000, { warmUp: 1, rounds: 5, steps: 1 }],
]);
/** Goal: maximum ratio of the time with a calibration to that without. */
const GOAL = 1.1;
/** Digits that the detector is fitted to. Its size, and so its time, does not depend on them. */
const FITTED = 1000;

/** Yields the comparisons of warm predictors of mnist-cnn with `threads` threads. */
export async function* calibratedRaces(threads: number): AsyncGenerator<Race, void, void> {
  const network = mnistCnn();
  const model: Model = { network, parameters: initialParameters(parametersOf(network), 1) };
  const { train, test } = await openDataset();
  const size = sizeOf(test.shape);
  for (const passes of PASSES) {
    const options = { samples: passes, threads };
    const calibration = await calibrate(model, { train: firstImages(train, FITTED) }, options);
    const calibrated = await openPredictor({ ...model, calibration }, { passes, threads });
    const plain = await openPredictor(model, { passes, threads });
    for (const [count, schedule] of CALLS) {
      const digits = Array.from({ length: count }, (_, k) => test.images.slice(k * size, (k + 1) * size));
      const what = `${count === 1 ? "one digit" : `${count} digits`}, ${passes} passes`;
      yield await raceOf(
        timed(`${network.name} with a detector, ${what}`, async () => {
          await calibrated.predict(digits);
        }),
        timed("without", async () => {
          await plain.predict(digits);
        }),
        GOAL,
        schedule,
      );
    }
    await Promise.all([calibrated.close(), plain.close()]);
  }
}
