/**
 * Recordings that are made: what an event camera would see of a digit that is moved before it, as the camera of N-MNIST was
 * (G. Orchard et al., Frontiers in Neuroscience 9:437, 2015). A pixel whose logarithm of the light has changed by a threshold
 * gives an event, and compares with the new light from then on (P. Lichtsteiner et al., IEEE J. Solid-State Circuits 43, 2008).
 */

/** Sides of the picture and of the sensor, in pixels. */
const [PICTURE, SENSOR] = [28, 34] as const;
/** Corners of the triangle along which the picture is moved, in pixels from the middle. */
const CORNERS = [
  [-3, -3],
  [0, 3],
  [3, -3],
] as const;
/** Time of a side of the triangle, and between two looks at the light, in microseconds. */
const [SIDE_US, STEP_US] = [100_000, 1000] as const;
/** Light of black, as a share of that of white, and the change of the logarithm that is an event. */
const [DARK, THRESHOLD] = [0.1, 0.8] as const;

interface MadeEvent {
  readonly t: number;
  readonly x: number;
  readonly y: number;
  readonly isOn: boolean;
}

/** Bytes of a recording of a digit, [28, 28] of 0 to 255, in the format of N-MNIST: 34 x 34 pixels, 300 ms. */
export const madeRecording = (digit: Uint8Array): Uint8Array<ArrayBuffer> => {
  const lightAt = (column: number, row: number): number => {
    if (column < 0 || row < 0 || column >= PICTURE || row >= PICTURE) return 0;
    return digit[row * PICTURE + column]! / 255;
  };
  /** Logarithm of the light at a place of the picture, between its pixels in proportion. */
  const seen = (x: number, y: number): number => {
    const [column, row] = [Math.floor(x), Math.floor(y)];
    const [right, down] = [x - column, y - row];
    const upper = (1 - right) * lightAt(column, row) + right * lightAt(column + 1, row);
    const lower = (1 - right) * lightAt(column, row + 1) + right * lightAt(column + 1, row + 1);
    return Math.log(DARK + (1 - DARK) * ((1 - down) * upper + down * lower));
  };
  const border = (SENSOR - PICTURE) / 2;
  const look = (time: number): Float64Array => {
    const side = Math.min(CORNERS.length - 1, Math.floor(time / SIDE_US));
    const share = time / SIDE_US - side;
    const [from, to] = [CORNERS[side]!, CORNERS[(side + 1) % CORNERS.length]!];
    const [dx, dy] = [0, 1].map((k) => from[k]! + share * (to[k]! - from[k]!)) as [number, number];
    return Float64Array.from({ length: SENSOR * SENSOR }, (_, at) =>
      seen((at % SENSOR) - border - dx, Math.floor(at / SENSOR) - border - dy),
    );
  };
  const events: MadeEvent[] = [];
  let before = look(0);
  const compared = before.slice();
  for (let time = STEP_US; time <= CORNERS.length * SIDE_US; time += STEP_US) {
    const now = look(time);
    for (const [at, light] of now.entries())
      for (
        let change = light - compared[at]!;
        Math.abs(change) >= THRESHOLD;
        change = light - compared[at]!
      ) {
        compared[at]! += Math.sign(change) * THRESHOLD;
        const share = (compared[at]! - before[at]!) / (light - before[at]!);
        const t = time - STEP_US + Math.floor(Math.min(1, Math.max(0, share)) * (STEP_US - 1));
        events.push({ t, x: at % SENSOR, y: Math.floor(at / SENSOR), isOn: change > 0 });
      }
    before = now;
  }
  return words(events.sort((a, b) => a.t - b.t));
};

/** Events as words of 40 bits: see formats/nmnist.ts. */
const words = (events: readonly MadeEvent[]): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(
    events.flatMap(({ t, x, y, isOn }) => [
      ...[x, y],
      ...[(isOn ? 128 : 0) | (t >> 16), (t >> 8) & 255, t & 255],
    ]),
  );
