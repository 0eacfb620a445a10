"""The conventional counterpart of cifar10-allconv: ReLU and batch normalization, in plain eager PyTorch.

Pooling comes before ReLU, with which it commutes, and ReLU works in place, as in relu_cnn.py.
"""
from torch import nn

from allconv import Allconv
from training import CIFAR, training_step


def layer(inputs, outputs, kernel, _size, pool):
    parts = [nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, bias=False), nn.BatchNorm2d(outputs)]
    return nn.Sequential(*parts, *([nn.MaxPool2d(2)] if pool else []), nn.ReLU(inplace=True))


def make_step():
    return training_step(Allconv(layer(3, 96, 3, 32, False), layer), CIFAR)
