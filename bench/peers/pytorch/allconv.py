"""cifar10-allconv with layers of any kind: 96c3, 3x[96c3] p2, 3x[192c3] p2, 192c3, 192c1, 192c1, mean over 8 x 8."""
import torch.nn.functional as F
from torch import nn

# Input and output channels, kernel size, output size, and whether 2 x 2 pooling follows.
LAYERS = [
    (96, 96, 3, 32, False),
    (96, 96, 3, 32, False),
    (96, 96, 3, 32, True),
    (96, 192, 3, 16, False),
    (192, 192, 3, 16, False),
    (192, 192, 3, 16, True),
    (192, 192, 3, 8, False),
    (192, 192, 1, 8, False),
    (192, 192, 1, 8, False),
]


class Allconv(nn.Module):
    """`first`: the layer on pixels; layer(inputs, outputs, kernel, size, pool): one of LAYERS, with its pooling."""

    def __init__(self, first, layer):
        super().__init__()
        self.features = nn.Sequential(first, *(layer(*shape) for shape in LAYERS))
        self.readout = nn.Linear(192, 10)

    def forward(self, x):
        return self.readout(F.avg_pool2d(self.features(x), 8).flatten(1))
