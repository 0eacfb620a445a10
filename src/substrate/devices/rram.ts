/** Filamentary resistive memory of the NeuRRAM chip. */
import type { AnalogDeviceDescription } from "../device.ts";

const DAY = 86_400;

export const rram = {
  name: "rram",
  description: "resistive memory of the NeuRRAM chip, which relaxes after write and verify",
  sources: [
    "W. Wan et al., A compute-in-memory chip based on resistive random-access memory, Nature, 2022, doi.org/10.1038/s41586-022-04992-8: Extended Data Fig. 3, standard deviation of the change of conductance after programming, by initial conductance and time",
    "IBM aihwkit, inference/noise/reram.py (ReRamWan2022NoiseModel, g_max 40 uS): polynomials fitted to that figure at 1 s, 1 day and 2 days",
  ],
  assumptions: [
    "gMinMicrosiemens 1, and a tolerance of 1 uS in write and verify: not checked against the text of the publication.",
    "Before verification a write has a deviation of 3 uS, at most 30 times: any wide noise gives almost the same accepted conductances.",
    "Between 1 s and 1 day the deviation grows linearly in the logarithm of time, and after 2 days it stays.",
    "No read noise and no stuck cells: the sources give no numbers.",
    "No switch: the network's own noise is drawn beside the array.",
  ],
  cell: {
    gMinMicrosiemens: 1,
    gMaxMicrosiemens: 40,
    programming: {
      deviationMicrosiemens: [3],
      verify: { toleranceMicrosiemens: 1, attempts: 30 },
    },
    drift: {
      type: "relaxation",
      points: [
        { seconds: 1, deviationMicrosiemens: [0.348, 16.03, -43.853, 45.393, -16.815] },
        { seconds: DAY, deviationMicrosiemens: [0.701, 22.086, -50.773, 47.095, -16.458] },
        { seconds: 2 * DAY, deviationMicrosiemens: [0.782, 20.274, -43.507, 37.062, -11.934] },
      ],
    },
  },
} satisfies AnalogDeviceDescription;
