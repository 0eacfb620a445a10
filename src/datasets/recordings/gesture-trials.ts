/**
 * The lists of DVS Gesture's recordings to train on and to test with, trials_to_train.txt and trials_to_test.txt: one
 * name a line, such as user01_natural.aedat.
 */

import { DataError } from "../../errors.ts";
import { linesOf } from "../../files/text-lines.ts";

/** A name in the list's own folder, without separators of any system. */
const trial = /^\w[\w.-]*\.aedat$/;

/**
 * The names in a list, in its order. `file` names it in errors. Throws DataError, with line and byte, for what is no
 * name of a recording beside the list, for one that is there twice, and where there are none.
 */
export const readTrials = (bytes: Uint8Array, file: string): readonly string[] => {
  const names = new Set<string>();
  for (const { text, fail } of linesOf(bytes, file)) {
    const name = text.trim();
    if (name === "") continue;
    if (!trial.test(name))
      fail(JSON.stringify(name), "the name of a recording, such as user01_natural.aedat");
    if (names.has(name)) fail(`${name} once more`, "each recording once");
    names.add(name);
  }
  if (names.size > 0) return [...names];
  throw new DataError(
    { file, offset: 0 },
    {
      given: "no names of recordings",
      expected: "one a line, such as user01_natural.aedat",
      remedy: "Take the file from the published archive again.",
    },
  );
};
