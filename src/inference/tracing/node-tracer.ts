/** Tracing in Node. The program runs on an engine thread. */
import type { Model } from "../../networks/model.ts";
import { createEngine, type EngineOptions } from "../../runtime/node.ts";
import { createTracer, type Tracer } from "./tracer.ts";

/**
 * A tracer of a model or a run, which shows single passes. Throws ConfigError for options out of their range and for a
 * model on a chip, DeviceError for a device that is not there.
 */
export const openTracer = async (model: Model, options: EngineOptions = {}): Promise<Tracer> =>
  createTracer(createEngine({ threads: 1, ...options }), model);
