/** What `reproduce firing` measures and says: (3) holds for Gaussian noise, and not for Bernoulli noise of few inputs. */
import { expect, test } from "vitest";
import { firing } from "../../src/experiments/firing.ts";
import { BUDGETS } from "../../src/experiments/study/budgets.ts";
import { openStudy } from "../../src/experiments/study/study.ts";
import { emptyFolder } from "../datasets/folder.ts";
import { normalCdf } from "../support/statistics.ts";

test("firing probabilities are those of equation (3) where it is exact, and are told from it where it is not", async () => {
  const study = await openStudy({
    ...{ folder: await emptyFolder(), name: "firing", budget: BUDGETS.quick, seeds: 1, threads: 1 },
    ...{ signal: new AbortController().signal, onStep: () => {}, say: () => {} },
  });
  const { figures, remarks } = await firing.find({ ...study, data: {}, ood: {} });
  const theory = figures[0]!.series.find(({ name }) => name === "equation (3)")!;
  // 1/2 (1 + erf v) = Phi(sqrt(2) v), in float32.
  for (const { x, y } of theory.points)
    expect(Math.abs(y - normalCdf(Math.SQRT2 * x))).toBeLessThan(2 ** -20);
  expect(remarks.find((line) => line.startsWith("Gaussian"))).toMatch(/no more than chance/);
  expect(remarks.find((line) => line.startsWith("Bernoulli .5, 4 inputs"))).toMatch(/\d\d standard errors/);
});
