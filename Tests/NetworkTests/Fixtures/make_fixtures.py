#!/usr/bin/env python3
"""Makes the checkpoints in this folder and, beside each, what PyTorch makes of an image.

Usage: make_fixtures.py        Needs: pip install torch numpy safetensors
NAME.safetensors is the state dict; NAME-expected.safetensors has the image x and the outputs y.running, y.instance.
"""
from pathlib import Path

import torch
from safetensors.torch import save_file

import pix2pix

# name, layers, base channels, normalisation layers, number type, prefix of the names, input and output channels
FIXTURES = [
    ("batch-5", 5, 4, "batch", torch.float32, "", 3, 3),
    ("batch-6-half", 6, 4, "batch", torch.float16, "module.", 3, 3),
    ("instance-5-bfloat", 5, 4, "instance", torch.bfloat16, "", 3, 3),
    ("instance-6", 6, 4, "instance", torch.float32, "", 3, 3),
    ("odd-channels", 3, 3, "batch", torch.float32, "", 1, 2),
]

here = Path(__file__).resolve().parent
torch.set_num_threads(1)
for index, (name, layers, base, norm, dtype, prefix, inputs, outputs) in enumerate(FIXTURES):
    net = pix2pix.randomised(layers, base, norm, 1000 + index, inputs, outputs)
    for tensor in [*net.parameters(), *net.buffers()]:
        if tensor.is_floating_point():
            tensor.data = tensor.data.to(dtype).float()
    state = {prefix + k: v.to(dtype) if v.is_floating_point() else v for k, v in net.state_dict().items()}
    # The innermost map is 1 pixel high; twice as wide as high.
    x = pix2pix.image(2 ** layers, 2 ** (layers + 1), index, inputs)
    expected = {"x": x, "y.instance": pix2pix.reference(net, x, "instance")}
    if norm == "batch":
        expected["y.running"] = pix2pix.reference(net, x, "running")
    if name == "odd-channels":
        state = {k.removeprefix("model."): v for k, v in state.items()}
    save_file(state, here / f"{name}.safetensors")
    save_file(expected, here / f"{name}-expected.safetensors")
