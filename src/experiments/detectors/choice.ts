/** The choice of the default detector, by one rule for all networks: held-out digits against made images. */
import { DEFAULT_DETECTOR } from "../../calibration/calibrate.ts";
import type { ImageSplit } from "../../datasets/dataset.ts";
import { firstImages } from "../../datasets/subset.ts";
import { drawValidation } from "../../datasets/validation.ts";
import type { DetectorName } from "../../detectors/kinds.ts";
import type { ExperimentContext } from "../experiment.ts";
import type { Row } from "../findings/findings.ts";
import { mnistContendersOf } from "../predicting/mnist-contenders.ts";
import { mean } from "../study/summarize.ts";
import { judge } from "./judge.ts";
import { madeImages } from "./made-images.ts";
import { sharesOf } from "./shares.ts";

/** Inverse fraction of the training digits that are held out for the choice. */
const HELD_OUT = 10;
const HELD_OUT_SEED = 2;

/** Networks whose held-out digits choose the detector. */
export const CHOOSING: readonly string[] = ["bNSM", "gNSM", "dCNN, one pass"];

/** The detector that is best on held-out digits, by the mean AUROC over networks and made images. */
export const chooseDetector = async (
  context: ExperimentContext,
  digits: ImageSplit,
): Promise<{ readonly rows: readonly Row[]; readonly remarks: readonly string[] }> => {
  const { chosenBy, fitted, scored } = sharesOf(context.budget);
  const whole = firstImages(digits, chosenBy);
  const held = drawValidation(whole, Math.floor(whole.count / HELD_OUT), HELD_OUT_SEED);
  const { contenders } = await mnistContendersOf({ ...context, seeds: 1 }, held.train, CHOOSING);
  const familiar = firstImages(held.validation, scored);
  const judged = {
    ...{ fitted: firstImages(held.train, fitted), familiar },
    others: madeImages(familiar, "digits"),
  };
  const rows: Row[] = [];
  const means = new Map<DetectorName, number[]>();
  for (const contender of contenders) {
    const found = await judge(context, contender, judged);
    rows.push(...found.rows);
    for (const detector of found.detectors) {
      const areas = found.runs[0]!.map((each) => each[detector]!.auroc);
      means.set(detector, [...(means.get(detector) ?? []), mean(areas)]);
    }
  }
  const ranked = [...means]
    .filter(([, values]) => values.length === CHOOSING.length)
    .map(([name, values]) => ({ name, area: mean(values) }))
    .sort((a, b) => b.area - a.area);
  const best = ranked[0]!.name;
  return {
    rows,
    remarks: [
      `Best by the mean AUROC of held-out digits against made images, over ${CHOOSING.join(", ")}: ${ranked.map(({ name, area }) => `${name} ${area.toFixed(4)}`).join(", ")}.`,
      best === DEFAULT_DETECTOR
        ? `The best, ${best}, is the default of \`nsm calibrate\`.`
        : `\`nsm calibrate\` has ${DEFAULT_DETECTOR} by default, not the best of this budget.`,
    ],
  };
};
