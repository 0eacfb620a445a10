/** The width of an element, as it changes. */
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

/** Width before the element is measured, and the least that anything is drawn for. */
const [FIRST, LEAST] = [600, 200];

export const useWidth = <Box extends HTMLElement>(): readonly [RefObject<Box | null>, number] => {
  const box = useRef<Box>(null);
  const [width, setWidth] = useState(FIRST);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.max(LEAST, entry!.contentRect.width)));
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);
  return [box, width];
};
