/** The Web Worker of a training on the CPU, and of its further replicas. */
import * as ort from "onnxruntime-web/wasm";
import { answerByTraining } from "./answers.ts";

answerByTraining(ort);
