/** Error of a model on test images. */
import { type ImageSplit, type Model, openPredictor } from "neural-sampling/web";
import { digitPixels } from "../../shared/digits.ts";

/** Passes of an image: few, as the curve needs no more. */
const PASSES = 10;

/** Errors of the mean of `PASSES` passes, in per cent. */
export const testError = async (model: Model, test: ImageSplit): Promise<number> => {
  const predictor = await openPredictor(model, { passes: PASSES });
  try {
    const images = Array.from({ length: test.count }, (_, k) => digitPixels(test, k));
    const answers = await predictor.predict(images);
    const wrong = answers.filter(({ label }, k) => label !== test.labels[k]).length;
    return (100 * wrong) / test.count;
  } finally {
    await predictor.close();
  }
};
