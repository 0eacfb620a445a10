/** The Web Worker of a runner on WebGPU. */
import * as ort from "onnxruntime-web";
import { answerByRunner } from "./answer-page.ts";

answerByRunner(ort);
