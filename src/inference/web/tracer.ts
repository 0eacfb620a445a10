/** Tracing in browsers: a Web Worker does the work, so that the page goes on painting. */
import { checkModel, type Model } from "../../networks/model.ts";
import { checkOptionNames } from "../../option-names.ts";
import { webThreadOf } from "../../threads/web-thread.ts";
import type { TracedPass } from "../tracing/trace.ts";
import type { Tracer } from "../tracing/tracer.ts";
import type { TracerRequest } from "./tracer-worker.ts";

export interface OpenWebTracerOptions {
  /**
   * Folder, ending in a slash, from which the page serves onnxruntime-web's .wasm and .mjs files. Default: where the
   * bundler or the package has them.
   */
  readonly wasmFolder?: string;
}

/**
 * A tracer of a model, which shows single passes, in a worker of its own on the CPU. Resolves when its program is
 * compiled. Throws ConfigError for unknown options and a model that lacks parameters, WorkerError where the worker does
 * not start.
 */
export const openTracer = async (model: Model, options: OpenWebTracerOptions = {}): Promise<Tracer> => {
  checkOptionNames("tracer", options, ["wasmFolder"]);
  const { network, parameters } = checkModel(model);
  // Bundlers look for this expression, and make the worker's module a file of its own.
  const worker = new Worker(new URL("./tracer-worker.js", import.meta.url), { type: "module" });
  const { ask, close } = webThreadOf<TracerRequest, TracedPass | undefined>(
    worker,
    `tracer of network ${network.name}`,
  );
  try {
    await ask({ type: "start", model: { network, parameters }, engine: options });
  } catch (error) {
    close();
    throw error;
  }
  return {
    trace: (image, key) => ask({ type: "trace", image, key }) as Promise<TracedPass>,
    close: async () => close(),
  };
};
