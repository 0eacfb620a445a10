#!/usr/bin/python3
"""Writes test/fixtures/training.json: training steps of small Neural Sampling Machines, computed by PyTorch.

    /usr/bin/python3 scripts/make-training-fixtures.py > test/fixtures/training.json

Needs Debian's python3-torch. The networks are written directly from the equations, with given uniform numbers. The
optimisers are PyTorch's own, but Muon, which it does not have everywhere; gradients are clipped by g min(1, limit / ||g||)
(Pascanu et al., 2013), because PyTorch adds 1e-6 to the norm.

A case is { network, optimizer, clipNorm, batch, rates, start, batches, losses, correct, end, rounding }: parameters by
name before and after the steps, and for each step its learning rate, images, labels, mask, uniform numbers and loss.
Everything is computed in float64 from float32 numbers. `rounding` is the distance of the same steps in PyTorch's
float32 from that, over all parameters and losses: the yardstick for other float32 implementations. No uniform number
lies within MARGIN of the mean that it is compared with, so that rounding changes no spike.
"""
import json
import math

import torch
import torch.nn.functional as F

MARGIN = 1e-4


class Spike(torch.autograd.Function):
    """+1 where m > u, else -1; in the backward pass the derivative of the mean m replaces that of the sample."""

    @staticmethod
    def forward(context, m, u):
        return torch.where(m > u, torch.ones_like(m), -torch.ones_like(m))

    @staticmethod
    def backward(context, cotangent):
        return cotangent, None


class HardSpike(torch.autograd.Function):
    """sgn(v), sgn(0) = +1; backward, the derivative of erf(v)."""

    @staticmethod
    def forward(context, v):
        context.save_for_backward(v)
        return torch.where(v >= 0, torch.ones_like(v), -torch.ones_like(v))

    @staticmethod
    def backward(context, cotangent):
        (v,) = context.saved_tensors
        return cotangent * 2 / math.sqrt(math.pi) * torch.exp(-v.square())


def kept(x, p, u):
    """Dropout with given uniform numbers: x / (1 - p), or 0 with probability p."""
    assert (u - (2 * p - 1)).abs().min() > MARGIN, "a number is too near to its threshold: choose another seed"
    return x * (u > 2 * p - 1) / (1 - p)


def standard_normal(u):
    """Box-Muller transform of two uniform numbers on (-1, 1)."""
    return torch.sqrt(-2 * torch.log(u[:, 0].abs())) * torch.cos(math.pi * u[:, 1])


def conventional(z, layer, own, noise):
    """A layer of rectifiers or hard spikes, with PyTorch's own batch and weight normalization."""
    weight = own["weight"]
    normalization = layer.get("normalization")
    if "dropConnect" in layer:
        weight = kept(weight, layer["dropConnect"], noise["dropConnect"].reshape(weight.shape))
    if normalization == "weight":
        weight = torch._weight_norm(weight, own["gain"].reshape([-1] + [1] * (weight.dim() - 1)), 0)
    bias = None if normalization == "batch" else own["bias"]
    if layer["type"] == "conv2d":
        y = F.conv2d(z, weight, bias, stride=layer["stride"], padding=layer["padding"])
    else:
        y = F.linear(z.flatten(1), weight, bias)
    if normalization == "batch":
        y = F.batch_norm(y, own["mean"], own["variance"], own["gain"], own["bias"], training=True)
    if layer["neuron"] == "noisyRelu":
        y = y + 0.1 * standard_normal(noise["uniform"].reshape(len(y), 2, *y.shape[1:]))
    if layer.get("pool", 1) > 1:
        y = F.max_pool2d(y, layer["pool"])
    if layer["neuron"] == "linear":
        return y
    assert y.abs().min() > MARGIN, "a unit is too near to its threshold: choose another seed"
    z = HardSpike.apply(y) if layer["neuron"] == "sign" else F.relu(y)
    return kept(z, layer["dropout"], noise["dropout"].reshape(z.shape)) if "dropout" in layer else z


def variance(noise):
    return noise["p"] * (1 - noise["p"]) if noise["type"] == "bernoulli" else noise["sigma"] ** 2


