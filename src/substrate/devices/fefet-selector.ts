/** The stochastic synapse of the hardware Neural Sampling Machine: a selector in series with a FeFET. */
import type { AnalogDeviceDescription } from "../device.ts";

export const fefetSelector = {
  name: "fefet-selector",
  description: "Ag/HfO2 selector of stochastic threshold in series with a ferroelectric transistor",
  sources: [
    "S. Dutta et al., Neural sampling machine with stochastic synapse allows brain-like learning and inference, Nature Communications 13, 2571, 2022, doi.org/10.1038/s41467-022-30305-8: a selector of Ag/TiN/HfO2/Pt in series with a FeFET of 28 nm, a threshold voltage that varies from cycle to cycle, an input within the window of thresholds, 17 devices measured, switching modelled as an Ornstein-Uhlenbeck process",
  ],
  assumptions: [
    "All numbers below: the publication shows them in figures, which were not digitised for this file.",
    "inputVolts equals thresholdVolts, so that the median device transmits with probability .5. Both stand for any voltage.",
    "cycleDeviationVolts stands for any voltage: only ratios to it matter.",
    "deviceDeviationVolts is a quarter of cycleDeviationVolts: probabilities have a standard deviation of .1 over devices.",
    "Passes are three correlation times apart: the process has a correlation of .05 from pass to pass. The times stand for any.",
    "32 levels, and a ratio of 45 of gMaxMicrosiemens to gMinMicrosiemens: M. Jerry et al., IEDM 2017, for another FeFET, not checked against the text. The scale in microsiemens stands for any.",
    "No programming noise, drift, read noise or stuck cells: no numbers at hand.",
  ],
  cell: { gMinMicrosiemens: 1, gMaxMicrosiemens: 45, levels: 32 },
  switch: {
    type: "threshold",
    inputVolts: 0.5,
    thresholdVolts: 0.5,
    deviceDeviationVolts: 0.025,
    cycleDeviationVolts: 0.1,
    correlation: { timeSeconds: 1e-6, intervalSeconds: 3e-6 },
  },
} satisfies AnalogDeviceDescription;
