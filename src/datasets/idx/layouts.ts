/** Layouts of sets of IDX files: their names, and the meaning of their numbers. */

export interface IdxLayout {
  /** Name of the format. */
  readonly format: string;
  /** Name of the files in messages, and the pattern of their names. */
  readonly title: string;
  readonly pattern: string;
  /** Images and labels to train on, then those to test with. */
  readonly files: readonly [string, string, string, string];
  readonly classes: number;
  /** Whether the user's own data may have more classes, as many as their labels name. */
  readonly open?: boolean;
  readonly classNames?: readonly string[];
  /** The label of the first class as stored; labels are read from 0 on. */
  readonly firstLabel: number;
  /** Each image is stored column by column; it is read row by row, upright. */
  readonly transposed: boolean;
}

export const mnistLayout: IdxLayout = {
  format: "idx",
  title: "IDX data",
  pattern: "train-images-idx3-ubyte",
  files: [
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
  ],
  classes: 10,
  firstLabel: 0,
  transposed: false,
};

const digits = [..."0123456789"];
const capitals = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
/** Small letters that do not look like their capitals; the others are merged with these. */
const distinctSmall = [..."abdefghnqrt"];
const merged = [...digits, ...capitals, ...distinctSmall];

/** EMNIST stores letters as 1 to 26, all else from 0 on, and transposes every image. */
const emnist = (set: string, classNames: readonly string[], firstLabel = 0): IdxLayout => ({
  format: `idx-emnist-${set}`,
  title: `EMNIST ${set} files`,
  pattern: "emnist-SET-train-images-idx3-ubyte",
  files: [
    `emnist-${set}-train-images-idx3-ubyte`,
    `emnist-${set}-train-labels-idx1-ubyte`,
    `emnist-${set}-test-images-idx3-ubyte`,
    `emnist-${set}-test-labels-idx1-ubyte`,
  ],
  classes: classNames.length,
  classNames,
  firstLabel,
  transposed: true,
});

/** Layouts in the order in which a folder is searched: of a folder with all of EMNIST, letters are read. */
export const idxLayouts: readonly IdxLayout[] = [
  { ...mnistLayout, open: true },
  emnist("letters", capitals, 1),
  emnist("balanced", merged),
  emnist("digits", digits),
  emnist("mnist", digits),
  emnist("bymerge", merged),
  emnist("byclass", [...digits, ...capitals, ...capitals.map((letter) => letter.toLowerCase())]),
];

/** A file as it is called: with or without .gz, with a hyphen or a dot before "idx". */
export const spellings = (name: string): readonly string[] =>
  [name, name.replace("-idx", ".idx")].flatMap((spelling) => [`${spelling}.gz`, spelling]);
