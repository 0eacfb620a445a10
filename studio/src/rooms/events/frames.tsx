/** The frames that a network is given: how the events are cut, and what becomes of each pixel's. */
import type { FramedImage } from "neural-sampling/web";
import { useLayoutEffect, useRef } from "preact/hooks";
import { changeSettings } from "../../address.ts";
import { colourOf } from "../../shared/colour.ts";
import { ChoiceField } from "../../shared/field.tsx";
import { isDark } from "../../shared/scheme.ts";
import { Slider } from "../../shared/slider.tsx";
import {
  framesSetting,
  OUTPUTS,
  outputSetting,
  POLARITIES,
  polaritySetting,
  RANGES,
  SLICES,
  slicesSetting,
} from "./state.ts";
import { countText, timeText } from "./times.ts";

const LABELS = {
  by: { time: "Equal times", events: "Equal numbers of events" },
  polarity: {
    on: "Brighter events",
    off: "Darker events",
    merged: "Both, not told apart",
    both: "Both, a channel each",
  },
  output: { binary: "1 where there was any", counts: "Number of events" },
} as const;

interface FramesProps {
  readonly framed: FramedImage;
  /** Events that are framed, and the time that they take; undefined until they are known. */
  readonly events: number | undefined;
  readonly durationUs: number | undefined;
}

/** Width of a frame on the page, in pixels. */
const SHOWN_WIDTH = 80;

/** Colours of the channels, those of the player. */
const COLOURS = {
  on: ["--warm"],
  off: ["--accent"],
  merged: ["--ink"],
  both: ["--accent", "--warm"],
} as const;

/** Paints channels side by side: each frame of two channels in two colours. */
const paint = (canvas: HTMLCanvasElement, { pixels, shape }: FramedImage, channels: number): void => {
  const [planes, height, width] = shape as readonly [number, number, number];
  const frames = planes / channels;
  const columns = Math.min(frames, Math.max(1, Math.floor(canvas.parentElement!.clientWidth / SHOWN_WIDTH)));
  canvas.style.width = `${columns * SHOWN_WIDTH}px`;
  canvas.width = columns * (width + 1) - 1;
  canvas.height = Math.ceil(frames / columns) * (height + 1) - 1;
  const image = new ImageData(canvas.width, canvas.height);
  const most = pixels.reduce((a, b) => Math.max(a, b), 1);
  // Of two channels the first is that of darker events.
  const colours = COLOURS[polaritySetting()].map(colourOf);
  const paper = colourOf("--tint");
  for (let plane = 0; plane < planes; plane++) {
    const frame = Math.floor(plane / channels);
    const colour = colours[plane % colours.length]!;
    const top = Math.floor(frame / columns) * (height + 1);
    const left = (frame % columns) * (width + 1);
    for (let k = 0; k < height * width; k++) {
      const share = pixels[plane * height * width + k]! / most;
      const at = 4 * ((top + Math.floor(k / width)) * canvas.width + left + (k % width));
      const isFirst = image.data[at + 3] === 0;
      if (!isFirst && share === 0) continue;
      for (let c = 0; c < 3; c++) image.data[at + c] = paper[c]! + share * (colour[c]! - paper[c]!);
      image.data[at + 3] = 255;
    }
  }
  canvas.getContext("2d")!.putImageData(image, 0, 0);
};

export const Frames = ({ framed, events, durationUs }: FramesProps) => {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [by, count, polarity, output] = [
    slicesSetting(),
    framesSetting(),
    polaritySetting(),
    outputSetting(),
  ];
  const channels = polarity === "both" && framed.shape[0]! % 2 === 0 ? 2 : 1;
  const frames = framed.shape[0]! / channels;
  const dark = isDark.value;
  useLayoutEffect(() => paint(canvas.current!, framed, channels), [framed, channels, dark]);
  const each =
    by === "time"
      ? durationUs !== undefined && timeText(durationUs / count)
      : events !== undefined && `${countText(Math.round(events / count))} events`;
  const choice = <Choice extends string>(
    label: string,
    name: keyof typeof LABELS,
    value: Choice,
    choices: readonly Choice[],
  ) => (
    <ChoiceField
      {...{ label, value }}
      choices={choices.map((each) => [each, (LABELS[name] as Record<string, string>)[each]!] as const)}
      onChange={(next) => changeSettings({ [name]: next })}
    />
  );
  return (
    <section class="panel frames" aria-label="Frames">
      <h3>Frames, as a network takes them</h3>
      <div class="frames-area">
        <canvas
          ref={canvas}
          role="img"
          aria-label={`${frames} frames of ${framed.shape[2]} × ${framed.shape[1]} pixels`}
        />
      </div>
      <div class="framing">
        <Slider
          label="Number of frames"
          value={count}
          {...RANGES.frames}
          step={1}
          text={each ? `${count}, of ${each} each` : String(count)}
          onInput={(value) => changeSettings({ frames: String(value) })}
        />
        {choice("Cut into", "by", by, SLICES)}
        {choice("Drawn", "polarity", polarity, POLARITIES)}
        {choice("A pixel is", "output", output, OUTPUTS)}
      </div>
    </section>
  );
};
