/**
 * Feeds: the inputs of a compiled model. Each is an input of the program or a block of its rows, read in
 * place.
 */
import { sizeOf, type Tensor } from "./tensor.ts";

/** An input of the model. */
export interface Feed {
  /** Name of the model's input. */
  readonly name: string;
  /** Name of the program's input that holds the elements. */
  readonly input: string;
  /** Index of the first element in that input. */
  readonly start: number;
  readonly tensor: Tensor;
}

/**
 * The feed of each tensor in `order` that has one; tensors of the same rows share a feed. `isFree` tells
 * whether a tensor is an input that is not bound to a constant. With `isCut` false every input is fed whole.
 */
export const feedsOf = (
  order: readonly Tensor[],
  outputs: readonly Tensor[],
  isFree: (tensor: Tensor) => boolean,
  isCut = true,
): ReadonlyMap<Tensor, Feed> => {
  const isRows = (tensor: Tensor): boolean => firstRow(tensor) !== undefined && isFree(tensor.inputs[0]!);
  const rows = isCut ? order.filter(isRows) : [];
  const cut = new Set(rows);
  // An input that is used only in blocks of rows is not fed as a whole.
  const uses = order.filter((tensor) => !cut.has(tensor)).flatMap(({ inputs }) => inputs);
  const whole = new Set([...uses, ...outputs]);
  const feeds = new Map<Tensor, Feed>();
  const cuts = new Map<string, Feed>();
  for (const tensor of order) {
    if (cut.has(tensor)) {
      const feed = rowsFeed(tensor, tensor.inputs[0]!);
      const same = cuts.get(feed.name) ?? feed;
      cuts.set(feed.name, same);
      feeds.set(tensor, same);
    } else if (isFree(tensor) && (whole.has(tensor) || !rows.some(({ inputs }) => inputs[0] === tensor)))
      feeds.set(tensor, { name: tensor.name!, input: tensor.name!, start: 0, tensor });
  }
  return feeds;
};

const rowsFeed = (tensor: Tensor, of: Tensor): Feed => {
  const row = firstRow(tensor)!;
  return {
    name: `#${of.name}[${row}:${row + tensor.shape[0]!}]`,
    input: of.name!,
    start: row * sizeOf(of.shape.slice(1)),
    tensor,
  };
};

const firstRow = ({ operator }: Tensor): number | undefined =>
  typeof operator === "string" ? undefined : operator.firstRow;
