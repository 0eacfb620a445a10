/** A device without imperfections. */
import type { AnalogDeviceDescription } from "../device.ts";

export const ideal = {
  name: "ideal",
  description: "exact conductances; the network's own noise is drawn beside the array",
  assumptions: ["The range of conductances has no influence where cells are exact."],
  cell: { gMinMicrosiemens: 0, gMaxMicrosiemens: 100 },
} satisfies AnalogDeviceDescription;
