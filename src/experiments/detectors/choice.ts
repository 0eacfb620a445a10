/** The choice of the default detectors, by one rule for all networks: held-out digits against made images. */
import type { ImageSplit } from "../../datasets/dataset.ts";
import { firstImages } from "../../datasets/subset.ts";
import { drawValidation } from "../../datasets/validation.ts";
import { defaultDetector } from "../../detectors/default.ts";
import type { DetectorName } from "../../detectors/kinds.ts";
import type { ExperimentContext } from "../experiment.ts";
import type { Row } from "../findings/findings.ts";
import { mnistContendersOf, NORMALIZED } from "../predicting/mnist-contenders.ts";
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
    : ["bNSM", "gNSM", "binary network, one pass", `${NORMALIZED}, one pass`, "dCNN, one pass"];

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
  /** Areas of each network, by the default detector of its kind. */
  const areas = new Map<DetectorName, { readonly name: string; readonly areas: Areas }[]>();
  for (const contender of contenders) {
    const { name, network } = contender;
    const found = await judge(context, contender, judged);
    rows.push(...found.rows);
    const meanBy = (detector: DetectorName): number =>
      mean(found.runs[0]!.map((each) => each[detector]!.auroc));
    const preset = defaultDetector(network);
    const own = new Map(found.detectors.map((detector) => [detector, meanBy(detector)]));
    areas.set(preset, [...(areas.get(preset) ?? []), { name, areas: own }]);
  }
  const remarks = [...areas].map(([preset, networks]) =>
    inWords(networks.map(({ name }) => name).join(", "), ranked(networks.map((own) => own.areas)), preset),
  );
  return { rows, remarks };
};

/** Mean AUROC over the made images by each detector that fits a network. */
type Areas = ReadonlyMap<DetectorName, number>;

interface Ranked {
  readonly name: DetectorName;
  readonly area: number;
}

/** Means over networks of the detectors that fit all of them, the best first. */
const ranked = (networks: readonly Areas[]): readonly Ranked[] =>
  [...networks[0]!.keys()]
    .filter((name) => networks.every((areas) => areas.has(name)))
    .map((name) => ({ name, area: mean(networks.map((areas) => areas.get(name)!)) }))
    .sort((a, b) => b.area - a.area);

const inWords = (networks: string, found: readonly Ranked[], preset: DetectorName): string => {
  const best = found[0]!.name;
  const verdict =
    best === preset
      ? "The best is their default in `nsm calibrate`."
      : `Their default in \`nsm calibrate\` is ${preset}, not the best of this budget.`;
  const areas = found.map(({ name, area }) => `${name} ${area.toFixed(4)}`).join(", ");
  return `Mean AUROC of held-out digits against made images, ${networks}: ${areas}. ${verdict}`;
};