def drive_and_power(z, spikes, layer, weight):
    """w . z and sum w^2 z^2 of equation (3). The latter is sum w^2 / K for inputs that are means of K spikes, and for real
    inputs, K = 0, depends on them; at the border it is a sum over the taps inside the image."""
    square = torch.full_like(z, 1 / spikes) if spikes else z.square()
    if layer["type"] == "dense":
        return z.flatten(1) @ weight.t(), square.flatten(1) @ weight.square().t()
    geometry = {"stride": layer["stride"], "padding": layer["padding"]}
    return F.conv2d(z, weight, **geometry), F.conv2d(square, weight.square(), **geometry)


def along(units, like):
    """One number a unit, or a channel, or a location, so that it broadcasts."""
    return units if like.dim() == 2 or units.dim() == 3 else units[:, None, None]


def potential(z, spikes, layer, own, noise):
    """v of equation (3)."""
    drive, power = drive_and_power(z, spikes, layer, own["weight"])
    gain, bias = along(own["gain"], drive), along(own["bias"], drive)
    if "centred" in layer:
        return centred(gain * drive / torch.sqrt(power), 1 / torch.sqrt(2 * variance(noise) * power), own)
    return (gain * drive + bias / math.sqrt(2 * variance(noise))) / torch.sqrt(power)


def centred(v, reach, own):
    """Mean-only batch normalization: the mean drive, in units of the bias, whose effect on v is `reach`, leaves the bias."""
    axes = [axis for axis in range(v.dim()) if axis != 1]
    mean = v.sum(axes) / reach.sum(axes)
    own["mean"].mul_(0.9).add_(0.1 * mean.detach())
    return v + reach * along(own["bias"] - mean, v)


def thresholds_of(population, own):
    """[K], or [K, units] if they are learned."""
    if "threshold" in own:
        return own["threshold"]
    size, spacing = population["size"], population["spacing"]
    offset = population.get("offset", spacing * (size - 1) / 2)
    return torch.tensor([spacing * ((size - 1) / 2 - k) - offset for k in range(size)])


def sampled(v, layer, own, uniform):
    """Spikes of units or windows, or the mean over each population, whose neuron k has the threshold t_k."""
    pool = layer.get("pool", 1)
    if "population" not in layer:
        return drawn(mean_of(v, pool), uniform)
    thresholds = thresholds_of(layer["population"], own).to(v.dtype)
    means = torch.stack([mean_of(v + along(t, v) if t.dim() else v + t, pool) for t in thresholds], 1)
    return drawn(means, uniform).mean(1)


def spikes_of(layer):
    return layer["population"]["size"] if "population" in layer else 1


def mean_of(v, pool):
    """E(z): erf(v) for a unit, 2 (1 - prod (1 - P)) - 1 for a window."""
    if pool == 1:
        return torch.erf(v)
    silence = (1 - torch.erf(v)) / 2
    rows, columns = v.shape[2] // pool * pool, v.shape[3] // pool * pool
    windows = silence[:, :, :rows, :columns].unfold(2, pool, pool).unfold(3, pool, pool).flatten(4)
    product = windows[..., 0]
    for k in range(1, pool * pool):
        product = product * windows[..., k]
    return 2 * (1 - product) - 1


def parts_of(name, tensors):
    """The tensors of one layer, by kind."""
    prefix = f"{name}."
    return {key[len(prefix) :]: tensor for key, tensor in tensors.items() if key.startswith(prefix)}


def nodes_of(network):
    """Each layer with its name and those of its inputs, in the order of the description."""
    last = "input"
    for k, layer in enumerate(network["layers"]):
        name = layer.get("name", f"layers.{k}")
        given = layer.get("from", last)
        yield name, layer, [given] if isinstance(given, str) else given
        last = name


def drawn(m, uniform):
    u = uniform.reshape(m.shape)
    assert (m - u).abs().min() > MARGIN, "a spike is too near to its threshold: choose another seed"
    return Spike.apply(m, u)


