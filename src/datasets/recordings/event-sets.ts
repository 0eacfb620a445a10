/** The kinds of event data sets, by name. */
import type { EventSet } from "./event-set.ts";
import { gestureSet } from "./gesture-folder.ts";
import { lightingSet } from "./lighting-folder.ts";
import { nmnistSet } from "./nmnist-folder.ts";

export const eventSets: readonly EventSet[] = [nmnistSet, gestureSet, lightingSet];
