/**
 * Passes in integers: against the same passes in floating point, and 100 of them against one plain forward pass of the
 * conventional network in PyTorch.
 */
import { openDataset } from "../src/datasets/open.ts";
import { openPredictor } from "../src/inference/node.ts";
import { quantize } from "../src/integer/quantize.ts";
import { mnistCnn, mnistMlp } from "../src/networks/catalogue.ts";
import { initialParameters } from "../src/networks/initialize.ts";
import type { WeightWidth } from "../src/networks/integers/integers.ts";
import type { Model } from "../src/networks/model.ts";
import type { Network } from "../src/networks/network.ts";
import { parametersOf } from "../src/networks/plan.ts";
import { sizeOf } from "../src/tensor/tensor.ts";
import { type Contestant, type Schedule, timed } from "./interleave.ts";
import { type Peer, PeerError, type PeerKind, startPeer } from "./peers/peer.ts";
import { type Race, raceOf } from "./race.ts";

/** Digits of a call; the peer's batch has as many. */
const DIGITS = 1000;
const SCHEDULE: Schedule = { warmUp: 2, rounds: 7, steps: 1 };

/** Goal: maximum ratio to floating point on a processor with products of bytes (VNNI, AMX). */
const GOAL = 0.5;
const FLOAT_PASSES = 20;

/** Goal: so many plain forward passes for 100 samples. */
const FORWARD_GOAL = 50;
const SAMPLES = 100;
const PEERS: readonly PeerKind[] = ["torch-relu-forward", "torch-relu-forward-kept-heap"];

const modelOf = (network: Network): Model => ({
  network,
  parameters: initialParameters(parametersOf(network), 1),
});

/** Yields the comparisons with `threads` threads. */
export async function* integerRaces(threads: number): AsyncGenerator<Race, void, void> {
  const { test } = await openDataset();
  const size = sizeOf(test.shape);
  const digits = Array.from({ length: DIGITS }, (_, k) => test.images.slice(k * size, (k + 1) * size));
  const contestant = async (
    model: Model,
    passes: number,
    name: string,
  ): Promise<Contestant & { close: () => Promise<void> }> => {
    const predictor = await openPredictor(model, { passes, threads });
    const own = timed(`${model.network.name}, ${name}, ${DIGITS} digits, ${passes} passes`, async () => {
      await predictor.predict(digits);
    });
    return { ...own, close: () => predictor.close() };
  };
  const inIntegers = (network: Network, weights: WeightWidth, passes: number) =>
    contestant(quantize(modelOf(network), weights), passes, weights);
  for (const network of [mnistCnn(), mnistMlp()]) {
    const float = await contestant(modelOf(network), FLOAT_PASSES, "float");
    const integers = await inIntegers(network, "int8", FLOAT_PASSES);
    yield await raceOf(integers, float, GOAL, SCHEDULE);
    await Promise.all([float.close(), integers.close()]);
  }
  for (const kind of PEERS) {
    const peer = await started(kind);
    if (!peer) continue;
    const integers = await inIntegers(mnistCnn(), "int8", SAMPLES);
    yield await raceOf(integers, peer, FORWARD_GOAL, SCHEDULE);
    await Promise.all([integers.close(), peer.close()]);
  }
}

/** The peer, unless it cannot start, which is said. */
const started = async (kind: PeerKind): Promise<Peer | undefined> => {
  try {
    return await startPeer(kind);
  } catch (error) {
    if (!(error instanceof PeerError)) throw error;
    console.error(`left out: ${error.message}`);
    return undefined;
  }
};