def logits_of(network, parameters, statistics, images, uniforms):
    # The number of spikes that each value is the mean of; 0 for real numbers.
    values, spikes = {"input": images}, {"input": int(network["encoding"] == "sign")}
    for name, layer, inputs in nodes_of(network):
        z = values[inputs[0]]
        own, noise = parts_of(name, {**parameters, **statistics}), parts_of(name, uniforms)
        kind, count = layer["type"], 0
        if kind == "averagePool":
            y = F.avg_pool2d(z, layer["size"])
        elif kind == "globalPool":
            y = z.mean((2, 3), keepdim=True)
        elif kind == "add":
            y = sum(values[other] for other in inputs)
        elif kind == "concatenate":
            y = torch.cat([values[other] for other in inputs], 1)
            count = int(all(spikes[other] == 1 for other in inputs))
        elif kind == "batchNormalization":
            y = F.batch_norm(z, own["mean"], own["variance"], own["gain"], own["bias"], training=True)
        elif kind == "neurons":
            y, count = sampled(z, layer, own, noise["uniform"]), spikes_of(layer)
        elif "neuron" in layer:
            y = conventional(z, layer, own, noise)
            count = int(layer["neuron"] == "sign")
        else:
            y = potential(z, spikes[inputs[0]], layer, own, network["noise"])
            if "potential" not in layer:
                y, count = sampled(y, layer, own, noise["uniform"]), spikes_of(layer)
        values[name], spikes[name] = y, count
    return F.linear(y.flatten(1), parameters["readout.weight"], parameters["readout.bias"])


class Muon(torch.optim.Optimizer):
    """Jordan et al., https://kellerjordan.github.io/posts/muon, of weights of the norm sqrt(rows), in relative steps."""

    def __init__(self, parameters, momentum):
        super().__init__(parameters, {"lr": 1})
        self.momentum = momentum
        self.velocity = {}

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                m = self.momentum * self.velocity.get(p, torch.zeros_like(p)) + p.grad
                self.velocity[p] = m
                x = orthogonalized((p.grad + self.momentum * m).flatten(1)).view_as(p)
                p.copy_(math.sqrt(len(p)) * (p / p.norm() - group["lr"] * x / x.norm()))


def orthogonalized(g):
    if g.shape[0] > g.shape[1]:
        return orthogonalized(g.t()).t()
    x = g / g.norm()
    for _ in range(5):
        gram = x @ x.t()
        x = 3.4445 * x + (-4.775 * gram + 2.0315 * gram @ gram) @ x
    return x


def elementwise_of(description, parameters):
    if description["type"] == "adam":
        betas = (description["beta1"], description["beta2"])
        return torch.optim.Adam(
            parameters, betas=betas, eps=description["epsilon"], weight_decay=description["weightDecay"]
        )
    return torch.optim.SGD(
        parameters, lr=1, momentum=description["momentum"], weight_decay=description["weightDecay"]
    )


def optimizers_of(network, description, parameters, peak):
    """The optimisers, each with its learning rate relative to the step's."""
    if description["type"] != "muon":
        return [(elementwise_of(description, list(parameters.values())), 1)]
    matrices = [p for name, p in parameters.items() if name in matrices_of(network)]
    others = [p for name, p in parameters.items() if name not in matrices_of(network)]
    adam = elementwise_of({"type": "adam", **description["adam"]}, others)
    return [(Muon(matrices, description["momentum"]), 1), (adam, description["adam"]["learningRate"] / peak)]


def matrices_of(network):
    """Weights of noisy synapses, and those under a normalization."""
    return [
        f"{name}.weight"
        for name, layer, _ in nodes_of(network)
        if layer["type"] in ("dense", "conv2d") and ("neuron" not in layer or "normalization" in layer)
    ]


def clip(parameters, limit):
    norm = torch.sqrt(sum(p.grad.square().sum() for p in parameters))
    for p in parameters:
        p.grad *= torch.clamp(limit / norm, max=1)
    return norm.item()


def train(case, dtype):
    """Parameters after the steps, losses, numbers of correct predictions, and number of clipped steps."""
    start = {name: p.to(dtype).clone() for name, p in case["start"].items()}
    statistics = {name: p for name, p in start.items() if name.endswith((".mean", ".variance"))}
    parameters = {name: p.requires_grad_() for name, p in start.items() if name not in statistics}
    optimizers = optimizers_of(case["network"], case["optimizer"], parameters, case["rates"][0])
    losses, correct, clipped = [], [], 0
    for rate, batch in zip(case["rates"], case["batches"]):
        mask = batch["mask"].to(dtype)
        uniforms = {name: u.to(dtype) for name, u in batch["uniforms"].items()}
        logits = logits_of(case["network"], parameters, statistics, batch["images"].to(dtype), uniforms)
        loss = (F.cross_entropy(logits, batch["labels"], reduction="none") * mask).sum() / mask.sum()
        for optimizer, _ in optimizers:
            optimizer.zero_grad()
        loss.backward()
        if case["clipNorm"] is not None:
            clipped += clip(list(parameters.values()), case["clipNorm"]) > case["clipNorm"]
        for optimizer, relative in optimizers:
            for group in optimizer.param_groups:
                group["lr"] = rate * relative
            optimizer.step()
        losses.append(loss.item())
        correct.append(int(((logits.argmax(1) == batch["labels"]) * mask).sum().item()))
    end = {**parameters, **statistics}
    return {name: p.detach() for name, p in end.items()}, losses, correct, clipped


