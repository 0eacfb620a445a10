/** A single example of an event data set, without decoding the recordings before it. Node only. */
import { noExample } from "../example-index.ts";
import type { Split } from "../format.ts";
import { refuse } from "../report.ts";
import type { EventSet, Example } from "./event-set.ts";

/** The example at `index` of a split. Throws ConfigError if there is none, and as reading its recording does. */
export const findExample = async (
  set: EventSet,
  folder: string,
  split: Split,
  index: number,
): Promise<Example> => {
  let first = 0;
  for (const path of await set.list(folder, split, refuse)) {
    const end = first + ((await set.count?.(folder, path)) ?? 1);
    if (index < end)
      for await (const example of set.examples(folder, path)) if (first++ === index) return example;
    first = end;
  }
  throw noExample(`${set.title} in ${folder}`, split, index, first);
};
