"""What the three training peers share: their data and the step around a network."""
import torch
import torch.nn.functional as F

BATCH = 100
BATCHES = 64


def random_batches():
    """[(x [100, 1, 28, 28] of -1 and +1, labels [100])]: arithmetic costs the same on noise as on digits."""
    return [
        (torch.randint(0, 2, (BATCH, 1, 28, 28)).float() * 2 - 1, torch.randint(0, 10, (BATCH,)))
        for _ in range(BATCHES)
    ]


def training_step(network):
    """() -> loss: one step of Adam on the cross-entropy of network(x), the next of a few batches each time."""
    batches = random_batches()
    # foreach=True (one fused call an operation for all parameters) and foreach=False take the same time here.
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
