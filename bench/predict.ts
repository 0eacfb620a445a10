/**
 * Prediction of one digit, warm: our predictor compared with our exported ONNX model in onnxruntime-node, and
 * concurrent callers with a single one.
 */
import { exportOnnx } from "../src/export/onnx.ts";
import { openPredictor } from "../src/inference/node.ts";
import type { Predictor } from "../src/inference/predictor.ts";
import { mnistCnn } from "../src/networks/catalogue.ts";
import { initialParameters } from "../src/networks/initialize.ts";
import type { Model } from "../src/networks/model.ts";
import { parametersOf } from "../src/networks/plan.ts";
import { type Schedule, timed } from "./interleave.ts";
import { type Race, raceOf } from "./race.ts";

/** Goals: maximum ratio to the exported model, by number of passes. */
const GOALS: ReadonlyMap<number, number> = new Map([
  [10, 0.5],
  [100, 0.25],
]);
const CALLERS = 8;
/** Goal: maximum ratio of concurrent callers to one call of as many images. */
const CALLERS_GOAL = 1.3;
const SCHEDULE: Schedule = { warmUp: 10, rounds: 15, steps: 10 };

const digit = (seed: number): Uint8Array => Uint8Array.from({ length: 784 }, (_, k) => (k * seed) % 256);

const versusExport = async (
  model: Model,
  passes: number,
  predictor: Predictor,
  goal: number,
): Promise<Race> => {
  // Shares the environment of the library with our threads, which have switched telemetry off.
  const ort = await import("onnxruntime-node");
  const session = await ort.InferenceSession.create(exportOnnx(model, { batch: 1, samples: passes }));
  const pixels = digit(7);
  const images = new ort.Tensor(
    "float32",
    Float32Array.from(pixels, (pixel) => pixel / 255),
    [1, 1, 28, 28],
  );
  const race = await raceOf(
    timed(`${model.network.name}, one digit, ${passes} passes`, async () => {
      await predictor.predict(pixels);
    }),
    timed("our exported model in onnxruntime-node", async () => {
      await session.run({ images });
    }),
    goal,
    SCHEDULE,
  );
  await session.release();
  return race;
};

const concurrentCallers = (passes: number, predictor: Predictor): Promise<Race> => {
  const digits = Array.from({ length: CALLERS }, (_, k) => digit(k + 3));
  return raceOf(
    timed(`${CALLERS} callers at once, ${passes} passes`, async () => {
      await Promise.all(digits.map((pixels) => predictor.predict(pixels)));
    }),
    timed(`one call of ${CALLERS} digits`, async () => {
      await predictor.predict(digits);
    }),
    CALLERS_GOAL,
    SCHEDULE,
  );
};

/** Yields the comparisons of a warm predictor with `threads` threads. */
export async function* predictionRaces(threads: number): AsyncGenerator<Race, void, void> {
  const network = mnistCnn();
  const model = { network, parameters: initialParameters(parametersOf(network), 1) };
  for (const [passes, goal] of GOALS) {
    const predictor = await openPredictor(model, { passes, threads });
    yield await versusExport(model, passes, predictor, goal);
    yield await concurrentCallers(passes, predictor);
    await predictor.close();
  }
}
