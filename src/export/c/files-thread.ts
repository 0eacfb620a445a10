/** The thread that writes a network's own files of C, which takes seconds: see export.ts, which starts it. */
import type { IntegerNetwork } from "../../networks/integers/integers.ts";
import { answerRequests } from "../../threads/thread.ts";
import { networkFiles } from "./network-files.ts";
import { vectorsOf } from "./vectors.ts";

/** Texts by names of files. */
export type CFiles = Readonly<Record<string, string>>;

answerRequests<IntegerNetwork, CFiles>(async (network) => ({
  value: { ...networkFiles(network), "vectors.h": vectorsOf(network) },
}));
