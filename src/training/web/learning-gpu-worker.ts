/** The Web Worker of a training or an online learner on WebGPU. */
import * as ort from "onnxruntime-web/webgpu";
import { answerByLearning } from "./answers.ts";

answerByLearning(ort);
