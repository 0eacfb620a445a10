/** Splits of pictures in a folder for each class, within train/ and test/ or without these. */
import { DataError, type ImageSplit } from "neural-sampling/web";
import { type GivenFile, grouped } from "../../shared/given-files.ts";
import { pixelsOf } from "../../shared/pictures.ts";

export interface Splits {
  readonly train: ImageSplit;
  readonly test?: ImageSplit;
}

const SIDE = 28;
const MOST_CLASSES = 256;

interface Picture extends GivenFile {
  readonly className: string;
  readonly isTest: boolean;
}

/** The class of a picture is the folder that it is in. */
const pictureOf = (given: GivenFile): Picture => {
  const folders = given.path.split("/").slice(0, -1);
  return { ...given, className: folders.at(-1) ?? "", isTest: folders.at(-2) === "test" };
};

const splitOf = async (
  name: string,
  pictures: readonly Picture[],
  classNames: readonly string[],
): Promise<ImageSplit> => {
  const images = new Uint8Array(pictures.length * SIDE * SIDE);
  for (const [k, picture] of pictures.entries())
    images.set(await pixelsOf(picture, SIDE, SIDE), k * SIDE * SIDE);
  return {
    ...{ name: `${name}, ${grouped(pictures.length)} images`, images, classNames, subset: false },
    labels: Uint8Array.from(pictures, ({ className }) => classNames.indexOf(className)),
    count: pictures.length,
    shape: [1, SIDE, SIDE],
    classes: classNames.length,
  };
};

/** Reads pictures as grey images of 28 x 28. Throws DataError for fewer than two classes and for a damaged picture. */
export const pictureSplits = async (files: readonly GivenFile[]): Promise<Splits> => {
  const pictures = files.map(pictureOf);
  const classNames = [...new Set(pictures.map(({ className }) => className))].sort();
  if (classNames.length < 2 || classNames.length > MOST_CLASSES)
    throw new DataError("pictures of your own", {
      given: `pictures in ${classNames.length === 1 ? "one folder" : `${grouped(classNames.length)} folders`}`,
      expected: `2 to ${MOST_CLASSES} folders, one for each class`,
      remedy: "Drop the folder that holds the folders of the classes.",
    });
  const [train, test] = [pictures.filter(({ isTest }) => !isTest), pictures.filter(({ isTest }) => isTest)];
  if (train.length === 0)
    throw new DataError("pictures of your own", {
      given: "pictures in test/ alone",
      expected: "pictures to train on",
      remedy: "Drop the folder that holds train/ and test/.",
    });
  return {
    train: await splitOf("your pictures, train", train, classNames),
    ...(test.length > 0 && { test: await splitOf("your pictures, test", test, classNames) }),
  };
};
