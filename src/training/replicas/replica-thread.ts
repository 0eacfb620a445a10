/** Worker thread of one replica after the other: see thread-trainer.ts. */
import { createLocalEngine } from "../../runtime/local-engine.ts";
import { answerRequests, stopAnswering } from "../../threads/thread.ts";
import { replicaAnswers } from "./replica-requests.ts";

answerRequests(
  replicaAnswers({
    createEngine: createLocalEngine,
    whenIdle: setImmediate,
    onEnd: stopAnswering,
  }),
);
