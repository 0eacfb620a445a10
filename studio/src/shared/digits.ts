/** The embedded digits: the first 10,000 training and 2,000 test images of MNIST. */
import { type ImageSplit, readIdxSplit } from "neural-sampling/web";
import testImages from "../../../data/mnist-subset/t10k-images-idx3-ubyte.gz?url";
import testLabels from "../../../data/mnist-subset/t10k-labels-idx1-ubyte.gz?url";
import trainImages from "../../../data/mnist-subset/train-images-idx3-ubyte.gz?url";
import trainLabels from "../../../data/mnist-subset/train-labels-idx1-ubyte.gz?url";
import { fetched } from "./fetched.ts";

const CLASSES = 10;

/** A function that loads once; after a failure the next call tries again. */
const once = <Value>(load: () => Promise<Value>): (() => Promise<Value>) => {
  let loading: Promise<Value> | undefined;
  return () => {
    loading ??= load().catch((cause) => {
      loading = undefined;
      throw cause;
    });
    return loading;
  };
};

const splitOf = async (name: string, images: string, labels: string): Promise<ImageSplit> => {
  const files = await Promise.all([fetched(images), fetched(labels)]);
  return { ...(await readIdxSplit(...files, { name, classes: CLASSES })), subset: true };
};

export const trainingDigits = once(() => splitOf("embedded digits, train", trainImages, trainLabels));
export const testDigits = once(() => splitOf("embedded digits, test", testImages, testLabels));

/** Pixels of one image of a split, copied. */
export const digitPixels = ({ images, shape }: ImageSplit, index: number): Uint8Array => {
  const size = shape.reduce((product, side) => product * side, 1);
  return images.slice(index * size, (index + 1) * size);
};
