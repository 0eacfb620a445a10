/** Draw: a digit is drawn, and the network's passes stream. */
import {
  computed,
  type ReadonlySignal,
  type Signal,
  signal,
  useComputed,
  useSignalEffect,
} from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { chosenSampling, chosenTwin, isGiven } from "../../shared/chosen-model.ts";
import { useDroppedFiles } from "../../shared/dropped-files.ts";
import { Failure, FileFailure } from "../../shared/failure.tsx";
import { Answer } from "./answer.tsx";
import { Controls } from "./controls.tsx";
import "./draw.css";
import { pictureOf, type Sheet } from "../../shared/pad/ink.ts";
import { Pad } from "../../shared/pad/pad.tsx";
import { Picture } from "../../shared/pad/picture.tsx";
import { ExampleList } from "./example-list.tsx";
import { type Examples, loadExamples } from "./examples.ts";
import { LookInside } from "./look-inside.tsx";
import { type Models, type Question, type Seen, watchPasses } from "./passes.ts";
import { passesSetting, perturbationSetting } from "./settings.ts";
import { type ExampleSheet, sheetState } from "./sheet.ts";
import { fileFailure, takeFiles } from "./take-files.ts";
import { DrawText } from "./text.tsx";
import { Twin } from "./twin.tsx";

/** What a network was asked last, what is seen of its passes, and which models it is. */
interface Watched {
  readonly models: Signal<Models>;
  readonly asked: Signal<Question | undefined>;
  readonly seen: Signal<Seen | undefined>;
}

const watched = (): Watched => ({
  models: signal({ coming: undefined, ready: undefined }),
  asked: signal(undefined),
  seen: signal(undefined),
});

/** Whether the passes that were asked for are still to come. */
const isBusy = ({ asked, seen }: Watched): boolean =>
  asked.value?.picture !== undefined && !(seen.value?.isDone && seen.value.question === asked.value);

interface RoomState {
  readonly sheet: ExampleSheet;
  readonly examples: Signal<Examples | undefined>;
  /** What the network is given. */
  readonly picture: ReadonlySignal<Uint8Array | undefined>;
  readonly network: Watched;
  readonly twin: Watched;
  readonly failure: Signal<unknown>;
  /** Changes when what failed is tried again. */
  readonly attempt: Signal<number>;
}

const createState = (): RoomState => {
  const examples = signal<Examples | undefined>(undefined);
  const sheet = sheetState(examples, ({ leastSure }) => leastSure[0]);
  const picture = computed(() => {
    const { live, shown } = sheet;
    const { digit, drawing } = shown.value;
    const whole: Sheet = { digit, drawing: live.value ? [...drawing, live.value] : drawing };
    return pictureOf(whole, perturbationSetting());
  });
  return {
    ...{ sheet, examples, picture },
    network: watched(),
    twin: watched(),
    failure: signal<unknown>(undefined),
    attempt: signal(0),
  };
};

/** Asks a network whenever the question changes, in a worker of its own. */
const useAnswers = (
  { models, asked, seen }: Watched,
  { failure, attempt }: Pick<RoomState, "failure" | "attempt">,
  questionNow: () => Question | undefined,
): void => {
  const watching = useMemo(
    () =>
      watchPasses({
        show: (found) => {
          seen.value = found;
        },
        fail: (cause) => {
          failure.value = cause;
        },
        tellModels: (found) => {
          models.value = found;
        },
      }),
    [],
  );
  useEffect(() => watching.close, []);
  useSignalEffect(() => {
    attempt.value;
    const question = questionNow();
    asked.value = question;
    // The failure was that of another question.
    failure.value = undefined;
    if (question) watching.ask(question);
  });
};

const useExamples = ({ examples, failure, attempt }: RoomState): void =>
  useSignalEffect(() => {
    attempt.value;
    loadExamples().then(
      (found) => {
        examples.value = found;
      },
      (cause) => {
        failure.value = cause;
      },
    );
  });

const Draw = () => {
  const state = useMemo(createState, []);
  const { sheet, examples, picture, network, twin, failure, attempt } = state;
  useExamples(state);
  useAnswers(network, state, () => ({
    ...{ model: chosenSampling(), picture: picture.value, passes: passesSetting() },
  }));
  // The twin starts once the network has answered: opening the page waits for one network only.
  const hasAnswered = useComputed(() => network.seen.value !== undefined);
  useAnswers(twin, state, () => {
    const model = chosenTwin();
    return hasAnswered.value && model ? { model, picture: picture.value, passes: 1 } : undefined;
  });
  useDroppedFiles((files) => void takeFiles(files));
  const { example } = sheet.shown.value;
  const hasPicture = picture.value !== undefined;
  const retry = (): void => {
    failure.value = undefined;
    attempt.value++;
  };
  return (
    <div class="room draw">
      <section aria-label="Drawing">
        {failure.value !== undefined && (
          <Failure cause={failure.value}>
            <button type="button" onClick={retry}>
              Try again
            </button>
          </Failure>
        )}
        <FileFailure failure={fileFailure} />
        <div class="desk">
          <div>
            <Pad sheet={sheet} />
            <div class="buttons">
              <button type="button" onClick={sheet.undo} disabled={!sheet.canUndo.value}>
                Undo
              </button>
              <button type="button" onClick={sheet.clear}>
                Clear
              </button>
              <button
                type="button"
                aria-pressed={sheet.erases.value}
                onClick={() => {
                  sheet.erases.value = !sheet.erases.value;
                }}
              >
                Eraser
              </button>
            </div>
          </div>
          <div class="said" aria-busy={isBusy(network)}>
            <Answer seen={hasPicture ? network.seen.value : undefined} isBusy={isBusy(network)} />
            {hasPicture && <LookInside sheet={sheet.shown.value} />}
          </div>
        </div>
        {examples.value && (
          <ExampleList examples={examples.value} chosen={example?.index} onTake={sheet.take} />
        )}
        <div class="lower">
          <Controls models={network.models.value} />
          <div class="panel beside">
            <figure>
              <Picture pixels={picture.value} class="picture" />
              <figcaption class="hint">
                What the network is given: 28 × 28 pixels, scaled and centred as MNIST's digits are.
              </figcaption>
            </figure>
            {isGiven() ? (
              <p class="hint">A network from a file has no conventional twin here.</p>
            ) : (
              <Twin
                seen={hasPicture ? twin.seen.value : undefined}
                isBusy={isBusy(twin)}
                coming={twin.models.value.coming}
              />
            )}
          </div>
        </div>
      </section>
      <DrawText />
    </div>
  );
};

export default Draw;
