/** A trained model as one safetensors file, for `readModel` and `loadModel`. */
import { unsureAbove } from "../inference/unsure.ts";
import type { Model } from "../networks/model.ts";
import { encodeModelFile } from "../networks/model-file.ts";
import { packageVersion } from "../version.ts";

export interface SafetensorsOptions {
  /** Names of the classes. */
  readonly classNames?: readonly string[];
  /** Share of log(classes) above which an entropy means "unsure" (default 0.22). */
  readonly unsure?: number;
}

/** Bytes of the .safetensors file: network and parameters, without the optimiser's state. */
export const exportSafetensors = (
  model: Model,
  { classNames, unsure }: SafetensorsOptions = {},
): Uint8Array<ArrayBuffer> =>
  encodeModelFile(model, {
    threshold: unsureAbove(model.network.classes, unsure),
    version: packageVersion,
    ...(classNames && { classNames }),
  });
