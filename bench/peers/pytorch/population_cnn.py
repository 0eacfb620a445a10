"""cifar10-population as a plain PyTorch user would write it, with gradients by hand where autograd would keep too much.

64c3 on real pixels, pooled, batch normalization, populations; 256c3-p2, 256c3, 256c3-p2, 256c3 of centred potentials
and populations of eight; the maximum over locations; a linear readout. Neuron k fires with probability
(1 + erf(v + t_k)) / 2; a pooled window of neuron k is silent if all its units are.
"""
import math

import torch
import torch.nn.functional as F
from torch import nn

from training import CIFAR, training_step

THRESHOLDS = [-0.75 * k for k in range(8)]
SLOPE = 2 / math.sqrt(math.pi)


def mean_spike(mean):
    """A spike of this mean, -1 or +1."""
    return torch.where(mean > torch.rand_like(mean).mul_(2).sub_(1), 1.0, -1.0)


class Population(torch.autograd.Function):
    """v [batch, channels, height, width] -> mean of the spikes; backward: derivative of the mean."""

    @staticmethod
    def forward(ctx, v):
        ctx.save_for_backward(v)
        total = torch.zeros_like(v)
        for t in THRESHOLDS:
            total += mean_spike(torch.erf(v + t))
        return total / len(THRESHOLDS)

    @staticmethod
    def backward(ctx, gradient):
        (v,) = ctx.saved_tensors
        slope = torch.zeros_like(v)
        for t in THRESHOLDS:
            slope += torch.exp(-torch.square(v + t))
        return gradient * slope * (SLOPE / len(THRESHOLDS))


def corners(v):
    """The units of 2 x 2 windows, each [batch, channels, height / 2, width / 2]."""
    return [v[:, :, i::2, j::2] for i in (0, 1) for j in (0, 1)]


class PooledPopulation(torch.autograd.Function):
    """v [batch, channels, height, width] -> mean of the spikes of 2 x 2 windows."""

    @staticmethod
    def forward(ctx, v):
        ctx.save_for_backward(v)
        units = corners(v)
        total = 0
        for t in THRESHOLDS:
            a, b, c, d = (torch.erfc(unit + t) for unit in units)
            total = total + mean_spike(1 - a * b * c * d / 8)
        return total / len(THRESHOLDS)

    @staticmethod
    def backward(ctx, gradient):
        (v,) = ctx.saved_tensors
        units = corners(v)
        slopes = [0, 0, 0, 0]
        for t in THRESHOLDS:
            a, b, c, d = (torch.erfc(unit + t) for unit in units)
            ab, cd = a * b, c * d
            for k, others in enumerate((b * cd, a * cd, ab * d, ab * c)):
                slopes[k] = slopes[k] + others * torch.exp(-torch.square(units[k] + t))
        found = torch.empty_like(v)
        for k, (i, j) in enumerate(((0, 0), (0, 1), (1, 0), (1, 1))):
            found[:, :, i::2, j::2] = gradient * slopes[k] * (SLOPE / 8 / len(THRESHOLDS))
        return found


class Layer(nn.Module):
    """Weights of length 1 a channel times a gain; potentials centred over the batch."""

    def __init__(self, inputs, outputs, neurons):
        super().__init__()
        bound = 1 / math.sqrt(9 * inputs)
        self.weight = nn.Parameter(torch.empty(outputs, inputs, 3, 3).uniform_(-bound, bound))
        self.gain = nn.Parameter(torch.full((outputs, 1, 1, 1), 3.0))
        self.bias = nn.Parameter(torch.zeros(outputs, 1, 1))
        self.register_buffer("centre", torch.zeros(outputs, 1, 1))
        self.neurons = neurons

    def forward(self, z):
        norm = self.weight.flatten(1).norm(dim=1).view(-1, 1, 1, 1)
        v = F.conv2d(z, self.weight * (self.gain / norm), padding=1)
        centre = v.mean((0, 2, 3), keepdim=True)
        with torch.no_grad():
            self.centre.lerp_(centre[0], 0.1)
        return self.neurons.apply(v - centre + self.bias)


class PopulationCnn(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(3, 64, 3, padding=1, bias=False), nn.MaxPool2d(2), nn.BatchNorm2d(64)
        )
        self.layers = nn.Sequential(
            Layer(64, 256, PooledPopulation),
            Layer(256, 256, Population),
            Layer(256, 256, PooledPopulation),
            Layer(256, 256, Population),
        )
        self.readout = nn.Linear(256, 10)

    def forward(self, x):
        z = Population.apply(self.stem(x))
        return self.readout(self.layers(z).amax((2, 3)))


def make_step():
    return training_step(PopulationCnn(), CIFAR)
