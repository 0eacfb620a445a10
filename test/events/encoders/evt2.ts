import type { Event } from "./event.ts";
import { text, word } from "./words.ts";

export const rawHeader = (version: "2.0" | "3.0", width: number, height: number): string[] => [
  "% camera_integrator_name Prophesee\n",
  "% date 2023-03-29 16:37:46\n",
  `% evt ${version}\n`,
  `% format EVT${version[0]};height=${height};width=${width}\n`,
  `% geometry ${width}x${height}\n`,
  "% end\n",
];

export const evt2Time = (t: number): number[] => word("little", [4, 8], [28, Math.floor(t / 64) % 2 ** 28]);

/** EVT 2.0: the high 28 of 34 bits of the time whenever they change, and with each event the low 6. */
export const encodeEvt2 = (header: readonly string[], events: readonly Event[]): Uint8Array => {
  let high: number | undefined;
  const words = events.flatMap(({ t, x, y, p }) => {
    const changed = high !== Math.floor(t / 64);
    high = Math.floor(t / 64);
    return [...(changed ? evt2Time(t) : []), ...word("little", [4, p], [6, t % 64], [11, x], [11, y])];
  });
  return Uint8Array.from([...text(...header), ...words]);
};
