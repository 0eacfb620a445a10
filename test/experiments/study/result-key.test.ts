/** Names of results and runs, and fingerprints of networks, as versions before have written them. */
import { expect, test } from "vitest";
import { resultName, runName } from "../../../src/experiments/study/result-key.ts";
import { baseline } from "../../../src/networks/baselines.ts";
import { mnistCnn } from "../../../src/networks/catalogue.ts";
import { withEncoding } from "../../../src/networks/network.ts";
import { parseTraining } from "../../../src/training/configuration.ts";
import { contentHash, networkContent } from "../../../src/training/runs/fingerprint.ts";

test.each([
  ["signs of pixels", mnistCnn(), "a366cd3c1d4a6d8f", "2f4da109895b1c87", "229ac0a853153657"],
  ["rectifiers", baseline(mnistCnn(), "relu"), "444cf1304cb77757", "195d4fbacbcd210b", "01efea71a797da19"],
  [
    "real pixels",
    withEncoding(mnistCnn(), "real"),
    "bcfcc4e75f6274de",
    "5a05290ecf954497",
    "e77bb3bdfdba4f58",
  ],
])("%s: identities do not change", (_, network, run, result, content) => {
  const training = parseTraining({});
  expect(runName({ network, training, data: "d" })).toBe(`${network.name}-${run}`);
  expect(resultName("x", { network })).toBe(`x-${result}`);
  expect(contentHash(networkContent(network)).slice(0, 16)).toBe(content);
});
