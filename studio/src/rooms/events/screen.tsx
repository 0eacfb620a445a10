/** The recording on a canvas: the events of a short time up to now, and when they come. */
import type { Events, TransformedRecording } from "neural-sampling/web";
import { useEffect, useRef } from "preact/hooks";
import { colourOf } from "../../shared/colour.ts";

interface ScreenProps {
  readonly recording: TransformedRecording;
  /** Present time, microseconds after the first event. */
  readonly now: number;
  /** Time that an event is shown for, microseconds. */
  readonly trail: number;
}

/** Number of the first event at `time` or after it. */
const firstFrom = (t: Events["t"], time: number): number => {
  let [low, high] = [0, t.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (t[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
};

const paint = (canvas: HTMLCanvasElement, { recording, now, trail }: ScreenProps): void => {
  const { events, sensor } = recording;
  const { t, x, y, polarity } = events;
  const image = new ImageData(sensor.width, sensor.height);
  const colours = ["--accent", "--warm"].map(colourOf);
  const end = (t[0] ?? 0) + now;
  for (let k = firstFrom(t, end - trail); k < t.length && t[k]! <= end; k++) {
    const at = 4 * (y[k]! * sensor.width + x[k]!);
    const colour = colours[polarity[k]!]!;
    for (let c = 0; c < 3; c++) image.data[at + c] = colour[c]!;
    image.data[at + 3] = 255;
  }
  canvas.getContext("2d")!.putImageData(image, 0, 0);
};

export const Screen = (props: ScreenProps) => {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { recording, now, trail } = props;
  const { width, height } = recording.sensor;
  useEffect(() => paint(canvas.current!, props), [recording, now, trail]);
  return (
    <div class="screen">
      <canvas
        ref={canvas}
        {...{ width, height }}
        style={{ aspectRatio: `${width} / ${height}` }}
        role="img"
        aria-label={`Events on ${width} × ${height} pixels`}
      />
    </div>
  );
};
