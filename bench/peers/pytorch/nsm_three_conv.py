"""mnist-cnn as an NSM computed like the published implementation.

Every layer before the readout computes three convolutions (or matrix products) in its forward pass:
  1. V = beta conv(z, w / ||w||) + b / (sqrt(2) s_xi ||w||), equation (3), for the probability and its gradient;
  2. conv(xi z, w), the noisy sum of equation (4), with xi drawn once per presynaptic unit instead of once per
     synapse, so that one convolution suffices;
  3. conv(z, w), which (4) scales by the offset a of the gain beta.
Then u = 2. + a 3. + b, z' = sgn(u), and the gradient of E[z'] = erf(V) replaces that of the sign.

Why this is a fair model: same products, same operands, same noise law (Bernoulli, p = 1/4 in the convolutions and
1/2 in the dense layer), same gain per location, default memory layout and plain autograd, as published. Where it
differs, it is cheaper: it uses the sum u without the binary-concrete relaxation (a uniform number, three logarithms
and a sigmoid for every unit), and keeps 2. and 3. off the gradient's tape, which never needs them.
"""
import math

import torch
import torch.nn.functional as F
from torch import nn

from training import SamplingCnn, training_step


def signs(x):
    """sgn as in equation (1), with sgn(0) = +1."""
    return (x >= 0).to(x.dtype) * 2 - 1


class SamplingLayer(nn.Module):
    """weight: [out, in, ...]; product(z, weight): the layer's convolution or matrix product; units: its output."""

    def __init__(self, product, weight_shape, units, p):
        super().__init__()
        fan_in = math.prod(weight_shape[1:])
        self.product, self.p = product, p
        self.weight = nn.Parameter(torch.empty(weight_shape).uniform_(-1, 1) / math.sqrt(fan_in))
        self.bias = nn.Parameter(torch.zeros(weight_shape[0], *[1] * (len(units) - 1)))
        self.gain = nn.Parameter(torch.ones(units))

    def forward(self, z):
        spread = math.sqrt(2 * self.p * (1 - self.p))
        norm = self.weight.flatten(1).norm(dim=1)
        direction = self.weight / norm.view(-1, *[1] * (self.weight.dim() - 1))
        v = self.gain * self.product(z, direction) + self.bias / (spread * norm.view_as(self.bias))
        mean = torch.erf(v)
        with torch.no_grad():
            xi = torch.empty_like(z).bernoulli_(self.p)
            a = self.gain * spread - self.p
            u = self.product(xi * z, self.weight) + a * self.product(z, self.weight) + self.bias
            sample = signs(u)
        return (sample - mean).detach() + mean


def make_step():
    return training_step(
        SamplingCnn(
            SamplingLayer(F.conv2d, (32, 1, 5, 5), (32, 24, 24), 0.25),
            SamplingLayer(F.conv2d, (64, 32, 5, 5), (64, 8, 8), 0.25),
            SamplingLayer(F.linear, (1024, 1024), (1024,), 0.5),
        )
    )
