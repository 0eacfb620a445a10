/** A Web Worker's side of a predictor: see predicting.ts, which starts it. The first message is its start. */
import type { Model } from "../../networks/model.ts";
import { type WebEngineOptions, type WebRuntime, webEngineOn } from "../../runtime/web.ts";
import type { Reply } from "../../threads/requests.ts";
import { answerPage } from "../../threads/web-thread.ts";
import { type RunnerReply, type RunnerRequest, runnerAnswers } from "../requests.ts";
import type { RunnerOptions } from "../runner.ts";

export interface WorkerStart {
  readonly type: "start";
  readonly model: Model;
  readonly engine: WebEngineOptions;
  readonly options: RunnerOptions;
}

/** Answers the page by a runner on a build of onnxruntime-web. */
export const answerByRunner = (ort: WebRuntime): void => {
  let answer: ((request: RunnerRequest) => Promise<Reply<RunnerReply>>) | undefined;
  answerPage<RunnerRequest | WorkerStart, RunnerReply>(async (request) => {
    if (request.type !== "start") return answer!(request);
    const { model, engine, options } = request;
    answer = runnerAnswers(
      () => webEngineOn(async () => ort, engine),
      model,
      options,
      () => {},
    );
    return { value: undefined };
  });
};
