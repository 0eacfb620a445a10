"""The conventional counterpart of cifar10-population: ReLU and batch normalization, in plain eager PyTorch.

Pooling comes before ReLU, with which it commutes, and ReLU works in place, as in relu_cnn.py.
"""
from torch import nn

from training import CIFAR, training_step


def layer(inputs, outputs, pool):
    parts = [nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs)]
    return nn.Sequential(*parts, *([nn.MaxPool2d(2)] if pool else []), nn.ReLU(inplace=True))


def make_step():
    features = [layer(3, 64, True), layer(64, 256, True), layer(256, 256, False)]
    features += [layer(256, 256, True), layer(256, 256, False)]
    return training_step(nn.Sequential(*features, nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(256, 10)), CIFAR)