def conv2d(channels, kernel, stride=1, padding=0, pool=1, gain="channel"):
    options = {"stride": stride, "padding": padding, "pool": pool, "gain": gain}
    return {"type": "conv2d", "channels": channels, "kernel": kernel, **options}


def dense(units):
    return {"type": "dense", "units": units}


def normalized(layer, neuron):
    return {**layer, "neuron": neuron, "normalization": "batch"}


def other(layer, neuron, **options):
    return {**layer, "neuron": neuron, **options}


def node(name, layer, *inputs):
    return {"name": name, **layer, **({"from": inputs[0] if len(inputs) == 1 else list(inputs)} if inputs else {})}


def potentials(layer):
    return {**layer, "potential": True}


BERNOULLI, GAUSSIAN = {"type": "bernoulli", "p": 0.3}, {"type": "gaussian", "sigma": 0.8}

NETWORKS = {
    "mlp": {"input": [1, 3, 4], "encoding": "sign", "noise": BERNOULLI, "layers": [dense(7), dense(5)]},
    "cnn": {
        "input": [1, 9, 9],
        "encoding": "sign",
        "noise": GAUSSIAN,
        "layers": [conv2d(3, 3, pool=2), conv2d(2, 2, padding=1, pool=2), dense(5)],
    },
    "real": {
        "input": [2, 6, 6],
        "encoding": "real",
        "noise": BERNOULLI,
        "layers": [conv2d(2, 3, padding=1, pool=3, gain="location"), conv2d(3, 2, stride=2, padding=1)],
    },
    "allconv": {
        "input": [2, 8, 8],
        "encoding": "real",
        "noise": BERNOULLI,
        "layers": [
            normalized(conv2d(3, 3, padding=1), "sign"),
            conv2d(4, 3, padding=1),
            conv2d(3, 3, padding=1, pool=2),
            conv2d(3, 1),
            {"type": "averagePool", "size": 4},
        ],
    },
    "conventional": {
        "input": [2, 6, 6],
        "encoding": "real",
        "noise": BERNOULLI,
        "layers": [normalized(conv2d(3, 3, padding=1, pool=2), "relu"), normalized(dense(5), "relu")],
    },
    "regularized": {
        "input": [1, 6, 6],
        "encoding": "real",
        "noise": BERNOULLI,
        "layers": [
            other(conv2d(3, 3, padding=1, pool=2), "relu", dropout=0.3),
            other(conv2d(2, 2, padding=1, pool=2), "noisyRelu"),
            other(dense(6), "relu", normalization="weight", dropout=0.5),
            other(dense(5), "relu", dropConnect=0.4),
        ],
    },
    "binary": {
        "input": [1, 6, 6],
        "encoding": "sign",
        "noise": BERNOULLI,
        "layers": [
            other(conv2d(3, 3, pool=2), "sign", normalization="weight"),
            other(dense(6), "sign", normalization="weight"),
        ],
    },
}


# Shortcuts of potentials between stochastic layers, one of them pooled and projected.
NETWORKS["residual"] = {
    "input": [2, 6, 6],
    "encoding": "real",
    "noise": GAUSSIAN,
    "layers": [
        node("stem", normalized(conv2d(3, 3, padding=1), "linear")),
        node("z0", {"type": "neurons", "pool": 1}),
        node("v1", potentials(conv2d(3, 3, padding=1))),
        node("s1", {"type": "add"}, "v1", "stem"),
        node("z1", {"type": "neurons", "pool": 2}),
        node("v2", potentials(conv2d(4, 3, padding=1))),
        node("mean", {"type": "averagePool", "size": 2}, "s1"),
        node("normal", {"type": "batchNormalization"}),
        node("project", other(conv2d(4, 1), "linear")),
        node("s2", {"type": "add"}, "v2", "project"),
        node("z2", {"type": "neurons", "pool": 1}),
        node("both", {"type": "concatenate"}, "z2", "z1"),
        node("z3", conv2d(3, 2)),
        node("pool", {"type": "globalPool", "by": "average"}),
    ],
}


