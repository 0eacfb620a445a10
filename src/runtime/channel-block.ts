/** Number of channels in a block of the processor's blocked convolutions: see ../tensor/blocked-convolution.ts. */
import { blockedConvolution } from "../tensor/blocked-convolution.ts";
import { conv2d } from "../tensor/convolution.ts";
import { lower } from "../tensor/lower.ts";
import { input, sizeOf } from "../tensor/tensor.ts";
import type { Session } from "./engine.ts";
import { createNativeSession } from "./native-session.ts";
import { ortLibrary } from "./ort-c-api.ts";

/** ONNX Runtime's blocks on x64: with AVX-512, and without. Elsewhere it may have none, and does not say so. */
const BLOCKS: Readonly<Partial<Record<NodeJS.Architecture, readonly number[]>>> = { x64: [16, 8] };

let known: Promise<number | undefined> | undefined;

/** The block of this machine; undefined where there is none. Tried once a thread, in milliseconds. */
export const channelBlock = (): Promise<number | undefined> => {
  known ??= firstRight(BLOCKS[process.arch] ?? []);
  return known;
};

const firstRight = async (blocks: readonly number[]): Promise<number | undefined> => {
  for (const block of blocks) if (await isRight(block)) return block;
  return undefined;
};

/** True if a convolution by such blocks equals a plain one: filters in another order would meet wrong channels. */
const isRight = async (block: number): Promise<boolean> => {
  const [x, w] = [input("x", [1, 16, 2, 2]), input("w", [16, 16, 1, 1])];
  const plain = conv2d(x, w);
  const program = lower({ plain, blocked: blockedConvolution(plain, block) });
  const count = (size: number): Float32Array => Float32Array.from({ length: size }, (_, k) => k % 251);
  const found = {
    plain: new Float32Array(sizeOf(plain.shape)),
    blocked: new Float32Array(sizeOf(plain.shape)),
  };
  // Without the library there is an error of its own, which is not caught here.
  ortLibrary();
  let session: Session | undefined;
  try {
    session = createNativeSession(program, 1);
    await session.run({ x: count(64), w: count(256) }, found);
  } catch {
    // A library without these operators, or with others of their names.
    return false;
  } finally {
    await session?.release();
  }
  // Sums of whole numbers below 2^24 are exact in any order.
  return found.plain.every((value, k) => value === found.blocked[k]);
};
