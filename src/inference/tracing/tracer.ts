/** A tracer: passes of single images with all their spikes. Its program is compiled once. */
import { concatenateImages, encodeImage, encodingTable } from "../../networks/images.ts";
import type { Model } from "../../networks/model.ts";
import type { Engine } from "../../runtime/engine.ts";
import { sizeOf } from "../../tensor/tensor.ts";
import { compileTrace, type PassKey, type TracedPass } from "./trace.ts";

export interface Tracer {
  /**
   * A pass of one image, its pixels from 0 to 255, [channels, height, width]: the same as `tracePass` of the encoded
   * image. Rejects with DataError for an image of another size, ConfigError for a key that is no whole numbers from 0
   * and after `close`.
   */
  trace(image: Uint8Array, key: PassKey): Promise<TracedPass>;
  /** Frees the program. */
  close(): Promise<void>;
}

/** The tracer of a model on an engine. Throws ConfigError for a model that lacks parameters or is on a chip. */
export const createTracer = async (engine: Engine, model: Model): Promise<Tracer> => {
  const compiled = await compileTrace(engine, model, 1);
  const { network } = model;
  const table = encodingTable(network);
  return {
    async trace(image, key) {
      const encoded = new Float32Array(sizeOf(network.input));
      encodeImage(concatenateImages(network, [image]), 0, table, encoded, 0);
      return compiled.run(encoded, key);
    },
    close: () => compiled.dispose(),
  };
};
