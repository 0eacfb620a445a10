/**
 * Prediction of one digit, warm: our predictor compared with our exported ONNX model in onnxruntime-node, and
 * concurrent callers with a single one.
 */
import ort from "onnxruntime-node";
import { exportOnnx } from "../src/export/onnx.ts";
import { openPredictor } from "../src/inference/node.ts";
import type { Predictor } from "../src/inference/predictor.ts";
import { mnistCnn } from "../src/networks/catalogue.ts";
import { initialParameters } from "../src/networks/initialize.ts";
import type { Model } from "../src/networks/model.ts";
import { parametersOf } from "../src/networks/plan.ts";
import { interleave, type Schedule, type Standing, timed } from "./interleave.ts";

/** Two ways to compute the same predictions. */
export interface Race {
  readonly name: string;
  readonly ours: Standing;
  readonly other: Standing;
  /** Maximum ratio of our time to the other's that is the goal. */
  readonly goal: number;
}

const PASSES = [10, 100];
const CALLERS = 8;
const SCHEDULE: Schedule = { warmUp: 10, rounds: 15, steps: 10 };

const digit = (seed: number): Uint8Array => Uint8Array.from({ length: 784 }, (_, k) => (k * seed) % 256);

const against = async (model: Model, passes: number, predictor: Predictor, goal: number): Promise<Race> => {
  const session = await ort.InferenceSession.create(exportOnnx(model, { batch: 1, samples: passes }));
  const pixels = digit(7);
  const images = new ort.Tensor(
    "float32",
    Float32Array.from(pixels, (pixel) => pixel / 255),
    [1, 1, 28, 28],
  );
  const name = `${model.network.name}, one digit, ${passes} passes`;
  const [ours, other] = await interleave(
    [
      timed(name, async () => void (await predictor.predict(pixels))),
      timed("exported model in onnxruntime-node", async () => void (await session.run({ images }))),
    ],
    SCHEDULE,
  );
  await session.release();
  return { name, ours: ours!, other: other!, goal };
};

const together = async (passes: number, predictor: Predictor): Promise<Race> => {
  const digits = Array.from({ length: CALLERS }, (_, k) => digit(k + 3));
  const name = `${CALLERS} callers at once, ${passes} passes`;
  const [ours, other] = await interleave(
    [
      timed(name, async () => void (await Promise.all(digits.map((pixels) => predictor.predict(pixels))))),
      timed(`one call of ${CALLERS} digits`, async () => void (await predictor.predict(digits))),
    ],
    SCHEDULE,
  );
  return { name, ours: ours!, other: other!, goal: 1.3 };
};

export async function* predictionRaces(threads: number): AsyncGenerator<Race, void, void> {
  const network = mnistCnn();
  const model = { network, parameters: initialParameters(parametersOf(network), 1) };
  for (const passes of PASSES) {
    const predictor = await openPredictor(model, { passes, threads });
    yield await against(model, passes, predictor, passes === 10 ? 0.5 : 0.25);
    yield await together(passes, predictor);
    await predictor.close();
  }
}
