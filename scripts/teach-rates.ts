/**
 * Learning rates, encodings of pixels and starts for the studio's room Teach: mistakes on lessons of 48 generated drawings of
 * four figures, each predicted before it is learned. Lessons differ in their drawings and in the random seed.
 *     npx tsx scripts/teach-rates.ts [MODEL]
 * MODEL: a .safetensors file whose layers a learner starts with, before a readout of zeros. Without it learners start with
 * nothing: random weights, 300-300 units.
 */
import { loadModel } from "../src/networks/model-file.ts";
import { fillUniform } from "../src/random/fill.ts";
import { key } from "../src/random/key.ts";
import { permutation } from "../src/random/permutation.ts";
import { mean, meanInterval } from "../src/statistics/student.ts";
import { openOnlineLearner } from "../src/training/online/learner.ts";
import type { LearnerStart } from "../src/training/online/prepare.ts";

const [MODEL] = process.argv.slice(2);
const RATES = [0.00006, 0.000125, 0.00025, 0.0005, 0.001];
const LESSONS = MODEL ? 8 : 12;
const DRAWINGS_OF_FIGURE = 12;
const SIDE = 28;

type Point = readonly [number, number];

/** Strokes of each figure, within -1..1. */
const FIGURES: readonly (readonly (readonly Point[])[])[] = [
  [
    [
      [0, -0.9],
      [0.9, 0.7],
      [-0.9, 0.7],
      [0, -0.9],
    ],
  ],
  [
    [
      [-0.75, -0.75],
      [0.75, -0.75],
      [0.75, 0.75],
      [-0.75, 0.75],
      [-0.75, -0.75],
    ],
  ],
  [
    [
      [-0.8, -0.8],
      [0.8, 0.8],
    ],
    [
      [0.8, -0.8],
      [-0.8, 0.8],
    ],
  ],
  [
    Array.from({ length: 33 }, (_, k): Point => {
      const t = (2 * Math.PI * k) / 32;
      const y = 13 * Math.cos(t) - 5 * Math.cos(2 * t) - 2 * Math.cos(3 * t) - Math.cos(4 * t);
      return [Math.sin(t) ** 3, -y / 17];
    }),
  ],
];

/** Distance of a point from a segment. */
const distance = ([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number => {
  const [dx, dy] = [bx - ax, by - ay];
  const along = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx ** 2 + dy ** 2)));
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
};

/** A drawing of a figure, shifted, turned and scaled by five numbers within -1..1. */
const drawing = (figure: number, [left, down, turn, size, width]: readonly number[]): Uint8Array => {
  const [sine, cosine] = [Math.sin(0.35 * turn!), Math.cos(0.35 * turn!)];
  const scale = 9 + 2 * size!;
  const placed = FIGURES[figure]!.map((stroke) =>
    stroke.map(
      ([x, y]): Point => [
        SIDE / 2 + 2 * left! + scale * (cosine * x - sine * y),
        SIDE / 2 + 2 * down! + scale * (sine * x + cosine * y),
      ],
    ),
  );
  const radius = 1.3 + 0.3 * width!;
  const darkness = (at: Point): number => {
    const gaps = placed.flatMap((stroke) => stroke.slice(1).map((to, k) => distance(at, stroke[k]!, to)));
    return Math.min(1, Math.max(0, radius + 0.5 - Math.min(...gaps)));
  };
  return Uint8Array.from({ length: SIDE ** 2 }, (_, pixel) =>
    Math.round(255 * darkness([(pixel % SIDE) + 0.5, Math.floor(pixel / SIDE) + 0.5])),
  );
};

interface Example {
  readonly pixels: Uint8Array;
  readonly label: number;
}

const lesson = (seed: number): readonly Example[] => {
  const order = permutation(key(seed, "order of the lesson"), FIGURES.length * DRAWINGS_OF_FIGURE);
  return Array.from(order, (place) => {
    const numbers = new Float32Array(5);
    fillUniform(key(seed, "drawing", place), numbers);
    const label = place % FIGURES.length;
    return { pixels: drawing(label, [...numbers]), label };
  });
};

const mistakes = async (start: LearnerStart, learningRate: number, seed: number): Promise<number> => {
  const learner = await openOnlineLearner(start, { learningRate, seed });
  try {
    let wrong = 0;
    for (const { pixels, label } of lesson(seed))
      if ((await learner.learn(pixels, label)).label !== label) wrong++;
    return wrong;
  } finally {
    await learner.close();
  }
};

const fromNothing = (encoding: "sign" | "real"): LearnerStart => ({
  network: {
    ...{ name: "figures", encoding, input: [1, SIDE, SIDE], classes: FIGURES.length },
    layers: [300, 300].map((units) => ({ type: "dense", units })),
  },
});

const trained = async (file: string): Promise<LearnerStart> => {
  const { network, parameters } = await loadModel(file);
  const width = parameters["readout.weight"]!.length / network.classes;
  const readout = {
    "readout.weight": new Float32Array(FIGURES.length * width),
    "readout.bias": new Float32Array(FIGURES.length),
  };
  return { network: { ...network, classes: FIGURES.length }, parameters: { ...parameters, ...readout } };
};

const starts: ReadonlyMap<string, LearnerStart> = MODEL
  ? new Map([["trained layers", await trained(MODEL)]])
  : new Map((["sign", "real"] as const).map((encoding) => [`nothing, ${encoding}`, fromNothing(encoding)]));
const total = FIGURES.length * DRAWINGS_OF_FIGURE;
console.log(`mistakes of ${total}, mean of ${LESSONS} lessons with its 95 % interval`);
for (const [name, start] of starts)
  for (const rate of RATES) {
    const counts: number[] = [];
    for (let seed = 1; seed <= LESSONS; seed++) counts.push(await mistakes(start, rate, seed));
    const [low, high] = meanInterval(counts);
    console.log(
      `${name.padEnd(16)} ${String(rate).padEnd(8)} ${mean(counts).toFixed(1)} (${low.toFixed(1)} to ${high.toFixed(1)})`,
    );
  }
