/** Errors about the index of an example. */

import { ConfigError } from "../errors.ts";
import { grouped } from "../grouped.ts";
import type { Split } from "./format.ts";

/** For an index that no example of a split of `count` has. */
export const noExample = (name: string, split: Split, index: number, count: number): ConfigError =>
  new ConfigError(`looking for an example of ${name}`, {
    given: `index ${index} of ${grouped(count)} ${split === "train" ? "training" : "test"} examples`,
    expected: `0 to ${count - 1}`,
    remedy: "Choose another index.",
  });
