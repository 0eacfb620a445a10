/** Differences between a data set's splits and the published ones. */
import type { Dataset, ImageSplit, SplitNote } from "../../datasets/dataset.ts";
import type { DatasetEntry } from "../../datasets/fetching/entry.ts";
import { grouped } from "../../grouped.ts";

/** Fewest test examples that claims are judged by: an error of 5 % is then known to 1.4 points. */
const FEWEST = 1000;

type Splits = Pick<Dataset, "train" | "test" | "note">;
type Published = Pick<DatasetEntry, "train" | "test" | "classes">;

/**
 * The format's note on the splits, or else one on numbers that are not the published ones; followed by the words `given`
 * by the user, who knows where the data come from. Undefined where there is nothing to say.
 */
export const noteOnSplits = (
  splits: Splits,
  published: Published,
  given: string | undefined,
): SplitNote | undefined => {
  const found = splits.note?.words ?? differenceInWords(splits, published);
  const words = [found, given].filter((part) => part !== undefined).join("; ");
  if (words === "") return undefined;
  return { ...splits.note, words, ...(splits.test.count < FEWEST && { isDemonstration: true }) };
};

const differenceInWords = ({ train, test }: Splits, published: Published): string | undefined => {
  const isWhole = isPublished(train, published.train) && isPublished(test, published.test);
  if (isWhole && train.classes >= published.classes) return undefined;
  const classes =
    train.classes < published.classes ? ` of ${train.classes} of ${published.classes} classes` : "";
  return (
    `own split: ${grouped(train.count)} training and ${grouped(test.count)} test examples${classes}, ` +
    `published: ${grouped(published.train)} and ${grouped(published.test)}`
  );
};

/** Readers of recordings know whether theirs are all: a recording may make several examples. */
const isPublished = ({ recordings, subset, count }: ImageSplit, published: number): boolean =>
  recordings ? !subset : count === published;
