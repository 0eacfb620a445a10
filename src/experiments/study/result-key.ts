/** Identity of cached results and runs: canonical content. A new setting with a default changes no identity. */
import * as z from "zod";
import { type Network, networkIdentitySchema } from "../../networks/network.ts";
import { canonicalJson, withoutDefaults } from "../../storage/canonical.ts";
import type { TrainingConfiguration } from "../../training/configuration.ts";
import { trainingSchema } from "../../training/configuration.ts";
import { contentHash, networkContent, trainingContent } from "../../training/runs/fingerprint.ts";

/** The parts of keys that have schemas; everything else in a key counts as it is. */
const keySchema = z.looseObject({
  network: networkIdentitySchema,
  training: trainingSchema,
  networks: z.array(networkIdentitySchema),
  trainings: z.array(trainingSchema),
  members: z.array(z.looseObject({ network: networkIdentitySchema, training: trainingSchema })),
});

/** A key as it is compared and stored: without defaults, as canonical JSON. */
export const keyContent = (key: unknown): string => canonicalJson(withoutDefaults(keySchema, key));

/** The name of a result: its subject, and a hash of its key. */
export const resultName = (subject: string, key: unknown): string =>
  `${subject}-${contentHash(withoutDefaults(keySchema, key)).slice(0, 16)}`;

/** Content that determines a run of an experiment. */
export interface RunKey {
  readonly network: Network;
  readonly training: TrainingConfiguration;
  /** Checksum of the training split. */
  readonly data: string;
}

/** The name of a run: its network's, and a hash of its key. Training adds `pixels` to a network, which do not count. */
export const runName = ({ network: { pixels: _, ...network }, training, data }: RunKey): string =>
  `${network.name}-${contentHash({ network: networkContent(network), training: trainingContent(training), data }).slice(0, 16)}`;
