/** An online learner in a Web Worker: see learner.ts, which starts it. */
import { parseNetwork } from "../../networks/network.ts";
import { type WebRuntime, webEngineOn } from "../../runtime/web.ts";
import { createLearner, type LearnerCore } from "../online/core.ts";
import { decodeLearner, encodeLearner } from "../online/learner-file.ts";
import { prepareLearner } from "../online/prepare.ts";
import { openLearnerPrograms } from "../online/programs.ts";
import type { LearnerReply, LearnerRequest } from "./requests.ts";

const TYPES: readonly string[] = [
  "start learner",
  "resume learner",
  "learn",
  "predict",
  "undo",
  "learned model",
  "save",
] satisfies readonly LearnerRequest["type"][];

export const isOfLearner = (request: { readonly type: string }): request is LearnerRequest =>
  TYPES.includes(request.type);

/** Answers requests by one learner, which the first of them starts. */
export const answersOfLearner = (ort: WebRuntime): ((request: LearnerRequest) => Promise<LearnerReply>) => {
  let learner: LearnerCore | undefined;
  return async (request) => {
    switch (request.type) {
      case "start learner":
      case "resume learner": {
        const prepared =
          request.type === "resume learner"
            ? await decodeLearner(request.bytes)
            : prepareLearner(request.start, request.settings);
        const engine = webEngineOn(async () => ort, request.engine);
        learner = await createLearner(prepared, (options) => openLearnerPrograms(engine, options));
        return { network: learner.network, settings: learner.settings, score: learner.score() };
      }
      case "learn":
        return { prediction: await learner!.learn(request.image, request.label), score: learner!.score() };
      case "predict":
        return learner!.predict(request.image);
      case "undo":
        await learner!.undo();
        return learner!.score();
      case "learned model":
        return learner!.model().parameters;
      case "save": {
        const { network, settings } = learner!;
        const named = request.name === undefined ? network : parseNetwork({ ...network, name: request.name });
        return learner!.snapshot((snapshot) => encodeLearner({ network: named, settings }, snapshot));
      }
    }
  };
};
