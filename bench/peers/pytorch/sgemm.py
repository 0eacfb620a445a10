"""The machine's practical peak: C = A B of float32 matrices, 2048 x 2048 (2 * 2048^3 = 17.18 GFLOP per run)."""
import torch

SIZE = 2048


def make_step():
    a, b, c = torch.rand(SIZE, SIZE), torch.rand(SIZE, SIZE), torch.empty(SIZE, SIZE)

    def step():
        torch.mm(a, b, out=c)

    return step
