/**
 * Made recordings, which are simulated: what an event camera sees of a digit that moves before it along the triangle of
 * N-MNIST, whose camera moved instead (G. Orchard et al., Frontiers in Neuroscience 9:437, 2015). A pixel whose logarithm of
 * the light has changed by a threshold gives an event, and compares with the new light from then on (P. Lichtsteiner et al.,
 * IEEE J. Solid-State Circuits 43, 2008).
 */
import { fillNormal, fillUniform } from "../random/fill.ts";
import { fold, type Key, key } from "../random/key.ts";
import { uniform } from "./transforms/random-numbers.ts";

/** Sides of the picture and of the sensor, in pixels. */
const [PICTURE, SENSOR] = [28, 34] as const;
const PIXELS = SENSOR * SENSOR;

interface Place {
  readonly x: number;
  readonly y: number;
}

/** A move from one place to the next, which gains and loses speed evenly: half a cosine. Microseconds. */
interface Saccade {
  readonly startUs: number;
  readonly endUs: number;
  readonly from: Place;
  readonly to: Place;
}

/** Places of the picture's first pixel on the sensor; they and what follows are fitted: docs/results.md, "Made recordings". */
const CORNERS = [
  { x: 0, y: 1.3 },
  { x: 2.1, y: 7 },
  { x: 6, y: 1.3 },
] as const;
const SACCADES: readonly Saccade[] = [
  { startUs: 5000, endUs: 86_000, from: CORNERS[0], to: CORNERS[1] },
  { startUs: 95_000, endUs: 189_000, from: CORNERS[1], to: CORNERS[2] },
  { startUs: 202_000, endUs: 301_000, from: CORNERS[2], to: CORNERS[0] },
];
const END_US = 304_000;
/** Time between two samples of the light, in microseconds. */
const SAMPLE_US = 4000;
/** Light of ink as a share of that of paper. */
const INK = 0.17;
/** Change of the logarithm of the light that is an event. */
const THRESHOLD = 0.27;

/** Light that comes back to what it was differs from it by a whole number of thresholds, to rounding: no event of its own. */
const ROUNDING = 1e-9;

/** Standard deviation of a recording's place, in pixels along x and y. */
const SHAKE = 0.5;
/** Standard deviation of the logarithm of a pixel's threshold. */
const MISMATCH = 0.2;
/** Largest rate of noise, in events per pixel and second; each recording draws its own from 0 to this. */
const NOISE_HERTZ = 3;

interface MadeEvent {
  readonly t: number;
  readonly at: number;
  readonly isOn: boolean;
}

/**
 * Bytes of a recording of a digit, [28, 28] of 0 to 255, in the format of N-MNIST: 34 x 34 pixels, 304 ms. Ink is darker than
 * paper, as in N-MNIST. Without a seed the camera is ideal; with one, an integer from 0 to 2^53 - 1, it is one of many imperfect
 * cameras: the place differs, so do the pixels' thresholds, and there is noise. Throws ConfigError for other seeds.
 */
export const madeRecording = (digit: Uint8Array, seed?: number): Uint8Array<ArrayBuffer> => {
  const camera = seed === undefined ? IDEAL : cameraOf(seed);
  const events = [...edgeEvents(digit, camera), ...camera.noise];
  return words(events.sort((a, b) => a.t - b.t));
};

interface Camera {
  readonly shift: Place;
  /** Threshold of each pixel. */
  readonly thresholds: Float32Array;
  readonly noise: readonly MadeEvent[];
}

const IDEAL: Camera = {
  shift: { x: 0, y: 0 },
  thresholds: new Float32Array(PIXELS).fill(THRESHOLD),
  noise: [],
};

const cameraOf = (seed: number): Camera => {
  const own = (part: string): Key => key(seed, `made recording, ${part}`);
  const [shift, thresholds] = [new Float32Array(2), new Float32Array(PIXELS)];
  fillNormal(own("place"), shift);
  fillNormal(own("thresholds"), thresholds);
  return {
    shift: { x: SHAKE * shift[0]!, y: SHAKE * shift[1]! },
    thresholds: thresholds.map((deviation) => THRESHOLD * Math.exp(MISMATCH * deviation)),
    noise: noiseEvents(own("noise")),
  };
};

