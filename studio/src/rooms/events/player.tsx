/** Plays a recording: present time, speed, and how long an event is shown. */
import { useSignal } from "@preact/signals";
import type { TransformedRecording } from "neural-sampling/web";
import { useEffect } from "preact/hooks";
import { changeSettings, numberSetting } from "../../address.ts";
import { Slider } from "../../shared/slider.tsx";
import { Rate } from "./rate.tsx";
import { Screen } from "./screen.tsx";
import { timeText } from "./times.ts";

/** log2 of the speed, in real time. */
const speedSetting = (): number => Math.round(numberSetting("speed", -2, -8, 2));
/** Milliseconds. */
const trailSetting = (): number => numberSetting("trail", 20, 1, 200);

const speedText = (log: number): string =>
  log < 0 ? `1/${2 ** -log} of real time` : `${2 ** log} × real time`;

/** Part of the recording that a still picture at first is of. */
const FIRST = 0.25;

export const Player = ({ recording }: { readonly recording: TransformedRecording }) => {
  const { durationUs } = recording.rate;
  const at = useSignal(FIRST);
  const plays = useSignal(false);
  const log = speedSetting();
  const trail = trailSetting();
  useEffect(() => {
    if (!plays.value) return;
    let last: number | undefined;
    let frame = 0;
    const step = (time: number): void => {
      const passed = last === undefined ? 0 : time - last;
      last = time;
      at.value = (at.value + (1000 * passed * 2 ** log) / Math.max(1, durationUs)) % 1;
      frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
    return () => cancelAnimationFrame(frame);
  }, [plays.value, log, durationUs]);
  const now = at.value * durationUs;
  return (
    <section class="player" aria-label="Player">
      <Screen {...{ recording, now }} trail={1000 * trail} />
      <Rate rate={recording.rate} now={now} />
      <Slider
        label="Time"
        value={Math.round(1000 * at.value)}
        min={0}
        max={1000}
        step={1}
        text={`${timeText(now)} of ${timeText(durationUs)}`}
        onInput={(value) => {
          plays.value = false;
          at.value = value / 1000;
        }}
      />
      <div class="play">
        <button
          type="button"
          class="primary"
          onClick={() => {
            plays.value = !plays.value;
          }}
        >
          {plays.value ? "Pause" : "Play"}
        </button>
        <Slider
          label="Speed"
          value={log}
          min={-8}
          max={2}
          step={1}
          text={speedText(log)}
          onInput={(value) => changeSettings({ speed: String(value) })}
        />
        <Slider
          label="An event is shown for"
          value={trail}
          min={1}
          max={200}
          step={1}
          text={`${trail} ms`}
          onInput={(value) => changeSettings({ trail: String(value) })}
        />
      </div>
    </section>
  );
};
