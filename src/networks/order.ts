/** The graph of a network, and a topological order of its layers. */
import { ConfigError } from "../errors.ts";
import { kindOf, type Layer } from "./layers/kinds.ts";
import { READOUT } from "./layers/readout.ts";

/** Name of the image among the inputs of layers. */
export const INPUT = "input";

/** A layer of the graph with its name and the names of its inputs. */
export interface Node {
  readonly name: string;
  readonly layer: Layer;
  readonly inputs: readonly string[];
}

/**
 * Layers in topological order, with the readout last; layers listed in order keep their order. Throws
 * ConfigError, with `subject`, for unknown or repeated names, a wrong number of inputs, a cycle, and an
 * unused layer.
 */
export const orderedNodes = (layers: readonly Layer[], subject: string): readonly Node[] => {
  const nodes = namedNodes(layers);
  requireNames(nodes, subject);
  for (const node of nodes) requireInputs(node, nodes, subject);
  const order = topologicalOrder(nodes, subject);
  requireUse(order, subject);
  return order;
};

const namedNodes = (layers: readonly Layer[]): readonly Node[] => {
  const complete: readonly Layer[] =
    layers.at(-1)?.type === READOUT ? layers : [...layers, { type: READOUT }];
  const names = complete.map(({ type, name }, k) => (type === READOUT ? READOUT : (name ?? `layers.${k}`)));
  return complete.map((layer, k) => {
    const { from = names[k - 1] ?? INPUT } = layer;
    return { name: names[k]!, layer, inputs: typeof from === "string" ? [from] : from };
  });
};

const requireNames = (nodes: readonly Node[], subject: string): void => {
  const names = nodes.map(({ name }) => name);
  for (const [k, { name, layer }] of nodes.entries()) {
    if (layer.type === READOUT && (k < nodes.length - 1 || (layer.name ?? READOUT) !== READOUT))
      throw new ConfigError(`${subject}, layers.${k}`, {
        given: k < nodes.length - 1 ? "a readout before other layers" : `a readout named "${layer.name}"`,
        expected: "one readout, as the last layer, without a name",
        remedy: "Move it to the end, or remove it: it is implied.",
      });
    if (name === INPUT || names.indexOf(name) < k)
      throw new ConfigError(`${subject}, layers.${k}`, {
        given: `the name "${name}", which ${name === INPUT ? "the image has" : `layer number ${names.indexOf(name)} has too`}`,
        expected: "a unique name",
        remedy: "Rename it.",
      });
  }
};

const requireInputs = ({ name, layer, inputs }: Node, nodes: readonly Node[], subject: string): void => {
  const known = [INPUT, ...nodes.map((node) => node.name)];
  const unknown = inputs.find((input) => !known.includes(input));
  if (unknown !== undefined)
    throw new ConfigError(`${subject}, ${name}`, {
      given: `"from": "${unknown}", which is not the name of a layer`,
      expected: `names of layers: ${known.filter((other) => other !== name && other !== READOUT).join(", ")}`,
      remedy: "Correct the name, or give the layer this name.",
    });
  const { inputs: wanted } = kindOf(layer);
  if (wanted === "one" ? inputs.length === 1 : inputs.length > 1) return;
  throw new ConfigError(`${subject}, ${name} (${layer.type})`, {
    given: `${inputs.length} input${inputs.length === 1 ? "" : "s"}`,
    expected: wanted === "one" ? "one input" : "at least two inputs",
    remedy: wanted === "one" ? "Put an add or concatenate before it." : 'List them: "from": ["a", "b"].',
  });
};

const topologicalOrder = (nodes: readonly Node[], subject: string): readonly Node[] => {
  const order: Node[] = [];
  const done = new Set([INPUT]);
  let left = nodes;
  while (left.length > 0) {
    const ready = left.findIndex(({ inputs }) => inputs.every((name) => done.has(name)));
    if (ready < 0) refuseCycle(left, subject);
    order.push(left[ready]!);
    done.add(left[ready]!.name);
    left = left.toSpliced(ready, 1);
  }
  return order;
};

/** Throws ConfigError with a cycle among `nodes`, none of which can come first. */
const refuseCycle = (nodes: readonly Node[], subject: string): never => {
  const path: string[] = [];
  let node = nodes[0]!;
  while (!path.includes(node.name)) {
    path.push(node.name);
    node = nodes.find(({ name }) => node.inputs.includes(name))!;
  }
  const cycle = [...path.slice(path.indexOf(node.name)), node.name];
  throw new ConfigError(subject, {
    given: `a cycle of layers: ${cycle.map((name, k) => (k === 0 ? name : `takes ${name}`)).join(", which ")}`,
    expected: "a graph without cycles",
    remedy: 'Correct one of their "from".',
  });
};

const requireUse = (nodes: readonly Node[], subject: string): void => {
  const used = new Set([READOUT]);
  for (const { name, inputs } of nodes.toReversed())
    if (used.has(name)) for (const each of inputs) used.add(each);
  const unused = nodes.find(({ name }) => !used.has(name));
  if (unused === undefined) return;
  throw new ConfigError(`${subject}, ${unused.name}`, {
    given: "a layer whose output never reaches the readout",
    expected: "only layers that the readout depends on",
    remedy: 'Name it in the "from" of another layer, or remove it.',
  });
};
