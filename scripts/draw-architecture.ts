/**
 * Draws the rooms of src/ and their imports, read from the source files, as docs/architecture.svg.
 *
 *     npx tsx scripts/draw-architecture.ts
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { INK, rectangle, rounded, svg, text } from "../src/drawing/svg.ts";
import { type ImportGraph, ROOMS, type Room, readImports, roomImports, roomOf } from "./import-graph.ts";

/** Contents of each room, in a few words. */
const HOLDS: Readonly<Record<Room, string>> = {
  ground: "errors, version",
  onnx: "graphs as ONNX bytes",
  threads: "workers, shared memory",
  storage: "files, locks, safetensors",
  drawing: "SVG",
  random: "keyed random streams",
  statistics: "metrics, intervals, tests",
  tensor: "symbolic tensors, gradients",
  runtime: "engines: CPU, GPU, web",
  nn: "neurons, noise, losses",
  networks: "descriptions, plans, layers",
  integer: "networks in integers",
  files: "archives, arrays, compression",
  events: "recordings and transforms",
  datasets: "data sets and images",
  loading: "batches, augmentation",
  detectors: "of unfamiliar images",
  inference: "Monte Carlo predictions",
  calibration: "thresholds and promises",
  training: "loop, trainers, runs",
  substrate: "device models, crossbars",
  export: "ONNX, safetensors, C",
  experiments: "the paper's tables, figures",
  report: "HTML and figures",
  server: "HTTP service",
  cli: "the program nsm",
  api: "index.ts and web.ts",
};

type Link = readonly [from: Room, to: Room];

/**
 * Imports between rooms, without those implied by others (transitive reduction): a -> c is left out if a -> b
 * -> c.
 */
export const reducedLinks = (graph: ImportGraph): readonly Link[] => {
  const links = roomImports(graph).map(({ from, to }): Link => [from, to]);
  const below = new Map<Room, Set<Room>>();
  for (const room of ROOMS) {
    const direct = links.filter(([from]) => from === room).map(([, to]) => to);
    below.set(room, new Set(direct.flatMap((to) => [to, ...(below.get(to) ?? [])])));
  }
  return links.filter(
    ([from, to]) =>
      !links.some(([other, between]) => other === from && between !== to && below.get(between)!.has(to)),
  );
};

/** A room, or a position at which an arrow crosses a layer. */
interface Item {
  readonly room?: Room;
  readonly layer: number;
  readonly width: number;
  /** Neighbours in the layer above and in the layer below. */
  readonly up: Item[];
  readonly down: Item[];
  /** Horizontal centre. */
  x: number;
}

const BOX = { width: 164, height: 40 };
const HEAD = { width: 7, height: 6 };
/** Distance between arrows at a box. */
const PORT = 16;
/** Width reserved for an arrow between boxes. */
const LANE = 12;
const GAP = 18;
const LAYER = 88;
const MARGIN = 16;
/** Distance from the lowest boxes to the caption's baseline. */
const CAPTION = 30;

/** Layers of items from the bottom, and each arrow as the items that it runs through, from start to end. */
const layersOf = (rooms: readonly Room[], links: readonly Link[]) => {
  const layerOf = new Map<Room, number>();
  for (const room of rooms)
    layerOf.set(
      room,
      Math.max(0, ...links.filter(([from]) => from === room).map(([, to]) => layerOf.get(to)! + 1)),
    );
  const layers: Item[][] = Array.from({ length: Math.max(...layerOf.values()) + 1 }, () => []);
  const add = (layer: number, room?: Room): Item => {
    const item: Item = {
      layer,
      width: room ? BOX.width : LANE,
      up: [],
      down: [],
      x: 0,
      ...(room && { room }),
    };
    layers[layer]!.push(item);
    return item;
  };
  const boxes = new Map(rooms.map((room) => [room, add(layerOf.get(room)!, room)]));
  const arrows = links.map(([from, to]) => {
    const [start, end] = [boxes.get(from)!, boxes.get(to)!];
    const path = [start];
    for (let layer = start.layer - 1; layer > end.layer; layer--) path.push(add(layer));
    path.push(end);
    for (let k = 1; k < path.length; k++) {
      path[k - 1]!.down.push(path[k]!);
      path[k]!.up.push(path[k - 1]!);
    }
    return path;
  });
  return { layers, arrows };
};

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Positions items in order, each as close to its preferred position as its neighbours allow. */
const place = (layer: readonly Item[], wish: (item: Item) => number): void => {
  const wishes = layer.map(wish);
  const offsets: number[] = [];
  for (const [k, item] of layer.entries())
    offsets.push(k === 0 ? 0 : offsets[k - 1]! + (layer[k - 1]!.width + item.width) / 2 + GAP);
  // Isotonic regression of the preferred positions minus the minimum distances: blocks of items that touch
  // move together.
  const blocks: { sum: number; count: number }[] = [];
  for (const [k, each] of wishes.entries()) {
    blocks.push({ sum: each - offsets[k]!, count: 1 });
    while (blocks.length > 1) {
      const [before, last] = blocks.slice(-2) as [
        { sum: number; count: number },
        { sum: number; count: number },
      ];
      if (before.sum / before.count <= last.sum / last.count) break;
      blocks.splice(-2, 2, { sum: before.sum + last.sum, count: before.count + last.count });
    }
  }
  let k = 0;
  for (const { sum, count } of blocks)
    for (const end = k + count; k < end; k++) layer[k]!.x = sum / count + offsets[k]!;
};

