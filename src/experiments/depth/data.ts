/** Images of the experiment on depth, of half the width and height. The test images stay unused. Node only. */
import type { Dataset, ImageSplit } from "../../datasets/dataset.ts";
import { blurred, noiseImages } from "../../datasets/perturb.ts";
import { firstImages } from "../../datasets/subset.ts";
import { splitValidation } from "../../datasets/validation.ts";
import { DataError } from "../../errors.ts";
import { grouped } from "../../grouped.ts";
import type { AugmentationDescription } from "../../loading/augmentation.ts";
import { halfSizeSplit } from "../../loading/half-size-split.ts";
import type { Images } from "../../networks/images.ts";
import type { ExperimentContext } from "../experiment.ts";
import { foreignToCifar10, openMnist, openRequired } from "../study/data.ts";
import type { Scale } from "./scale.ts";

/** Standard deviation of the blur, in pixels of the images of half the size. */
const BLUR = 2;

export interface DepthData {
  readonly train: ImageSplit;
  /** The last training images, on which everything is scored. */
  readonly validation: ImageSplit;
  /** Out-of-distribution images. */
  readonly others: readonly Images[];
  /** Augmentation that suits the images. */
  readonly augmentation: AugmentationDescription | undefined;
}

/**
 * CIFAR-10, or the embedded digits where the budget uses them and no folder of CIFAR-10 is given. Throws DataError if
 * CIFAR-10 is missing, and for images whose height or width is odd.
 */
export const depthData = async (
  context: ExperimentContext,
  { images, heldOut }: Scale,
): Promise<DepthData> => {
  const isDigits = context.budget.embedded && context.data.cifar10 === undefined;
  const { name, train: all } = isDigits ? await openMnist(context) : await openCifar(context);
  requireEven(all);
  const half = await halfSizeSplit(firstImages(all, images));
  const { train, validation: kept } = splitValidation(half, Math.floor(half.count / heldOut));
  const [count, whole] = [kept, half].map((split) => grouped(split.count));
  const validation = { ...kept, name: `${name}, last ${count} of ${whole} training images` };
  return {
    ...{ train, validation },
    others: [
      ...(isDigits ? [] : await foreignImages(context, validation)),
      noiseImages(validation.count, validation.shape),
      { ...blurred(validation, BLUR), name: `blurred by ${BLUR} pixels` },
    ],
    augmentation: isDigits ? undefined : { flip: true },
  };
};

const openCifar = (context: ExperimentContext): Promise<Dataset> =>
  openRequired("cifar10", "CIFAR-10", "its training images", context);

/** CIFAR-100's test images, as many as there are validation images, if they are here. */
const foreignImages = async (
  context: ExperimentContext,
  { count }: Pick<ImageSplit, "count">,
): Promise<readonly Images[]> =>
  Promise.all(
    (await foreignToCifar10(context, count)).map(async (images) => ({
      ...(await halfSizeSplit(images)),
      name: images.name,
    })),
  );

const requireEven = ({ name, shape }: ImageSplit): void => {
  const [, height, width] = shape;
  if (height % 2 === 0 && width % 2 === 0) return;
  throw new DataError("images of half the size", {
    given: `${name}: ${height} x ${width} pixels`,
    expected: "an even height and width",
    remedy: "Give the folder of CIFAR-10, or crop the images.",
  });
};
