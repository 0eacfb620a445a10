/** Train: a network learns in the page. */
import { useComputed, useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { isBare } from "../../address.ts";
import { Failure } from "../../shared/failure.tsx";
import { AboutTrain } from "./about-train.tsx";
import { Controls } from "./controls.tsx";
import { Curves } from "./curves.tsx";
import { DataField } from "./data-field.tsx";
import { Filters } from "./filters.tsx";
import { lostProgress } from "./lost.ts";
import { beat, failure, pause, phase, type Run, reset, run } from "./run.ts";
import { Save } from "./save.tsx";
import { Scores } from "./scores.tsx";
import { isSame, type Settings, settingsOfAddress, writeAddress } from "./settings.ts";
import { SettingsForm } from "./settings-form.tsx";
import { Shifts } from "./shift-view.tsx";
import { useDrop } from "./take-files.ts";
import "./train.css";

/** The measurements of a run, drawn anew with every beat. */
const Measured = ({ run: now }: { readonly run: Run }) => {
  void beat.value;
  return (
    <>
      <Curves run={now} />
      <Scores run={now} />
      <Shifts run={now} />
      <div class="pair">
        {now.trainees.map(
          ({ name, weights, training }) =>
            weights && <Filters key={name} {...{ name, weights, input: training.network.input }} />,
        )}
      </div>
    </>
  );
};

/** The training that a reload ended, while the room has its settings. */
const Lost = ({ settings }: { readonly settings: Settings }) => {
  const lost = phase.value === "ready" ? lostProgress() : undefined;
  if (!lost || !isSame(settings, lost.settings)) return null;
  const { step, steps } = lost;
  return (
    <p class="note" role="status">
      The page was left at step {step.toLocaleString("en-US")} of {steps.toLocaleString("en-US")}, and the
      weights with it. The settings below are those of that training: Start repeats it, step by step.
    </p>
  );
};

/**
 * Keeps the run and the address together: a link to another run ends this one, the bare room shows the one there is, or has
 * the settings of the one that a reload ended.
 */
const useAddress = (): void => {
  useEffect(() => pause, []);
  useSignalEffect(() => {
    const settings = settingsOfAddress();
    const now = run.peek();
    const known = now ?? lostProgress();
    if (!known || isSame(settings, known.settings)) return;
    if (isBare()) writeAddress(known.settings);
    else if (now) reset();
  });
};

const Train = () => {
  const settings = useComputed(settingsOfAddress).value;
  useAddress();
  useDrop();
  const disabled = phase.value !== "ready";
  return (
    <div class="room train">
      <section aria-label="Training">
        <Lost settings={settings} />
        <div class="panel">
          <SettingsForm {...{ settings, disabled }} />
          <DataField {...{ settings, disabled }} />
          <Controls settings={settings} />
          {failure.value !== undefined && <Failure cause={failure.value} />}
        </div>
        {run.value && <Measured run={run.value} />}
        {run.value && phase.value !== "running" && <Save run={run.value} />}
      </section>
      <AboutTrain />
    </div>
  );
};

export default Train;