/** Number of crossing pairs of arrows between adjacent layers. */
const crossings = (layers: readonly (readonly Item[])[]): number => {
  let count = 0;
  for (const layer of layers) {
    const ends = layer.flatMap((item, from) =>
      item.down.map((to) => [from, layers[item.layer - 1]!.indexOf(to)] as const),
    );
    for (const [k, [a, b]] of ends.entries())
      for (const [c, d] of ends.slice(k + 1)) if ((a - c) * (b - d) < 0) count++;
  }
  return count;
};

/** Number of sweeps over the layers; more change nothing. */
const SWEEPS = 60;

/** Orders the layers to reduce crossings, by the mean positions of neighbours, then positions the items. */
const arrange = (layers: Item[][]): void => {
  let best = { crossings: Number.POSITIVE_INFINITY, order: layers.map((layer) => [...layer]) };
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const isDown = sweep % 2 === 0;
    for (const layer of isDown ? [...layers].reverse() : layers) {
      const places = new Map(
        layer.map((item, k) => {
          const others = isDown ? item.up : item.down;
          const at = others.map((other) => layers[other.layer]!.indexOf(other) / layers[other.layer]!.length);
          return [item, others.length > 0 ? mean(at) : k / layer.length];
        }),
      );
      layer.sort((a, b) => places.get(a)! - places.get(b)!);
    }
    const found = crossings(layers);
    if (found < best.crossings) best = { crossings: found, order: layers.map((layer) => [...layer]) };
  }
  for (const [k, order] of best.order.entries()) layers[k]!.splice(0, order.length, ...order);
  for (const layer of layers) place(layer, () => 0);
  for (let sweep = 0; sweep < SWEEPS; sweep++)
    for (const layer of sweep % 2 === 0 ? layers : [...layers].reverse())
      place(layer, ({ up, down, x }) =>
        up.length + down.length > 0 ? mean([...up, ...down].map((other) => other.x)) : x,
      );
};

/** Point at which an arrow meets a box: arrows are side by side, in the order of their other ends. */
const portOf = (item: Item, others: readonly Item[], other: Item): number => {
  if (!item.room) return item.x;
  const sorted = [...others].sort((a, b) => a.x - b.x);
  return item.x + PORT * (sorted.indexOf(other) - (others.length - 1) / 2);
};

/** The curve of an arrow, straight between boxes, and its head above the box where it ends. */
const arrowPart = (path: readonly Item[], yOf: (item: Item) => number): string => {
  const steps = path.slice(1).flatMap((item, k) => {
    const from = path[k]!;
    const [x1, x2] = [portOf(from, from.down, item), portOf(item, item.up, from)];
    const y1 = yOf(from) + BOX.height / 2;
    const y2 = yOf(item) - BOX.height / 2 - (item.room ? HEAD.height : 0);
    const bend = (y2 - y1) / 2;
    const curve = [x1, y1 + bend, x2, y2 - bend, x2, y2].map(rounded).join(" ");
    return [
      ...(k === 0 ? [`M ${rounded(x1)} ${rounded(y1)}`] : []),
      `C ${curve}`,
      ...(item.room ? [] : [`V ${rounded(yOf(item) + BOX.height / 2)}`]),
    ];
  });
  const [before, end] = path.slice(-2) as [Item, Item];
  const [x, y] = [portOf(end, end.up, before), yOf(end) - BOX.height / 2];
  const top = y - HEAD.height - 1;
  const head = [x - HEAD.width / 2, top, x + HEAD.width / 2, top, x, y].map(rounded).join(" ");
  return (
    `<path d="${steps.join(" ")}" fill="none" stroke="${INK.faint}" stroke-width="1.2"/>` +
    `<polygon points="${head}" fill="${INK.faint}"/>`
  );
};

/** Draws the rooms of `graph` as SVG, the highest on top. */
export const drawArchitecture = (graph: ImportGraph): string => {
  const present = new Set([...graph.keys()].map(roomOf));
  const { layers, arrows } = layersOf(
    ROOMS.filter((room) => present.has(room)),
    reducedLinks(graph),
  );
  arrange(layers);
  const items = layers.flat();
  const left = Math.min(...items.map(({ x, width }) => x - width / 2));
  for (const item of items) item.x += MARGIN - left;
  const width = MARGIN + Math.max(...items.map(({ x, width }) => x + width / 2));
  const bottom = MARGIN + BOX.height + LAYER * (layers.length - 1);
  const yOf = ({ layer }: Item): number => bottom - BOX.height / 2 - LAYER * layer;
  const boxes = items.flatMap((item) => {
    if (!item.room) return [];
    const [x, y] = [item.x - BOX.width / 2, yOf(item) - BOX.height / 2];
    return [
      rectangle(x, y, BOX.width, BOX.height, `rx="5" fill="#f6f8fa" stroke="${INK.line}"`),
      text(item.x, y + 17, item.room, { anchor: "middle", size: 13, weight: 600 }),
      text(item.x, y + 32, HOLDS[item.room], { anchor: "middle", size: 10, fill: INK.faint }),
    ];
  });
  const caption = "Arrows: imports, without those that follow from others.";
  return svg(Math.ceil(width), bottom + CAPTION + MARGIN, "Rooms of src/ and their imports", [
    text(MARGIN, bottom + CAPTION, caption, { fill: INK.faint }),
    ...arrows.map((path) => arrowPart(path, yOf)),
    ...boxes,
  ]);
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const graph = readImports(fileURLToPath(new URL("../src", import.meta.url)));
  writeFileSync(new URL("../docs/architecture.svg", import.meta.url), drawArchitecture(graph));
}
