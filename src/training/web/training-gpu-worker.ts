/** The Web Worker of a training on WebGPU. */
import * as ort from "onnxruntime-web";
import { answerByTraining } from "./answers.ts";

answerByTraining(ort);
