"""One plain forward pass of 1,000 digits through mnist-cnn's conventional counterpart, rectifiers, in eager PyTorch."""
import torch

from relu_cnn import ReluCnn

DIGITS = 1000


def make_step():
    model = ReluCnn().to(memory_format=torch.channels_last).eval()
    digits = torch.rand(DIGITS, 1, 28, 28)

    def step():
        with torch.inference_mode():
            model(digits)

    return step
