/** Test vectors of an exported network: images that are drawn from keys, and the logits of the reference. */
import { operationsOf } from "../../integer/operations.ts";
import type { IntegerNetwork } from "../../networks/integers/integers.ts";
import { fillUniform } from "../../random/fill.ts";
import { key } from "../../random/key.ts";
import { sizeOf } from "../../tensor/tensor.ts";
import { referenceLogits, referenceLogitsBySynapses } from "./passes.ts";

const [MOST_IMAGES, MOST_PASSES, SEED] = [8, 4, 7];

/** Additions that the reference makes in a few seconds. */
const WORK = 2 ** 28;

/** Numbers of images and of passes of each: fewer of a large network. */
const countsOf = (network: IntegerNetwork): readonly [images: number, passes: number] => {
  const { total, perImage } = operationsOf(network);
  const affordable = WORK / (total.additions + perImage.additions);
  const images = Math.max(2, Math.min(MOST_IMAGES, Math.floor(affordable)));
  return [images, Math.max(1, Math.min(MOST_PASSES, Math.floor(affordable / images)))];
};

/** vectors.h */
export const vectorsOf = (network: IntegerNetwork): string => {
  const [count, passes] = countsOf(network);
  const images = Array.from({ length: count }, (_, k) => patchy(network, k));
  const logits = referenceLogits(network, images, passes, SEED);
  const bySynapses = referenceLogitsBySynapses(network, images, passes, SEED);
  return [
    "/* Test vectors: images, and the logits of passes one after the other. Made by nsm export. SPDX-License-Identifier: MIT */",
    "#ifndef NSM_VECTORS_H",
    "#define NSM_VECTORS_H",
    "",
    '#include "nsm.h"',
    "",
    `#define NSM_VECTOR_SEED ${SEED}u`,
    `#define NSM_VECTOR_IMAGES ${count}`,
    `#define NSM_VECTOR_PASSES ${passes}`,
    "",
    "static const uint8_t nsm_vector_images[NSM_VECTOR_IMAGES][NSM_CHANNELS * NSM_HEIGHT * NSM_WIDTH] = {",
    ...images.map((image) => `{${wrapped(image)}},`),
    "};",
    "",
    "static const int32_t nsm_vector_logits[NSM_VECTOR_IMAGES][NSM_VECTOR_PASSES][NSM_CLASSES] = {",
    ...(bySynapses
      ? ["#ifdef NSM_SYNAPSES", ...rows(bySynapses), "#else", ...rows(logits), "#endif"]
      : rows(logits)),
    "};",
    "",
    "#endif",
    "",
  ].join("\n");
};

const rows = (logits: readonly (readonly Int32Array[])[]): readonly string[] =>
  logits.map((passes) => `{${passes.map((each) => `{${each.join(",")}}`).join(",\n")}},`);

/** Size of the patches of an image, in pixels. */
const PATCH = 4;

/** An image of bright and dark patches with noise, so that pixels of all values and empty windows occur. */
const patchy = ({ input }: IntegerNetwork, number: number): Uint8Array => {
  const [, height, width] = input;
  const uniform = new Float32Array(2 * sizeOf(input));
  fillUniform(key(number, "test vectors of C"), uniform);
  const across = Math.ceil(width / PATCH);
  return Uint8Array.from({ length: sizeOf(input) }, (_, k) => {
    const [y, x] = [Math.floor(k / width) % height, k % width];
    const patch = Math.floor(y / PATCH) * across + Math.floor(x / PATCH);
    return uniform[patch]! > 0.3 ? Math.floor(128 * (1 + uniform[sizeOf(input) + k]!)) : 0;
  });
};

const NUMBERS_IN_LINE = 28;

const wrapped = (image: Uint8Array): string =>
  Array.from({ length: Math.ceil(image.length / NUMBERS_IN_LINE) }, (_, row) =>
    image.subarray(row * NUMBERS_IN_LINE, (row + 1) * NUMBERS_IN_LINE).join(","),
  ).join(",\n");
