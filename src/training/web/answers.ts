/** A Web Worker's side of what learns in a browser: trainings, their replicas, and online learners. */
import type { WebRuntime } from "../../runtime/web.ts";
import { answerPage, answerPort } from "../../threads/web-thread.ts";
import type { LearnerReply, LearnerRequest, TrainingReply, TrainingRequest } from "./requests.ts";
import { answersOfLearner, isOfLearner } from "./worker-learner.ts";
import { answersOfReplica, prepareInWorker, type WorkerTraining } from "./worker-training.ts";

/** Answers the page by a training or a learner, or another worker by a replica, on a build of onnxruntime-web. */
export const answerByLearning = (ort: WebRuntime): void => {
  let training: WorkerTraining | undefined;
  const learner = answersOfLearner(ort);
  const answer = async (request: TrainingRequest): Promise<TrainingReply> => {
    switch (request.type) {
      case "prepare":
        training = await prepareInWorker(ort, request.start);
        return training.prepared;
      case "open":
        return training!.open(request.ports);
      case "time":
        return training!.time();
      case "kept":
        return training!.kept();
      case "advance":
        return training!.advance(request.until, request.milliseconds);
      case "model":
        return training!.model();
      case "probe":
        return training!.probe(request.images);
      case "replica":
        return answerPort(request.port, answersOfReplica(ort, request.engine)) as undefined;
    }
  };
  answerPage<TrainingRequest | LearnerRequest, TrainingReply | LearnerReply>(async (request) => ({
    value: await (isOfLearner(request) ? learner(request) : answer(request)),
  }));
};
