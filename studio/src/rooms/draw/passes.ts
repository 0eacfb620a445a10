/**
 * Passes of the picture that was asked about last, as a worker computes them. What is asked meanwhile replaces what waits:
 * nobody looks at a picture that has changed.
 */
import { openPredictor, type Prediction, type Predictor } from "neural-sampling/web";
import type { Chosen } from "../../shared/chosen-model.ts";
import { threadsAtHand } from "../../shared/isolation.ts";

export interface Question {
  readonly model: Chosen;
  /** undefined: the network is made ready only. */
  readonly picture: Uint8Array | undefined;
  readonly passes: number;
}

export interface Seen {
  readonly question: Question;
  readonly prediction: Prediction;
  /** Probabilities of all passes so far, [passes, classes]. */
  readonly passes: Float32Array;
  readonly isDone: boolean;
}

export interface Watching {
  ask(question: Question): void;
  close(): void;
}

/** Passes that come in one message: those of the calibration, so that the first answer has a verdict. */
const AT_ONCE = 20;

/** Workers of a network: one core is the page's. */
const workers = (): number => Math.min(2, Math.max(1, threadsAtHand() - 1));

/** `show` is called at most once a frame; `fail` with what a question failed of. */
export const watchPasses = (show: (seen: Seen) => void, fail: (cause: unknown) => void): Watching => {
  let wanted: Question | undefined;
  let isRunning = false;
  let isClosed = false;
  let open: { readonly key: string; readonly predictor: Predictor } | undefined;
  const inFrame = oncePerFrame(show);

  const predictorFor = async ({ key, load }: Chosen): Promise<Predictor> => {
    if (open?.key === key) return open.predictor;
    const predictor = await openPredictor(await load(), { threads: workers() });
    void open?.predictor.close();
    open = { key, predictor };
    return predictor;
  };

  const answer = async (question: Question): Promise<void> => {
    const predictor = await predictorFor(question.model);
    if (question.picture === undefined) return;
    const passes = new Float32Array(question.passes * question.model.names.length);
    const stream = predictor.stream(question.picture, { passes: question.passes, every: AT_ONCE });
    let length = 0;
    for await (const { prediction, latest } of stream) {
      if (isClosed) return;
      passes.set(latest, length);
      length += latest.length;
      const isDone = length === passes.length;
      // Shown even if the picture has changed meanwhile: who draws sees the passes of a moment ago.
      inFrame({ question, prediction, passes: passes.subarray(0, length), isDone });
      if (wanted !== question) return;
    }
  };

  const run = async (): Promise<void> => {
    isRunning = true;
    for (let question = wanted; question !== undefined && !isClosed; ) {
      try {
        await answer(question);
      } catch (cause) {
        // The next question gets another worker.
        void open?.predictor.close().catch(() => {});
        open = undefined;
        if (wanted === question && !isClosed) fail(cause);
      }
      question = wanted === question ? undefined : wanted;
    }
    isRunning = false;
    if (isClosed) await open?.predictor.close();
  };

  return {
    ask(question) {
      wanted = question;
      if (!isRunning) void run();
    },
    close() {
      isClosed = true;
      if (!isRunning) void open?.predictor.close();
    },
  };
};

/** Calls `show` in the next frame, with the last value given until then. */
const oncePerFrame = <T>(show: (value: T) => void): ((value: T) => void) => {
  let latest: T | undefined;
  return (value) => {
    const isDue = latest !== undefined;
    latest = value;
    if (isDue) return;
    requestAnimationFrame(() => {
      const shown = latest!;
      latest = undefined;
      show(shown);
    });
  };
};
