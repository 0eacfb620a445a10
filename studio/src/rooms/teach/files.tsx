/** Saving and loading the learner. */
import { exportSafetensors } from "neural-sampling/web";
import { download } from "../../shared/download.ts";
import { FileButton } from "../../shared/file-button.tsx";
import type { GivenFile } from "../../shared/given-files.ts";
import { networkName, savedLearner } from "./learner.ts";
import { EMPTY, STARTS, type Start } from "./lesson.ts";
import { changeLesson, failure, isKept, lesson, loadLearner, taught, withLearner } from "./state.ts";

const MOST_BYTES = 2 ** 28;

const START_LABELS: Readonly<Record<Start, string>> = {
  digits: "the strokes of digits",
  nothing: "nothing",
};

const attempt = async (work: () => Promise<void>): Promise<void> => {
  failure.value = undefined;
  try {
    await work();
  } catch (cause) {
    failure.value = cause;
  }
};

const saveLearner = (): Promise<void> =>
  attempt(async () => {
    const bytes = await withLearner("Saving …", savedLearner);
    download(bytes as Uint8Array<ArrayBuffer>, "learner.safetensors");
  });

const saveNetwork = (): Promise<void> =>
  attempt(async () => {
    const model = await withLearner("Saving …", ({ learner }) => learner.model());
    const { names } = lesson.peek();
    const network = { ...model.network, name: networkName(names) };
    download(exportSafetensors({ ...model, network }, { classNames: names }), "network.safetensors");
  });

const load = ([given]: readonly GivenFile[]): Promise<void> =>
  attempt(async () => {
    if (!given) return;
    const { size } = given.file;
    // Larger files are not read at all; the learner's own reader tells what is wrong with the others.
    const bytes = new Uint8Array(await given.file.slice(0, Math.min(size, MOST_BYTES)).arrayBuffer());
    await loadLearner(bytes);
  });

export const Files = () => {
  const { start, base, examples } = lesson.value;
  return (
    <section class="panel files" aria-label="Learner">
      <h2>Learner</h2>
      <label class="start">
        It starts with{" "}
        <select
          value={start}
          disabled={base !== undefined}
          onChange={({ currentTarget }) => {
            const next = currentTarget.value as Start;
            void changeLesson((now) => ({ ...now, start: next }));
          }}
        >
          {STARTS.map((each) => (
            <option key={each} value={each}>
              {START_LABELS[each]}
            </option>
          ))}
        </select>
      </label>
      <div class="buttons">
        <button type="button" disabled={!taught.value} onClick={() => void saveLearner()}>
          Save learner
        </button>
        <button type="button" disabled={!taught.value} onClick={() => void saveNetwork()}>
          Save network
        </button>
        <FileButton label="Load learner …" single onFiles={(files) => void load(files)} />
        <button
          type="button"
          disabled={examples.length === 0 && base === undefined}
          onClick={() => void changeLesson(() => EMPTY)}
        >
          Forget all
        </button>
      </div>
      <p class="hint">
        {base !== undefined && "A learner was loaded: it keeps its classes. "}
        {isKept.value === true && "The lesson is kept in this browser: a reload goes on with it."}
        {isKept.value === false &&
          "This tab does not keep the lesson (another tab does, or the browser refuses): a reload loses it. Save the learner to keep it."}
      </p>
    </section>
  );
};
