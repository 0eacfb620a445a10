/** A drawing or digit as a small picture. */
import { useEffect, useRef } from "preact/hooks";
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
