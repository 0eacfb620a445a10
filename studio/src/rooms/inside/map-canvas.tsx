/** A canvas with the units of a layout, and frames around some. */
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { type Colours, watchColours } from "./colours.ts";
import { type Painter, painterOn } from "./paint.ts";
import { type Tiles, unitAt } from "./tiles.ts";

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Paints once colours are known, and returns what ends painting. */
export type Paint = (painter: Painter, colours: Colours) => () => void;

/** Largest whole number of pixels a unit for which a picture fits its container. */
const useCellSize = (width: number, most: number) => {
  const container = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState(1);
  useLayoutEffect(() => {
    const fit = (): void =>
      setSize(Math.max(1, Math.min(most, Math.floor(container.current!.clientWidth / width))));
    fit();
    const observer = new ResizeObserver(fit);
    observer.observe(container.current!);
    return () => observer.disconnect();
  }, [width, most]);
  return { container, size };
};

interface MapCanvasProps {
  readonly tiles: Tiles;
  readonly count: number;
  /** Most pixels a unit. */
  readonly most?: number;
  readonly paint: Paint;
  /** Parts of the picture that are framed. */
  readonly frames?: readonly Box[];
  readonly children?: JSX.Element | undefined;
  readonly onUnit?: ((unit: number) => void) | undefined;
  readonly label?: string | undefined;
}

/** The canvas of a layout, at a whole number of pixels a unit. */
export const MapCanvas = (props: MapCanvasProps) => {
  const { tiles, count, most = 8, paint, frames = [], children, onUnit, label } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [width, height] = tiles.size;
  const { container, size } = useCellSize(width, most);
  useEffect(() => {
    const painter = painterOn(canvas.current!, tiles, count);
    let stop = (): void => {};
    const unwatch = watchColours((colours) => {
      stop();
      stop = paint(painter, colours);
    });
    return () => {
      unwatch();
      stop();
    };
  }, [tiles, count, paint]);
  const click = (event: MouseEvent): void => {
    const { left, top } = canvas.current!.getBoundingClientRect();
    const unit = unitAt(
      tiles,
      Math.floor((event.clientX - left) / size),
      Math.floor((event.clientY - top) / size),
    );
    if (unit !== undefined && unit < count) onUnit?.(unit);
  };
  return (
    <div class="map-container" ref={container}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: the cell inside has the keys */}
      <div
        class={onUnit ? "map selectable" : "map"}
        style={{ width: `${width * size}px`, height: `${height * size}px` }}
        onClick={click}
      >
        <canvas
          {...{ ref: canvas, width, height }}
          {...(label === undefined ? { "aria-hidden": "true" } : { role: "img", "aria-label": label })}
        />
        <svg viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
          {frames.map((frame) => (
            <rect key={`${frame.x} ${frame.y}`} {...frame} />
          ))}
        </svg>
        {children}
      </div>
    </div>
  );
};
