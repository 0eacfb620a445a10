/** The Web Worker of a training, a replica or an online learner on the CPU. */
import * as ort from "onnxruntime-web/wasm";
import { answerByLearning } from "./answers.ts";

answerByLearning(ort);
