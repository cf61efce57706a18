#!/usr/bin/env python3
"""three-steps.safetensors, three-steps-batch.safetensors: three optimiser steps of pix2pix in PyTorch, in double
precision.

python3 make_fixtures.py   (needs torch, safetensors; made with PyTorch 2.15)

Generator of 5 layers x 4 base channels, discriminator x 4, 64 x 64, batch 1 (of the other file: 4 layers, 32 x 32,
batch 3), no dropout, Adam 2e-4, 0.5, 0.999,
binary cross-entropy + 100 x L1, discriminator first. Tensors, all F32 or F16, channels first:
  x, y                          picture and target, of a batch one after the other
  g.NAME, d.NAME                weights before
  g3.NAME, d3.NAME              weights and running statistics after three steps
  losses                        [3, 3]: discriminator, adversarial, L1 of each step
NAME as in NeuralLens' weight files (down.I, up.I from the outermost; layer.I of the discriminator).
"""
import torch
import torch.nn as nn
from safetensors.torch import save_file

BASE = 4
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)


class Generator(nn.Module):
    """The published U-Net without its dropout, layer by layer."""

    def __init__(self, layers):
        super().__init__()
        self.layers = layers
        channels = [BASE << min(i, 3) for i in range(layers)]
        self.down = nn.ModuleList(
            nn.Conv2d(channels[i - 1] if i else 3, channels[i], 4, 2, 1, bias=False) for i in range(layers))
        self.up = nn.ModuleList(
            nn.ConvTranspose2d(channels[i] * (1 if i == layers - 1 else 2), channels[i - 1] if i else 3, 4, 2, 1,
                               bias=i == 0) for i in range(layers))
        self.down_norm = nn.ModuleList(nn.BatchNorm2d(channels[i]) for i in range(layers))
        self.up_norm = nn.ModuleList(nn.BatchNorm2d(channels[i - 1]) for i in range(1, layers))

    def forward(self, x, i=0):
        x = self.down[i](x if i == 0 else nn.functional.leaky_relu(x, 0.2))
        if 0 < i < self.layers - 1:
            x = self.down_norm[i](x)
        if i < self.layers - 1:
            x = torch.cat([x, self(x, i + 1)], 1)
        x = self.up[i](nn.functional.relu(x))
        return torch.tanh(x) if i == 0 else self.up_norm[i - 1](x)

    def named(self):
        result = {}
        for i in range(self.layers):
            result[f"down.{i}.weight"] = self.down[i].weight
            result[f"up.{i}.weight"] = self.up[i].weight
            if i == 0:
                result["up.0.bias"] = self.up[0].bias
            if 0 < i < self.layers - 1:
                result.update(norm(f"down.{i}", self.down_norm[i]))
            if i > 0:
                result.update(norm(f"up.{i}", self.up_norm[i - 1]))
        return result


def norm(name, module):
    return {f"{name}.norm.scale": module.weight, f"{name}.norm.shift": module.bias,
            f"{name}.norm.mean": module.running_mean, f"{name}.norm.variance": module.running_var}


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        widths = [6, BASE, 2 * BASE, 4 * BASE, 8 * BASE, 1]
        self.layers = nn.ModuleList(
            nn.Conv2d(widths[i], widths[i + 1], 4, 2 if i < 3 else 1, 1, bias=i in (0, 4)) for i in range(5))
        self.norms = nn.ModuleList(nn.BatchNorm2d(widths[i + 1]) for i in (1, 2, 3))

    def forward(self, x):
        for i in range(5):
            x = self.layers[i](x)
            if i in (1, 2, 3):
                x = self.norms[i - 1](x)
            if i < 4:
                x = nn.functional.leaky_relu(x, 0.2)
        return x

    def named(self):
        result = {}
        for i in range(5):
            result[f"layer.{i}.weight"] = self.layers[i].weight
            if i in (0, 4):
                result[f"layer.{i}.bias"] = self.layers[i].bias
            else:
                result.update(norm(f"layer.{i}", self.norms[i - 1]))
        return result


def halves(tensor):
    """Rounded in place to what 16 bits hold, and those."""
    half = tensor.detach().half()
    tensor.data.copy_(half)
    return half.contiguous()


def three_steps(file, layers, size, batch):
    torch.manual_seed(1)
    g, d = Generator(layers), Discriminator()
    for network in (g, d):
        for name, tensor in network.named().items():
            if tensor.ndim == 4:
                nn.init.normal_(tensor, 0, 0.1)
            elif name.endswith("norm.scale"):
                nn.init.normal_(tensor, 1, 0.1)
            elif name.endswith(("shift", "bias")):
                nn.init.normal_(tensor, 0, 0.1)
    out = {}
    for prefix, network in (("g.", g), ("d.", d)):
        for name, tensor in network.named().items():
            out[prefix + name] = halves(tensor)
    x = torch.nn.functional.interpolate(torch.rand(batch, 3, 16, 16), size, mode="bicubic").clamp(0, 1) * 2 - 1
    y = -x.roll(1, 1) * 0.8
    out["x"], out["y"] = halves(x).clone(), halves(y).clone()

    adam = dict(lr=2e-4, betas=(0.5, 0.999))
    optimise_g, optimise_d = torch.optim.Adam(g.parameters(), **adam), torch.optim.Adam(d.parameters(), **adam)
    bce, losses = nn.BCEWithLogitsLoss(), []
    for _ in range(3):
        made = g(x)
        optimise_d.zero_grad()
        fake, real = d(torch.cat([x, made.detach()], 1)), d(torch.cat([x, y], 1))
        loss_d = (bce(fake, torch.zeros_like(fake)) + bce(real, torch.ones_like(real))) / 2
        loss_d.backward()
        optimise_d.step()
        optimise_g.zero_grad()
        fake = d(torch.cat([x, made], 1))
        adversarial, distance = bce(fake, torch.ones_like(fake)), (made - y).abs().mean()
        (adversarial + 100 * distance).backward()
        optimise_g.step()
        losses.append([loss_d.item(), adversarial.item(), distance.item()])
    for prefix, network in (("g3.", g), ("d3.", d)):
        for name, tensor in network.named().items():
            out[prefix + name] = tensor.detach().float().contiguous()
    out["losses"] = torch.tensor(losses).float()
    save_file(out, file)
    print(losses)


three_steps("three-steps.safetensors", 5, 64, 1)
three_steps("three-steps-batch.safetensors", 4, 32, 3)
