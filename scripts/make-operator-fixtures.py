#!/usr/bin/python3
"""Writes test/fixtures/operators.json: values and gradients of tensor operators, computed by PyTorch.

    /usr/bin/python3 scripts/make-operator-fixtures.py > test/fixtures/operators.json

Needs Debian's python3-torch. A case is { op, attributes, inputs, output, cotangent, gradients }, each tensor
{ shape, values } (row-major; a condition also has type "bool", with values 0 and 1). gradients[i] is the gradient of
sum(output * cotangent) with respect to inputs[i], null for a condition. Inputs and cotangents are float32 numbers;
PyTorch computes in float64, and the results are rounded to float32, so that the reference error is negligible. Inputs
avoid kinks and ties, where gradients are a matter of convention.
"""
import json

import torch
import torch.nn.functional as F

generator = torch.Generator().manual_seed(1)
cases = []


def normal(*shape):
    return torch.randn(shape, generator=generator)


def positive(*shape):
    return torch.rand(shape, generator=generator) * 2 + 0.25


def off_zero(*shape):
    """Magnitudes from 0.25 to 2.25 with random signs."""
    return positive(*shape) * (torch.randint(0, 2, shape, generator=generator) * 2 - 1)


def distinct(*shape):
    """Multiples of 1/16 in random order, all distinct."""
    size = torch.Size(shape).numel()
    return ((torch.randperm(size, generator=generator) - size // 2) / 16).reshape(shape)


def tensor_entry(tensor):
    values = [float(f"{value:.9g}") for value in tensor.detach().float().flatten().tolist()]
    entry = {"shape": list(tensor.shape), "values": [int(v) if v == int(v) else v for v in values]}
    return {**entry, "type": "bool"} if tensor.dtype == torch.bool else entry


def case(op, function, *inputs, **attributes):
    leaves = [x if x.dtype == torch.bool else x.double().requires_grad_() for x in inputs]
    output = function(*leaves)
    cotangent = normal(*output.shape)
    (output * cotangent.double()).sum().backward()
    cases.append(
        {
            "op": op,
            "attributes": attributes,
            "inputs": [tensor_entry(x) for x in inputs],
            "output": tensor_entry(output),
            "cotangent": tensor_entry(cotangent),
            "gradients": [None if x.dtype == torch.bool else tensor_entry(x.grad) for x in leaves],
        }
    )


BROADCASTS = [((3, 4), (3, 4)), ((2, 3, 4), (4,)), ((2, 1, 4), (3, 1)), ((), (2, 3))]
SHAPES = [(7,), (3, 4), (2, 3, 2, 2)]


def elementwise():
    for op, function, right in [
        ("add", torch.add, normal),
        ("subtract", torch.sub, normal),
        ("multiply", torch.mul, normal),
        ("divide", torch.div, off_zero),
    ]:
        for a, b in BROADCASTS:
            case(op, function, normal(*a), right(*b))
    for op, function in [("maximum", torch.maximum), ("minimum", torch.minimum)]:
        for a, b in BROADCASTS:
            # Odd against even multiples of 1/16: no ties.
            case(op, function, distinct(*a) * 2, distinct(*b) * 2 + 1 / 16)
    for op, function, draw in [
        ("negate", torch.neg, normal),
        ("abs", torch.abs, off_zero),
        ("exp", torch.exp, normal),
        ("log", torch.log, positive),
        ("sqrt", torch.sqrt, positive),
        ("erf", torch.erf, normal),
        ("tanh", torch.tanh, normal),
        ("sigmoid", torch.sigmoid, normal),
        ("relu", torch.relu, off_zero),
    ]:
        for shape in SHAPES:
            case(op, function, draw(*shape))


def products():
    for a, b in [((3, 4), (4, 5)), ((1, 6), (6, 1)), ((2, 3, 4), (2, 4, 2)), ((2, 1, 3, 4), (3, 4, 2))]:
        case("matmul", torch.matmul, normal(*a), normal(*b))
    for trans_a in (False, True):
        for trans_b in (False, True):
            a = normal(*((4, 3) if trans_a else (3, 4)))
            b = normal(*((5, 4) if trans_b else (4, 5)))
            product = lambda a, b: (a.t() if trans_a else a) @ (b.t() if trans_b else b)
            case("gemm", product, a, b, transA=trans_a, transB=trans_b)


def padded(x, pads, value=0.0):
    top, left, bottom, right = pads
    return F.pad(x, (left, right, top, bottom), value=value)


def convolution(x, w, strides, pads, dilations, groups, bias=False):
    def function(x, w, b=None):
        return F.conv2d(padded(x, pads), w, b, strides, 0, dilations, groups)

    extra = [normal(w[0])] if bias else []
    attributes = {"strides": strides, "pads": pads, "dilations": dilations, "groups": groups}
    case("conv2d", function, normal(*x), normal(*w), *extra, **attributes)


def convolutions():
    none, one = [0, 0, 0, 0], [1, 1]
    convolution((2, 1, 6, 6), (3, 1, 3, 3), one, none, one, 1)
    convolution((2, 3, 5, 4), (4, 3, 1, 1), one, none, one, 1)
    convolution((1, 2, 7, 6), (3, 2, 3, 3), [2, 2], [1, 1, 1, 1], one, 1)
    convolution((1, 2, 8, 7), (2, 2, 3, 2), [3, 2], [0, 1, 2, 1], one, 1)
    convolution((2, 2, 5, 5), (3, 2, 3, 3), one, [2, 0, 1, 3], one, 1)
    convolution((1, 2, 8, 9), (2, 2, 3, 3), one, none, [2, 3], 1)
    convolution((1, 2, 9, 8), (2, 2, 2, 3), [2, 1], [1, 2, 2, 1], [3, 2], 1)
    convolution((2, 4, 5, 5), (6, 2, 3, 3), one, [1, 1, 1, 1], one, 2)
    convolution((2, 3, 5, 4), (6, 1, 2, 2), [1, 2], [1, 0, 0, 1], one, 3)
    convolution((2, 2, 6, 5), (3, 2, 5, 3), one, none, one, 1, bias=True)
    convolution((1, 4, 6, 6), (2, 2, 2, 2), [2, 2], none, [2, 2], 2, bias=True)


def pools():
    none = [0, 0, 0, 0]
    for x, kernel, strides, pads in [
        ((2, 2, 4, 4), [2, 2], [2, 2], none),
        ((1, 2, 5, 6), [2, 3], [1, 2], none),
        ((1, 2, 7, 5), [3, 2], [2, 2], [1, 0, 1, 1]),
        ((1, 1, 5, 7), [2, 2], [3, 3], none),
    ]:
        attributes = {"kernel": kernel, "strides": strides, "pads": pads}
        largest = lambda x: F.max_pool2d(padded(x, pads, float("-inf")), kernel, strides)
        mean = lambda x: F.avg_pool2d(padded(x, pads), kernel, strides)
        case("maxPool2d", largest, distinct(*x), **attributes)
        case("averagePool2d", mean, normal(*x), **attributes)


def reductions():
    for op, function, draw in [("sum", torch.sum, normal), ("mean", torch.mean, normal), ("max", torch.amax, distinct)]:
        for shape, axes, keep in [
            ((3, 4), [0], False),
            ((3, 4), [1], True),
            ((2, 3, 4), [0, 2], False),
            ((2, 3, 2, 3), [2, 3], True),
            ((2, 3), [0, 1], False),
        ]:
            case(op, lambda x: function(x, axes, keepdim=keep), draw(*shape), axes=axes, keepDims=keep)
    for op, function in [("softmax", F.softmax), ("logSoftmax", F.log_softmax)]:
        for shape, axis in [((5,), -1), ((3, 4), -1), ((2, 3, 4), 2), ((2, 3, 2, 2), 1)]:
            case(op, lambda x: function(x, axis), normal(*shape) * 3, axis=axis)


def layout():
    for before, after in [((6,), [2, 3]), ((2, 3, 4), [6, 4]), ((2, 6), [3, 1, 4])]:
        case("reshape", lambda x: x.reshape(after), normal(*before), shape=after)
    for shape, permutation in [((3, 4), [1, 0]), ((2, 3, 4), [2, 0, 1]), ((2, 3, 2, 4), [0, 2, 3, 1])]:
        case("transpose", lambda x: x.permute(permutation), normal(*shape), permutation=permutation)
    for shape, starts, ends, steps in [
        ((6,), [1], [5], [1]),
        ((4, 6), [0, 1], [4, 6], [1, 2]),
        ((5, 7), [1, 0], [5, 6], [3, 2]),
        ((2, 5, 4), [1, 0, 1], [2, 5, 3], [1, 2, 1]),
    ]:
        part = tuple(slice(*bounds) for bounds in zip(starts, ends, steps))
        case("slice", lambda x: x[part], normal(*shape), starts=starts, ends=ends, steps=steps)
    for shapes, axis in [([(2,), (3,)], 0), ([(2, 3), (1, 3), (2, 3)], 0), ([(2, 1, 3), (2, 2, 3)], 1), ([(2, 2), (2, 3)], -1)]:
        case("concat", lambda *parts: torch.cat(parts, axis), *[normal(*s) for s in shapes], axis=axis)
    for shape, before, after, value in [
        ((4,), [1], [2], 0),
        ((2, 3), [0, 2], [1, 0], 1.5),
        ((1, 2, 3, 3), [0, 0, 1, 2], [0, 0, 0, 1], -1),
    ]:
        widths = [width for pair in reversed(list(zip(before, after))) for width in pair]
        case("pad", lambda x: F.pad(x, widths, value=value), normal(*shape), before=before, after=after, value=value)
    for condition, a, b in [((3, 4), (3, 4), (3, 4)), ((2, 3, 1), (3, 4), ()), ((4,), (2, 1, 4), (3, 1))]:
        chosen = torch.randint(0, 2, condition, generator=generator).bool()
        case("where", torch.where, chosen, normal(*a), normal(*b))
    for before, after in [((4,), [3, 4]), ((2, 1, 3), [2, 4, 3]), ((), [2, 2]), ((3, 1), [2, 3, 2])]:
        case("broadcastTo", lambda x: x.broadcast_to(after), normal(*before), shape=after)


def transposed_convolution(y, w, image, strides, pads, dilations, groups):
    """The adjoint of conv2d: a transposed convolution onto the padded image, then cropped."""
    top, left, bottom, right = pads
    rows, columns = image[0] + top + bottom, image[1] + left + right
    reach = [(y[2 + k] - 1) * strides[k] + dilations[k] * (w[2 + k] - 1) + 1 for k in range(2)]
    rest = (rows - reach[0], columns - reach[1])

    def function(y, w):
        spread = F.conv_transpose2d(y, w, None, strides, 0, rest, groups, dilations)
        return spread[:, :, top : rows - bottom, left : columns - right]

    attributes = {"strides": strides, "pads": pads, "dilations": dilations, "groups": groups}
    case("convTranspose2d", function, normal(*y), normal(*w), image=image, **attributes)


def transposed_convolutions():
    none, one = [0, 0, 0, 0], [1, 1]
    transposed_convolution((2, 3, 4, 4), (3, 1, 3, 3), [6, 6], one, none, one, 1)
    transposed_convolution((1, 3, 4, 3), (3, 2, 3, 3), [7, 6], [2, 2], [1, 1, 1, 1], one, 1)
    transposed_convolution((1, 2, 3, 3), (2, 2, 3, 2), [8, 6], [3, 2], [0, 1, 2, 0], one, 1)
    transposed_convolution((1, 2, 4, 5), (2, 2, 3, 3), [8, 8], one, [0, 1, 0, 0], [2, 2], 1)
    transposed_convolution((2, 6, 5, 5), (6, 2, 3, 3), [5, 5], one, [1, 1, 1, 1], one, 2)


def windows():
    for x, window, strides in [((2, 1, 4, 5), [1, 3, 2], [1, 1]), ((1, 3, 5, 5), [3, 2, 2], [2, 1])]:
        positions = [(x[2 + k] - window[1 + k]) // strides[k] + 1 for k in range(2)]
        unfold = lambda x: F.unfold(x, window[1:], stride=strides).unflatten(2, positions)
        case("windowsOf", unfold, normal(*x), window=window, strides=strides)


def powers():
    for shape in SHAPES:
        case("square", torch.square, normal(*shape))
        case("sign", torch.sign, off_zero(*shape))
    for shape, axes, keep in [((3, 4), [1], False), ((2, 3, 4), [0, 2], True), ((2, 3), [0, 1], False)]:
        norm = lambda x: torch.linalg.vector_norm(x, dim=axes, keepdim=keep)
        case("norm", norm, off_zero(*shape), axes=axes, keepDims=keep)


def unshuffled(x, block):
    """pixel_unshuffle in ONNX's order of channels: (row, column, channel) where PyTorch's is (channel, row, column)."""
    parts = F.pixel_unshuffle(x, block)
    return parts.unflatten(1, (x.shape[1], block**2)).transpose(1, 2).flatten(1, 2)


def shuffled(x, block):
    """The inverse: DepthToSpace in ONNX's mode DCR."""
    return F.pixel_shuffle(x.unflatten(1, (block**2, -1)).transpose(1, 2).flatten(1, 2), block)


def moves():
    for shape, axis, indices in [((5,), 0, [3, 0, 3]), ((3, 4), 1, [2, 1]), ((2, 3, 2), -2, [1, 1, 0, 2])]:
        pick = lambda x: torch.index_select(x, axis, torch.tensor(indices))
        case("take", pick, normal(*shape), axis=axis, indices=indices)
    for shape, axes in [((5,), [0]), ((2, 3, 4), [0, 2]), ((2, 2, 3), [-1])]:
        case("reverse", lambda x: torch.flip(x, axes), normal(*shape), axes=axes)
    for shape, block in [((1, 1, 4, 4), 2), ((2, 3, 4, 6), 2), ((1, 2, 3, 6), 3)]:
        case("spaceToDepth", lambda x: unshuffled(x, block), normal(*shape), block=block)
    for shape, block in [((1, 4, 2, 2), 2), ((2, 12, 1, 3), 2), ((1, 18, 2, 1), 3)]:
        case("depthToSpace", lambda x: shuffled(x, block), normal(*shape), block=block)


def ordered_windows():
    for x, w, order in [
        ((2, 2, 4, 3), (3, 2, 3, 2), [2, 0, 3, 1]),
        ((1, 1, 3, 4), (2, 1, 1, 3), [5, 0, 4, 1, 3, 2]),
        ((3, 3, 2, 2), (1, 3, 2, 2), [0]),
    ]:
        ordered = lambda x, w, b: F.conv2d(x, w, b).flatten(2).transpose(1, 2)[:, order]
        case("convolveInOrder", ordered, normal(*x), normal(*w), normal(w[0]), order=order)


def waves():
    for shape in SHAPES:
        case("cos", torch.cos, normal(*shape))


def parts():
    for shape, count in [((2, 4, 3, 2), 4), ((1, 6, 2), 2), ((3, 6), 3)]:
        largest = lambda x: x.unflatten(1, (count, -1)).amax(1)
        case("maximumOfParts", largest, distinct(*shape), count=count)


families = (elementwise, products, convolutions, pools, reductions, layout)
# New families go last, because they share a random generator: earlier cases stay as they are.
for family in (*families, transposed_convolutions, windows, powers, moves, ordered_windows, waves, parts):
    family()
print("[\n" + ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in cases) + "\n]")
