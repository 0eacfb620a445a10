/** The Web Worker of a runner on WebGPU. */
import * as ort from "onnxruntime-web/webgpu";
import { answerByRunner } from "./answer-page.ts";

answerByRunner(ort);
