"""cifar10-allconv as an NSM with three convolutions per layer: the layer of nsm_three_conv.py, with padding."""
import torch
import torch.nn.functional as F
from torch import nn

from allconv import Allconv
from nsm_three_conv import SamplingLayer, signs
from training import CIFAR, training_step


class SignOfNormalized(nn.Module):
    """The layer on pixels: 96c3, batch normalization, sign."""

    def __init__(self):
        super().__init__()
        self.convolution, self.normalization = nn.Conv2d(3, 96, 3, padding=1, bias=False), nn.BatchNorm2d(96)

    def forward(self, x):
        v = self.normalization(self.convolution(x))
        mean = torch.erf(v)
        return (signs(v) - mean).detach() + mean


def padded(kernel):
    return lambda z, weight: F.conv2d(z, weight, padding=kernel // 2)


def layer(inputs, outputs, kernel, size, pool):
    sampling = SamplingLayer(padded(kernel), (outputs, inputs, kernel, kernel), (outputs, size, size), 0.5)
    return nn.Sequential(sampling, nn.MaxPool2d(2)) if pool else sampling


def make_step():
    return training_step(Allconv(SignOfNormalized(), layer), CIFAR)
