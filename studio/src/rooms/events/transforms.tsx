/** Sliders of the transforms, and what they leave. */
import type { RecordingSummary, TransformedRecording } from "neural-sampling/web";
import { changeSettings } from "../../address.ts";
import { Slider } from "../../shared/slider.tsx";
import { denoiseSetting, fromSetting, RANGES, shrinkSetting, toSetting } from "./state.ts";
import { countText, timeText } from "./times.ts";

interface TransformsProps {
  readonly summary: RecordingSummary;
  readonly shown: TransformedRecording | undefined;
}

export const Transforms = ({ summary, shown }: TransformsProps) => {
  const length = (summary.lastUs ?? 0) - (summary.firstUs ?? 0);
  const [denoise, shrink, from, to] = [denoiseSetting(), shrinkSetting(), fromSetting(), toSetting()];
  const left = shown?.events.t.length;
  return (
    <section class="panel" aria-label="Transforms">
      <h3>Transforms</h3>
      <Slider
        label="Denoise: drop events without a neighbour"
        value={denoise}
        {...RANGES.denoise}
        step={1}
        text={denoise === 0 ? "off" : `within ${denoise} ms`}
        onInput={(value) => changeSettings({ denoise: String(value) })}
      />
      <Slider
        label="Crop: from"
        value={from}
        {...RANGES.percent}
        step={1}
        text={timeText((from * length) / 100)}
        onInput={(value) => changeSettings({ from: String(value) })}
      />
      <Slider
        label="Crop: to"
        value={to}
        {...RANGES.percent}
        step={1}
        text={timeText((to * length) / 100)}
        onInput={(value) => changeSettings({ to: String(value) })}
      />
      <Slider
        label="Pixels brought together"
        value={shrink}
        {...RANGES.shrink}
        step={1}
        text={shrink === 1 ? "none" : `${shrink} × ${shrink}`}
        onInput={(value) => changeSettings({ shrink: String(value) })}
      />
      <p class="hint number" role="status">
        {left === undefined
          ? "Transforming …"
          : `${countText(left)} of ${countText(summary.events)} events left`}
      </p>
    </section>
  );
};