# Populations: of sums of a first layer, of pooled windows with learned thresholds, and before single neurons.
NETWORKS["population"] = {
    "input": [2, 8, 8],
    "encoding": "real",
    "noise": BERNOULLI,
    "layers": [
        normalized(conv2d(3, 3, padding=1, pool=2), "linear"),
        {"type": "neurons", "pool": 1, "population": {"size": 4, "spacing": 0.75}},
        {**conv2d(4, 3, padding=1, pool=2), "population": {"size": 3, "spacing": 1, "learned": True}, "centred": True},
        {**conv2d(3, 2), "population": {"size": 2, "spacing": 1.5, "offset": 0.25}},
        {**dense(5), "centred": True},
    ],
}


def place(network):
    """Shapes of the parameters, and of the uniform numbers of every layer."""
    parameters, outputs = {}, {}
    shapes = {"input": network["input"]}
    for name, layer, inputs in nodes_of(network):
        shape, kind = shapes[inputs[0]], layer["type"]
        units, extents = shape[:1], shape[1:]
        if kind == "averagePool":
            shape = units + [n // layer["size"] for n in extents]
        elif kind == "globalPool":
            shape = units + [1, 1]
        elif kind == "concatenate":
            shape = [sum(shapes[other][0] for other in inputs)] + extents
        elif kind == "neurons":
            shape = units + [n // layer["pool"] for n in extents]
        elif kind == "batchNormalization":
            parameters.update({f"{name}.{part}": units for part in ("gain", "bias", "mean", "variance")})
        elif kind == "dense":
            weight, units, extents = [layer["units"], math.prod(shape)], [layer["units"]], []
            gain = shape = units
        elif kind == "conv2d":
            kernel, weight = layer["kernel"], [layer["channels"], shape[0]] + 2 * [layer["kernel"]]
            units = weight[:1]
            extents = [(n + 2 * layer["padding"] - kernel) // layer["stride"] + 1 for n in shape[1:]]
            gain = units + extents if layer["gain"] == "location" else units
            shape = units + [n // layer["pool"] for n in extents]
        if kind in ("dense", "conv2d"):
            parameters[f"{name}.weight"] = weight
            if "neuron" not in layer or "normalization" in layer:
                parameters[f"{name}.gain"] = gain
            parameters[f"{name}.bias"] = units
            if layer.get("normalization") == "batch":
                parameters.update({f"{name}.mean": units, f"{name}.variance": units})
            if "centred" in layer:
                parameters[f"{name}.mean"] = units
        if kind == "neurons" or kind in ("dense", "conv2d") and "neuron" not in layer and "potential" not in layer:
            population = layer.get("population", {})
            each = [population["size"]] if population else []
            outputs[f"{name}.uniform"] = ["batch", *each, *shape]
            if "learned" in population:
                parameters[f"{name}.threshold"] = [*each, *units]
        elif layer.get("neuron") == "noisyRelu":
            outputs[f"{name}.uniform"] = ["batch", 2, *units, *extents]
        if "dropout" in layer:
            outputs[f"{name}.dropout"] = ["batch", *shape]
        if "dropConnect" in layer:
            outputs[f"{name}.dropConnect"] = weight
        shapes[name] = shape
    parameters.update({"readout.weight": [network["classes"], math.prod(shape)], "readout.bias": [network["classes"]]})
    return parameters, outputs


def draw_batch(network, outputs, size, examples, generator):
    def uniform(*shape):
        return 2 * torch.rand(shape, generator=generator) - 1

    images = uniform(size, *network["input"])
    images = torch.where(images < 0, -1.0, 1.0) if network["encoding"] == "sign" else images.abs()
    return {
        "images": images,
        "labels": torch.randint(0, network["classes"], (size,), generator=generator),
        "mask": torch.tensor([1.0] * examples + [0.0] * (size - examples)),
        "uniforms": {
            name: uniform(*(size if extent == "batch" else extent for extent in shape))
            for name, shape in outputs.items()
        },
    }


LOWEST = {"gain": 0.3, "variance": -0.5}


def make_case(name, optimizer, clip_norm, rates, seed):
    generator = torch.Generator().manual_seed(seed)
    network = {"name": name, "classes": 3, "neuron": "nsm", **NETWORKS[name]}
    parameters, outputs = place(network)
    size = 4
    case = {
        "network": network,
        "optimizer": optimizer,
        "clipNorm": clip_norm,
        "batch": size,
        "rates": rates,
        # Gains of both signs, nonzero biases, positive variances.
        "start": {
            name: torch.rand(shape, generator=generator) * 1.5 - LOWEST.get(name.rpartition(".")[2], 0.75)
            for name, shape in parameters.items()
        },
        # The last batch is padded.
        "batches": [
            draw_batch(network, outputs, size, size if step < len(rates) - 1 else size - 1, generator)
            for step in range(len(rates))
        ],
    }
    end, losses, correct, clipped = train(case, torch.float64)
    assert clip_norm is None or 0 < clipped < len(rates), f"seed {seed}: {clipped} steps of {len(rates)} are clipped"
    single, single_losses, _, _ = train(case, torch.float32)
    rounding = max((single[name].double() - end[name]).abs().max().item() for name in end)
    rounding = max(rounding, max(abs(a - b) for a, b in zip(single_losses, losses)))
    return {**case, "losses": losses, "correct": correct, "end": end, "rounding": rounding}


def plain(value):
    """Tensors as flat lists of float32 numbers."""
    if isinstance(value, torch.Tensor):
        return [int(x) if x == int(x) else float(f"{x:.9g}") for x in value.float().flatten().tolist()]
    if isinstance(value, dict):
        return {key: plain(x) for key, x in value.items()}
    return [plain(x) for x in value] if isinstance(value, list) else value


def adam(weight_decay=0.0, beta1=0.9, beta2=0.999, epsilon=1e-8):
    return {"type": "adam", "beta1": beta1, "beta2": beta2, "epsilon": epsilon, "weightDecay": weight_decay}


def sgd(momentum, weight_decay=0.0):
    return {"type": "sgd", "momentum": momentum, "weightDecay": weight_decay}


def muon(momentum, learning_rate, **options):
    settings = {name: value for name, value in adam(**options).items() if name != "type"}
    return {"type": "muon", "momentum": momentum, "adam": {"learningRate": learning_rate, **settings}}


RATES = [0.05, 0.04, 0.03, 0.02, 0.01]

cases = [
    make_case("mlp", adam(), None, RATES, 1),
    make_case("mlp", adam(weight_decay=0.1, beta1=0.8, beta2=0.95, epsilon=1e-3), None, RATES, 2),
    make_case("mlp", sgd(0.9), None, RATES, 3),
    make_case("mlp", sgd(0.0, weight_decay=0.05), None, RATES, 4),
    make_case("cnn", adam(), None, RATES, 5),
    make_case("cnn", adam(weight_decay=0.01), 1.0, RATES, 6),
    make_case("cnn", sgd(0.9, weight_decay=0.05), 1.2, RATES, 7),
    make_case("real", adam(), None, RATES, 8),
    make_case("real", sgd(0.9), 1.0, RATES, 9),
    make_case("allconv", adam(), None, RATES, 13),
    make_case("allconv", sgd(0.9), 1.0, RATES, 42),
    make_case("conventional", adam(weight_decay=0.01), None, RATES, 12),
    make_case("regularized", adam(weight_decay=0.01), None, RATES, 14),
    make_case("binary", adam(), None, RATES, 15),
    make_case("residual", adam(), None, RATES, 16),
    make_case("residual", sgd(0.9), 0.6, RATES, 17),
    make_case("population", adam(), None, RATES, 20),
    make_case("population", muon(0.9, 0.02, weight_decay=0.01), None, RATES, 22),
    make_case("residual", muon(0.8, 0.01), 0.6, RATES, 21),
]
print("[\n" + ",\n".join(json.dumps(plain(case), separators=(",", ":")) for case in cases) + "\n]")
