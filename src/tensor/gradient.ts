/**
 * Reverse-mode differentiation: the gradient of an expression is another expression.
 * Baydin et al., "Automatic differentiation in machine learning: a survey", JMLR 18, 2018, section 3.2.
 */
import { ShapeError } from "../errors.ts";
import { broadcastTo } from "./broadcast.ts";
import { add } from "./elementwise.ts";
import { concat } from "./layout.ts";
import { refuseShapes, sameShape, show } from "./shape.ts";
import { apply, constant, type Operator, type Shape, sizeOf, type Tensor } from "./tensor.ts";

/** All tensors that `roots` depend on, each after its inputs. */
export const topologicalOrder = (roots: readonly Tensor[]): readonly Tensor[] => {
  const order: Tensor[] = [];
  const seen = new Set<Tensor>();
  const stack = [...roots].reverse().map((tensor) => ({ tensor, expanded: false }));
  for (let top = stack.pop(); top; top = stack.pop()) {
    if (top.expanded) order.push(top.tensor);
    else if (!seen.has(top.tensor)) {
      seen.add(top.tensor);
      stack.push({ tensor: top.tensor, expanded: true });
      for (const tensor of [...top.tensor.inputs].reverse()) stack.push({ tensor, expanded: false });
    }
  }
  return order;
};

/**
 * Gradients of a one-element `loss`, one expression for each of `parameters`, in its shape. Throws ShapeError
 * otherwise.
 */
export const gradient = (loss: Tensor, parameters: readonly Tensor[]): readonly Tensor[] => {
  if (sizeOf(loss.shape) !== 1)
    throw new ShapeError("gradient", {
      given: `a loss of shape ${show(loss.shape)}`,
      expected: "a loss of one element",
      remedy: "Take its sum or mean.",
    });
  return pullback([loss], [constant(1, loss.shape)], parameters);
};

/** Vector-Jacobian product: sum_k d(outputs_k . cotangents_k) / dx for each x of `parameters`. */
export const pullback = (
  outputs: readonly Tensor[],
  cotangentsOfOutputs: readonly Tensor[],
  parameters: readonly Tensor[],
): readonly Tensor[] => {
  refuseCotangents(outputs, cotangentsOfOutputs);
  const order = topologicalOrder(outputs);
  const relevant = dependents(order, new Set(parameters));
  const parts = new Map<Tensor, Tensor[]>();
  const accumulate = (tensor: Tensor, part: Tensor): void => {
    const sofar = parts.get(tensor);
    if (sofar) sofar.push(part);
    else parts.set(tensor, [part]);
  };
  for (const [k, output] of outputs.entries()) accumulate(output, cotangentsOfOutputs[k]!);
  for (const tensor of [...order].reverse()) {
    const own = parts.get(tensor);
    if (!own || !tensor.inputs.some((input) => relevant.has(input))) continue;
    const cotangent = total(own);
    for (const [k, part] of differentiate(tensor, cotangent).entries())
      if (part && relevant.has(tensor.inputs[k]!)) accumulate(tensor.inputs[k]!, part);
  }
  return parameters.map((parameter) => {
    const own = parts.get(parameter);
    return own ? total(own) : broadcastTo(constant(0), parameter.shape);
  });
};

/** The sum of cotangents. Cotangents of slices that partition a tensor are concatenated, not summed. */
const total = (parts: readonly Tensor[]): Tensor => {
  const [first] = parts;
  const axis = placementOf(first!)?.axis;
  const placed = parts.filter((part) => axis !== undefined && placementOf(part)?.axis === axis);
  const joined = joinPlaced(placed, axis ?? 0, first!.shape);
  return joined
    ? [joined, ...parts.filter((part) => !placed.includes(part))].reduce(add)
    : parts.reduce((sum, part) => add(sum, part));
};

const placementOf = ({ operator }: Tensor): Operator["placement"] =>
  typeof operator === "string" ? undefined : operator.placement;

/** Concatenates tensors placed along `axis` to `shape`; undefined unless they fill it without overlap. */
const joinPlaced = (placed: readonly Tensor[], axis: number, shape: Shape): Tensor | undefined => {
  const sorted = [...placed].sort((a, b) => placementOf(a)!.start - placementOf(b)!.start);
  let end = 0;
  for (const part of sorted) {
    if (placementOf(part)!.start !== end) return undefined;
    end += part.inputs[0]!.shape[axis]!;
  }
  if (end !== shape[axis]) return undefined;
  return concat(
    sorted.map(({ inputs }) => inputs[0]!),
    axis,
  );
};

const refuseCotangents = (outputs: readonly Tensor[], cotangents: readonly Tensor[]): void => {
  if (outputs.length !== cotangents.length)
    throw new ShapeError("pullback", {
      given: `${outputs.length} outputs and ${cotangents.length} cotangents`,
      expected: "one cotangent an output",
      remedy: "Give as many of both.",
    });
  for (const [k, { shape }] of outputs.entries())
    if (!sameShape(shape, cotangents[k]!.shape))
      refuseShapes(
        "pullback",
        [shape, cotangents[k]!.shape],
        "a cotangent of the shape of its output",
        "Broadcast or sum it.",
      );
};

const differentiate = (tensor: Tensor, cotangent: Tensor): readonly (Tensor | null)[] => {
  if (typeof tensor.operator === "string") return [];
  if (tensor.operator.gradient) return tensor.operator.gradient(cotangent, tensor);
  throw new ShapeError(`gradient of ${tensor.operator.name}`, {
    given: "an operator without a derivative",
    expected: "differentiable operators between the parameters and the loss",
    remedy: "Stop the gradient before it with stopGradient.",
  });
};

/** The tensors of `order` that depend on one of `sources`; only their cotangents are needed. */
const dependents = (order: readonly Tensor[], sources: ReadonlySet<Tensor>): ReadonlySet<Tensor> => {
  const found = new Set<Tensor>(sources);
  for (const tensor of order) if (tensor.inputs.some((input) => found.has(input))) found.add(tensor);
  return found;
};

/** The values of `x`, without a gradient. */
export const stopGradient = (x: Tensor): Tensor =>
  apply({ name: "stopGradient", onnx: { operator: "Identity" }, gradient: () => [null] }, [x], x.shape);

/**
 * The values of `value` with a custom gradient: `gradientOf` maps the cotangent to one cotangent for each of
 * `inputs`.
 */
export const withGradient = (
  value: Tensor,
  inputs: readonly Tensor[],
  gradientOf: (cotangent: Tensor) => readonly Tensor[],
): Tensor =>
  apply(
    {
      name: "withGradient",
      onnx: { operator: "Identity", arity: 1 },
      gradient: (cotangent) => [null, ...gradientOf(cotangent)],
    },
    [value, ...inputs],
    value.shape,
  );
