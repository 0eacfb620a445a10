/** The embedded test digits, fetched once a page. */
import { DownloadError, type ImageSplit, readIdxSplit } from "neural-sampling/web";
import imagesUrl from "../../../data/mnist-subset/t10k-images-idx3-ubyte.gz?url";
import labelsUrl from "../../../data/mnist-subset/t10k-labels-idx1-ubyte.gz?url";

let loaded: Promise<ImageSplit> | undefined;

const bytesAt = async (path: string): Promise<ArrayBuffer> => {
  const url = new URL(path, document.baseURI);
  const refuse = (given: string): never => {
    throw new DownloadError(`loading the test digits ${url}`, {
      given,
      expected: "the digits that come with the page",
      remedy: "Reload the page.",
    });
  };
  const response = await fetch(url).catch((cause: Error) => refuse(`a failure (${cause.message})`));
  return response.ok ? response.arrayBuffer() : refuse(`status ${response.status}`);
};

/** Throws DownloadError where they can't be fetched; the next call tries again. */
export const testDigits = (): Promise<ImageSplit> => {
  loaded ??= Promise.all([bytesAt(imagesUrl), bytesAt(labelsUrl)]).then(([images, labels]) =>
    readIdxSplit(images, labels, { name: "test digits", classes: 10 }),
  );
  loaded.catch(() => {
    loaded = undefined;
  });
  return loaded;
};

/** Pixels of one digit, [28, 28]. */
export const digitPixels = ({ images, shape }: ImageSplit, index: number): Uint8Array => {
  const size = shape.reduce((product, side) => product * side, 1);
  return images.slice(index * size, (index + 1) * size);
};
