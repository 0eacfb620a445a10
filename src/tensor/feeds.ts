/** What a model is fed: a program's inputs, or rows of one, which are read where they lie instead of being copied. */
import { sizeOf, type Tensor } from "./tensor.ts";

export interface Feed {
  /** Of the model's own input. */
  readonly name: string;
  /** The program's input that it is, or is a part of. */
  readonly input: string;
  /** Its first element there. */
  readonly start: number;
  readonly tensor: Tensor;
}

/**
 * The feeds of a graph's tensors, in their order: one for all tensors that are the same rows. `isFree` says which inputs
 * are not bound to constants.
 */
export const feedsOf = (
  order: readonly Tensor[],
  outputs: readonly Tensor[],
  isFree: (tensor: Tensor) => boolean,
): ReadonlyMap<Tensor, Feed> => {
  const rows = order.filter((tensor) => firstRow(tensor) !== undefined && isFree(tensor.inputs[0]!));
  const cut = new Set(rows);
  // An input all of whose uses are rows of it is not fed itself.
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
