/** Examples of event recordings as images. */

import { represent } from "../../events/transforms/representation.ts";
import { extentDuring } from "../../events/transforms/slicers.ts";
import { type EventAugmentation, transformRecording } from "../../events/transforms/transform.ts";
import type { Key } from "../../random/key.ts";
import type { EventSet, Example } from "./event-set.ts";

/**
 * [channels, height, width]: 255 where a frame of the example had an event, else 0. Before it is framed, it goes
 * through `augmentations`, which draw from `key`. Throws ConfigError for one that does not fit.
 */
export const frameExample = (
  { framing }: EventSet,
  example: Example,
  augmentations: readonly EventAugmentation[] = [],
  key?: Key,
): Uint8Array => {
  const recording = transformRecording(example, [...augmentations, ...framing.transforms], key);
  const { interval } = example;
  const extent = interval && extentDuring(recording.events, interval);
  const { data } = represent(recording, framing.representation, extent);
  return (data as Uint8Array).map((event) => 255 * event);
};
