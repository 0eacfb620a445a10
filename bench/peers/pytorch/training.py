"""Data and training step of the training peers."""
import torch
import torch.nn.functional as F
from torch import nn

BATCH = 100
BATCHES = 64
MNIST = (1, 28, 28)
CIFAR = (3, 32, 32)


class SamplingCnn(nn.Module):
    """mnist-cnn, 32c5-p2-64c5-p2-1024-10, with three sampling layers and a linear readout."""

    def __init__(self, conv1, conv2, hidden):
        super().__init__()
        self.conv1, self.conv2, self.hidden = conv1, conv2, hidden
        self.readout = nn.Linear(1024, 10)

    def forward(self, x):
        z = F.max_pool2d(self.conv1(x), 2)
        z = F.max_pool2d(self.conv2(z), 2)
        return self.readout(self.hidden(z.flatten(1)))


def random_batches(shape):
    """[(x [100, *shape] of -1 and +1, labels [100])]: random images take the same time as real ones."""
    return [
        (torch.randint(0, 2, (BATCH, *shape)).float() * 2 - 1, torch.randint(0, 10, (BATCH,)))
        for _ in range(BATCHES)
    ]


def training_step(network, shape=MNIST):
    """() -> loss: one Adam step on the cross-entropy of network(x), cycling through a few batches."""
    batches = random_batches(shape)
    # foreach=True (one fused call per operation for all parameters) and foreach=False take the same time.
    optimiser = torch.optim.Adam(network.parameters(), lr=1e-3, foreach=True)
    turn = 0

    def step():
        nonlocal turn
        x, labels = batches[turn % BATCHES]
        turn += 1
        optimiser.zero_grad(set_to_none=True)
        loss = F.cross_entropy(network(x), labels)
        loss.backward()
        optimiser.step()
        return loss.item()

    return step
