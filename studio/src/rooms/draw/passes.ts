/**
 * Passes of the picture that was asked about last, as a worker computes them. What is asked meanwhile replaces what waits:
 * nobody looks at a picture that has changed.
 */
import { type Model, openPredictor, type Prediction, type Predictor } from "neural-sampling/web";
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

/** The models of the predictor. */
export interface Models {
  /** The one that is being made ready, if any. */
  readonly coming: Chosen | undefined;
  /** The one that answers. */
  readonly ready: Chosen | undefined;
}

interface Watcher {
  /** Called at most once a frame. */
  readonly show: (seen: Seen) => void;
  /** Called with what a question failed of. */
  readonly fail: (cause: unknown) => void;
  readonly tellModels: (models: Models) => void;
}

export interface Watching {
  ask(question: Question): void;
  close(): void;
}

/** Passes that come in one message: those of the calibration, so that the first answer has a verdict. */
const AT_ONCE = 20;

/** Workers of a network: one core is the page's. */
const workers = (): number => Math.min(2, Math.max(1, threadsAtHand() - 1));

/** A question about another model ends the work at one that is still coming. */
export const watchPasses = ({ show, fail, tellModels }: Watcher): Watching => {
  let wanted: Question | undefined;
  let isRunning = false;
  let isClosed = false;
  let open: { readonly model: Chosen; readonly predictor: Predictor } | undefined;
  let loading: { readonly key: string; readonly ending: AbortController } | undefined;
  const inFrame = oncePerFrame(show);

  /** undefined where another model was asked for meanwhile. */
  const loaded = async ({ key, load }: Chosen): Promise<Model | undefined> => {
    const ending = new AbortController();
    loading = { key, ending };
    try {
      const model = await load(ending.signal);
      return ending.signal.aborted ? undefined : model;
    } catch (cause) {
      if (ending.signal.aborted) return undefined;
      throw cause;
    } finally {
      loading = undefined;
    }
  };

  const predictorFor = async (model: Chosen): Promise<Predictor | undefined> => {
    if (open?.model.key === model.key) return open.predictor;
    tellModels({ coming: model, ready: open?.model });
    try {
      const made = await loaded(model);
      if (!made) return undefined;
      const predictor = await openPredictor(made, { threads: workers() });
      void open?.predictor.close();
      open = { model, predictor };
      return predictor;
    } finally {
      tellModels({ coming: undefined, ready: open?.model });
    }
  };

  const answer = async (question: Question): Promise<void> => {
    const predictor = await predictorFor(question.model);
    if (!predictor || question.picture === undefined) return;
    const passes = new Float32Array(question.passes * question.model.names.length);
    const stream = predictor.stream(question.picture, { passes: question.passes, every: AT_ONCE });
    let length = 0;
    let seen: Seen | undefined;
    for await (const { prediction, latest } of stream) {
      if (isClosed) return;
      passes.set(latest, length);
      length += latest.length;
      const isDone = length === passes.length;
      // Shown even if the picture has changed meanwhile: who draws sees the passes of a moment ago.
      seen = { question, prediction, passes: passes.subarray(0, length), isDone };
      inFrame(seen);
      if (wanted !== question) return;
    }
    // All passes of a network without noise are alike: there is one.
    if (seen && !seen.isDone) inFrame({ ...seen, isDone: true });
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
      if (loading && loading.key !== question.model.key) loading.ending.abort();
      if (!isRunning) void run();
    },
    close() {
      isClosed = true;
      loading?.ending.abort();
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
