/** The networks that come with the page: mnist-cnn, calibrated, its conventional twin of rectifiers, and nmnist-cnn. */
import { loadModel, type ModelFile } from "neural-sampling/web";

const loaded = new Map<string, Promise<ModelFile>>();

/** Each is fetched once a page; a failed fetch is tried again by the next call. */
const modelAt = (path: string): Promise<ModelFile> => {
  const known = loaded.get(path);
  if (known) return known;
  const model = loadModel(new URL(path, document.baseURI).href);
  loaded.set(path, model);
  model.catch(() => loaded.delete(path));
  return model;
};

export const samplingModel = (): Promise<ModelFile> => modelAt("./models/mnist-cnn.safetensors");

/** Conventional twin of `samplingModel`: the same layers of rectifiers with batch normalization. */
export const conventionalModel = (): Promise<ModelFile> => modelAt("./models/mnist-cnn-relu.safetensors");

/** nmnist-cnn for frames by `nmnistFraming`, trained on made recordings of the embedded digits. */
export const eventModel = (): Promise<ModelFile> => modelAt("./models/nmnist-cnn.safetensors");
