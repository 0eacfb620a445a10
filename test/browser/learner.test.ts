/** Online learners in Chromium predict and learn what they do in Node. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { openOnlineLearner } from "../../src/training/online/learner.ts";
import { smallNetwork, smallSplit } from "../training/digits.ts";
import { openPage, type PageApi, type TestPage } from "./page.ts";

type Web = { readonly nsm: PageApi };

const EXAMPLES = 40;
const SETTINGS = { passes: 4, learningRate: 3e-3, seed: 3 };
const { images, labels } = smallSplit(EXAMPLES);
const examples = Array.from({ length: EXAMPLES }, (_, k) => ({
  image: [...images.subarray(36 * k, 36 * (k + 1))],
  label: labels[k]!,
}));

/** Probabilities after the same arithmetic in another order: float32 has 6e-8 a rounding, a layer some ten terms. */
const ROUNDING = 1e-5;

let chromium: TestPage;
beforeAll(async () => {
  chromium = await openPage();
});
afterAll(() => chromium?.close());

// Of 3,680 spikes one may have a mean so near to its noise that rounding decides: a chance of one in a thousand.
it("the predictions of Node, each before its example is learned", async () => {
  const learner = await openOnlineLearner({ network: smallNetwork }, { ...SETTINGS, threads: 1 });
  const ours: number[] = [];
  for (const { image, label } of examples)
    ours.push(...(await learner.learn(Uint8Array.from(image), label)).probabilities);
  ours.push(...(await learner.predict(Uint8Array.from(examples[0]!.image))).probabilities);
  const theirs = await chromium.page.evaluate(
    async ([network, settings, given]) => {
      const { nsm } = globalThis as unknown as Web;
      const learner = await nsm.openOnlineLearner({ network }, settings);
      const found: number[] = [];
      for (const { image, label } of given)
        found.push(...(await learner.learn(Uint8Array.from(image), label)).probabilities);
      found.push(...(await learner.predict(Uint8Array.from(given[0]!.image))).probabilities);
      const score = learner.score();
      learner.close();
      return { found, score };
    },
    [smallNetwork, SETTINGS, examples] as const,
  );
  expect(theirs.found.length).toBe(ours.length);
  for (const [k, p] of ours.entries()) expect(Math.abs(p - theirs.found[k]!)).toBeLessThan(ROUNDING);
  const { nll, ...counts } = learner.score();
  expect(theirs.score).toMatchObject(counts);
  expect(theirs.score.nll).toBeCloseTo(nll, 5);
  await learner.close();
});

it("takes an example back, and goes on from what was saved with the same bits", async () => {
  const seen = await chromium.page.evaluate(
    async ([network, settings, given]) => {
      const { nsm } = globalThis as unknown as Web;
      const learner = await nsm.openOnlineLearner({ network }, settings);
      const learn = (one: typeof learner, from: number, to: number) =>
        Promise.all(
          given.slice(from, to).map(({ image, label }) => one.learn(Uint8Array.from(image), label)),
        );
      const weights = async (one: typeof learner) =>
        Object.values((await one.model()).parameters).map((a) => [...a]);
      await learn(learner, 0, 10);
      const before = { weights: await weights(learner), score: learner.score() };
      await learn(learner, 10, 11);
      const learned = await weights(learner);
      await learner.undo();
      const undone = { weights: await weights(learner), score: learner.score() };
      const twice = await learner.undo().catch(({ name }: Error) => name);
      const bytes = await learner.save();
      const other = await nsm.resumeOnlineLearner(bytes);
      const resumed = { weights: await weights(other), score: other.score() };
      const renamed = await nsm.resumeOnlineLearner(await learner.save("renamed"));
      const names = [other, renamed].map((one) => one.network.name);
      const weightsRenamed = await weights(renamed);
      renamed.close();
      const nameless = await learner.save("").catch(({ name }: Error) => name);
      await Promise.all([learn(learner, 10, 20), learn(other, 10, 20)]);
      const ends = [await weights(learner), await weights(other)];
      const damaged = await nsm.resumeOnlineLearner(bytes.slice(0, -4)).catch(({ name }: Error) => name);
      const label = await learner.learn(new Uint8Array(36), 3).catch(({ name }: Error) => name);
      learner.close();
      other.close();
      const closed = await learner.predict(new Uint8Array(36)).catch(({ name }: Error) => name);
      return {
        ...{ before, learned, undone, twice, resumed, ends, damaged, label, closed },
        ...{ names, weightsRenamed, nameless },
      };
    },
    [smallNetwork, SETTINGS, examples] as const,
  );
  expect(seen.learned).not.toEqual(seen.before.weights);
  expect(seen.undone).toEqual(seen.before);
  expect(seen.resumed).toEqual(seen.before);
  expect(seen.names).toEqual([smallNetwork.name, "renamed"]);
  expect(seen.weightsRenamed).toEqual(seen.before.weights);
  expect(seen.nameless).toBe("ConfigError");
  expect(seen.ends[1]).toEqual(seen.ends[0]);
  expect(seen.ends[0]).not.toEqual(seen.before.weights);
  expect([seen.twice, seen.damaged, seen.label, seen.closed]).toEqual([
    "ConfigError",
    "CheckpointError",
    "DataError",
    "WorkerError",
  ]);
});
