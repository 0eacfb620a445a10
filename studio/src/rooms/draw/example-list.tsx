/** Buttons with the example digits. */
import { useEffect, useRef } from "preact/hooks";
import type { Example, Examples } from "./examples.ts";
import { SIDE } from "./ink.ts";
import { pictureCanvas } from "./pad-painting.ts";

interface PictureProps {
  readonly pixels: Uint8Array | undefined;
  readonly class?: string;
}

/** A picture of 28 x 28 in ink of the text's colour. */
export const Picture = ({ pixels, ...rest }: PictureProps) => {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const paint = (): void => {
      const context = canvas.current!.getContext("2d")!;
      context.clearRect(0, 0, SIDE, SIDE);
      if (pixels) context.drawImage(pictureCanvas(pixels, getComputedStyle(canvas.current!).color), 0, 0);
    };
    paint();
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    scheme.addEventListener("change", paint);
    return () => scheme.removeEventListener("change", paint);
  }, [pixels]);
  return <canvas {...rest} ref={canvas} width={SIDE} height={SIDE} />;
};

interface ListProps {
  readonly title: string;
  readonly examples: readonly Example[];
  readonly chosen: number | undefined;
  readonly onTake: (example: Example) => void;
}

const List = ({ title, examples, chosen, onTake }: ListProps) => (
  <fieldset class="examples">
    <legend>{title}</legend>
    {examples.map((example) => (
      <button
        key={String(example.index)}
        type="button"
        aria-pressed={example.index === chosen}
        aria-label={`A ${example.label}, test digit ${example.index}, entropy ${example.entropy.toFixed(2)} nats`}
        onClick={() => onTake(example)}
      >
        <Picture pixels={example.pixels} />
      </button>
    ))}
  </fieldset>
);

interface ExampleListProps extends Pick<ListProps, "chosen" | "onTake"> {
  readonly examples: Examples;
}

export const ExampleList = ({ examples: { surest, leastSure }, ...rest }: ExampleListProps) => (
  <div class="example-lists">
    <List title="Digits it is surest of" examples={surest} {...rest} />
    <List title="and least sure of" examples={leastSure} {...rest} />
  </div>
);
