/** Start, pause, step and reset, and where the training stands. */
import { useSignal } from "@preact/signals";
import {
  beat,
  gpuLostAt,
  type Phase,
  pause,
  phase,
  type Run,
  reset,
  resume,
  run,
  start,
  stepOf,
} from "./run.ts";
import type { Settings } from "./settings.ts";
import { isReading } from "./take-files.ts";

const PHASES: Readonly<Record<Phase, string>> = {
  ready: "Ready",
  opening: "Compiling the training step …",
  running: "Training",
  paused: "Paused",
  done: "Done",
  failed: "Ended by an error",
};

/** What the network computes on, and its twin where that is something else. */
const placeOf = ({ trainees }: Run): string => {
  const places = trainees.map(({ training: { device, threads } }) =>
    device === "webgpu" ? "WebGPU" : `WebAssembly, ${threads === 1 ? "one thread" : `${threads} threads`}`,
  );
  return [...new Set(places)].join("; the twin on ");
};

/** Says that a GPU was lost, and that the training goes on. */
const LostGpu = () =>
  gpuLostAt.value === undefined ? null : (
    <p class="note" role="status">
      The GPU was lost at step {gpuLostAt.value.toLocaleString("en-US")}. Training goes on with WebAssembly,
      from the last state that was copied from the GPU: the steps since are computed again, with the same
      noise.
    </p>
  );

const Progress = ({ run: now }: { readonly run: Run }) => {
  void beat.value;
  const [step, { steps, settings }] = [stepOf(now), now];
  return (
    <>
      <progress max={steps} value={step} aria-label="Progress of the training" />
      <span class="number">
        step {step.toLocaleString("en-US")} of {steps.toLocaleString("en-US")},{" "}
        {settings.epochs === 1 ? "one epoch" : `${settings.epochs} epochs`}; computes on: {placeOf(now)}
      </span>
    </>
  );
};

const CopyLink = () => {
  const copied = useSignal(false);
  return (
    <button
      type="button"
      onClick={async () => {
        await navigator.clipboard.writeText(location.href);
        copied.value = true;
      }}
    >
      {copied.value ? "Link copied" : "Copy link"}
    </button>
  );
};

export const Controls = ({ settings }: { readonly settings: Settings }) => {
  const now = phase.value;
  // A start would be without the files that are being read.
  const waits = isReading.value;
  const startOrGoOn = () => {
    if (now === "running") pause();
    else if (now === "paused") resume();
    else void start(settings);
  };
  const step = () => (now === "paused" ? resume(1) : void start(settings, 1));
  return (
    <div class="controls">
      <div class="buttons">
        <button class="primary" type="button" disabled={waits || now === "opening"} onClick={startOrGoOn}>
          {now === "running"
            ? "Pause"
            : now === "paused"
              ? "Go on"
              : now === "ready"
                ? "Start"
                : "Start again"}
        </button>
        <button type="button" disabled={waits || (now !== "paused" && now !== "ready")} onClick={step}>
          Step
        </button>
        <button type="button" disabled={now === "ready"} onClick={reset}>
          Reset
        </button>
        <CopyLink />
      </div>
      <p class="status">
        <span role="status">{PHASES[now]}</span> {run.value && <Progress run={run.value} />}
      </p>
      <LostGpu />
    </div>
  );
};
