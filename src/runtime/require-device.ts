/** Finds out whether a device is there before anything is made that would have to be undone. */
import { add } from "../tensor/elementwise.ts";
import { lower } from "../tensor/lower.ts";
import { input } from "../tensor/tensor.ts";
import type { Engine } from "./engine.ts";

/** Throws DeviceError if the engine's device can't run even the smallest program. */
export const requireDevice = async (engine: Engine): Promise<void> => {
  const executable = await engine.compile(lower({ y: add(input("x", [1]), 1) }));
  await executable.dispose();
};
