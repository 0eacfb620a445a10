/** The choice of the default detectors, by one rule for all networks: held-out digits against made images. */
import type { ImageSplit } from "../../datasets/dataset.ts";
import { firstImages } from "../../datasets/subset.ts";
import { drawValidation } from "../../datasets/validation.ts";
import { defaultDetector } from "../../detectors/default.ts";
import type { DetectorName } from "../../detectors/kinds.ts";
import type { ExperimentContext } from "../experiment.ts";
import type { Row } from "../findings/findings.ts";
import { mnistContendersOf } from "../predicting/mnist-contenders.ts";
import type { Budget } from "../study/budgets.ts";
import { mean } from "../study/summarize.ts";
import { judge } from "./judge.ts";
import { madeImages } from "./made-images.ts";
import { sharesOf } from "./shares.ts";

/** Inverse fraction of the training digits that are held out for the choice. */
const HELD_OUT = 10;
const HELD_OUT_SEED = 2;

/** Networks whose held-out digits choose the detectors; the quick budget has no time for more than one of each kind. */
export const choosingFor = ({ embedded }: Budget): readonly string[] =>
  embedded
    ? ["bNSM", "dCNN, one pass"]
    : [
        "bNSM",
        "gNSM",
        "binary network, one pass",
        "dCNN with batch normalization, one pass",
        "dCNN, one pass",
      ];

/** The detectors that are best on held-out digits, of each kind of network, by the mean AUROC over networks and made images. */
export const chooseDetectors = async (
  context: ExperimentContext,
  digits: ImageSplit,
): Promise<{ readonly rows: readonly Row[]; readonly remarks: readonly string[] }> => {
  const { chosenBy, fitted, scored } = sharesOf(context.budget);
  const whole = firstImages(digits, chosenBy);
  const held = drawValidation(whole, Math.floor(whole.count / HELD_OUT), HELD_OUT_SEED);
  const { contenders } = await mnistContendersOf(
    { ...context, seeds: 1 },
    held.train,
    choosingFor(context.budget),
  );
  const familiar = firstImages(held.validation, scored);
  const judged = {
    ...{ fitted: firstImages(held.train, fitted), familiar },
    others: madeImages(familiar, "digits"),
  };
  const rows: Row[] = [];
  const networks: Choosing[] = [];
  for (const contender of contenders) {
    const found = await judge(context, contender, judged);
    rows.push(...found.rows);
    const areaBy = (detector: DetectorName): number =>
      mean(found.runs[0]!.map((each) => each[detector]!.auroc));
    networks.push({
      name: contender.name,
      preset: defaultDetector(contender.network),
      areas: new Map(found.detectors.map((detector) => [detector, areaBy(detector)])),
    });
  }
  const presets = [...new Set(networks.map(({ preset }) => preset))];
  const remarks = presets.map((preset) =>
    inWords(
      networks.filter((own) => own.preset === preset),
      preset,
    ),
  );
  return { rows, remarks };
};

/** A network by which detectors are chosen. */
interface Choosing {
  readonly name: string;
  /** Its default detector. */
  readonly preset: DetectorName;
  /** Mean AUROC over the made images by each detector that fits it. */
  readonly areas: ReadonlyMap<DetectorName, number>;
}

interface Ranked {
  readonly name: DetectorName;
  readonly area: number;
}

/** Means over networks of the detectors that fit all of them, the best first. */
const ranked = (networks: readonly Choosing[]): readonly Ranked[] =>
  [...networks[0]!.areas.keys()]
    .filter((name) => networks.every(({ areas }) => areas.has(name)))
    .map((name) => ({ name, area: mean(networks.map(({ areas }) => areas.get(name)!)) }))
    .sort((a, b) => b.area - a.area);

const inWords = (networks: readonly Choosing[], preset: DetectorName): string => {
  const found = ranked(networks);
  const best = found[0]!.name;
  const verdict =
    best === preset
      ? "The best is their default in `nsm calibrate`."
      : `Their default in \`nsm calibrate\` is ${preset}, not the best of this budget.`;
  const areas = found.map(({ name, area }) => `${name} ${area.toFixed(4)}`).join(", ");
  return `Mean AUROC of held-out digits against made images, ${networks.map(({ name }) => name).join(", ")}: ${areas}. ${verdict}`;
};