/** Events at uniform times and pixels, of both polarities alike. */
const noiseEvents = (own: Key): readonly MadeEvent[] => {
  const count = Math.round((uniform(fold(own, 0)) * NOISE_HERTZ * PIXELS * END_US) / 1e6);
  const numbers = new Float32Array(3 * count);
  fillUniform(own, numbers);
  const below = (number: number, bound: number): number => Math.floor(((number + 1) / 2) * bound);
  return Array.from({ length: count }, (_, k) => ({
    t: below(numbers[3 * k]!, END_US),
    at: below(numbers[3 * k + 1]!, PIXELS),
    isOn: numbers[3 * k + 2]! > 0,
  }));
};

/** Place of the picture's first pixel at a time. */
const placeAt = (time: number): Place => {
  const begun = SACCADES.findLast(({ startUs }) => startUs <= time);
  if (!begun) return CORNERS[0];
  const { startUs, endUs, from, to } = begun;
  const share = Math.min(1, (time - startUs) / (endUs - startUs));
  const way = (1 - Math.cos(Math.PI * share)) / 2;
  return { x: from.x + way * (to.x - from.x), y: from.y + way * (to.y - from.y) };
};

/** Events of the edges that pass over the pixels, sample by sample. */
const edgeEvents = (digit: Uint8Array, { shift, thresholds }: Camera): readonly MadeEvent[] => {
  const events: MadeEvent[] = [];
  const sample = (time: number): Float64Array => {
    const { x, y } = placeAt(time);
    return seenFrom(digit, { x: x + shift.x, y: y + shift.y });
  };
  let before = sample(0);
  const compared = before.slice();
  for (let time = SAMPLE_US; time <= END_US; time += SAMPLE_US) {
    const now = sample(time);
    for (let at = 0; at < PIXELS; at++) {
      const threshold = thresholds[at]!;
      for (;;) {
        const change = now[at]! - compared[at]!;
        if (Math.abs(change) < threshold + ROUNDING) break;
        compared[at]! += Math.sign(change) * threshold;
        const share = (compared[at]! - before[at]!) / (now[at]! - before[at]!);
        const t = time - SAMPLE_US + Math.floor(Math.min(1, Math.max(0, share)) * (SAMPLE_US - 1));
        events.push({ t, at, isOn: change > 0 });
      }
    }
    before = now;
  }
  return events;
};

/** Logarithm of the light at each pixel, with the picture's first pixel at `place`; between its pixels in proportion. */
const seenFrom = (digit: Uint8Array, place: Place): Float64Array => {
  const inkAt = (column: number, row: number): number =>
    column < 0 || row < 0 || column >= PICTURE || row >= PICTURE ? 0 : digit[row * PICTURE + column]! / 255;
  const seen = new Float64Array(PIXELS);
  for (let at = 0; at < PIXELS; at++) {
    const x = (at % SENSOR) - place.x;
    const y = Math.floor(at / SENSOR) - place.y;
    const column = Math.floor(x);
    const row = Math.floor(y);
    const right = x - column;
    const down = y - row;
    const upper = (1 - right) * inkAt(column, row) + right * inkAt(column + 1, row);
    const lower = (1 - right) * inkAt(column, row + 1) + right * inkAt(column + 1, row + 1);
    seen[at] = Math.log(1 - (1 - INK) * ((1 - down) * upper + down * lower));
  }
  return seen;
};

/** Events as words of 40 bits: see formats/nmnist.ts. */
const words = (events: readonly MadeEvent[]): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(5 * events.length);
  events.forEach(({ t, at, isOn }, k) => {
    bytes.set(
      [at % SENSOR, Math.floor(at / SENSOR), (isOn ? 128 : 0) | (t >> 16), (t >> 8) & 255, t & 255],
      5 * k,
    );
  });
  return bytes;
};
