/** The Web Worker of a runner on the CPU. */
import * as ort from "onnxruntime-web/wasm";
import { answerByRunner } from "./answer-page.ts";

answerByRunner(ort);
