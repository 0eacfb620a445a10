/** The Web Worker of a tracer: see tracer.ts, which starts it. */
import * as ort from "onnxruntime-web/wasm";
import type { Model } from "../../networks/model.ts";
import { type WebEngineOptions, webEngineOn } from "../../runtime/web.ts";
import { answerPage } from "../../threads/web-thread.ts";
import type { PassKey, TracedPass } from "../tracing/trace.ts";
import { createTracer, type Tracer } from "../tracing/tracer.ts";

export type TracerRequest =
  | { readonly type: "start"; readonly model: Model; readonly engine: WebEngineOptions }
  | { readonly type: "trace"; readonly image: Uint8Array; readonly key: PassKey };

let tracer: Tracer | undefined;

/** The memory of a pass, which goes to the page. */
const buffersOf = ({ layers, outputs, probabilities }: TracedPass): ArrayBuffer[] => {
  const drawn = Object.values(layers).flatMap(({ mean, spikes }) => [mean, spikes]);
  const arrays = [...drawn, ...Object.values(outputs), probabilities];
  return [...new Set(arrays.map(({ buffer }) => buffer as ArrayBuffer))];
};

answerPage<TracerRequest, TracedPass | undefined>(async (request) => {
  if (request.type === "start") {
    tracer = await createTracer(
      webEngineOn(async () => ort, request.engine),
      request.model,
    );
    return { value: undefined };
  }
  const pass = await tracer!.trace(request.image, request.key);
  return { value: pass, transfer: buffersOf(pass) };
});
