"""The U-Net generator of the public pix2pix PyTorch code, with its state-dict names, and seeded checkpoints of it.

Written from the description of models/networks.py in https://github.com/junyanz/pytorch-CycleGAN-and-pix2pix.
Needs torch.
"""
import torch
import torch.nn as nn


class Block(nn.Module):
    def __init__(self, outer, inner, inside=None, inputs=None, outermost=False, norm="batch"):
        super().__init__()
        self.outermost = outermost
        bias = norm == "instance"  # as published: biases only where the normalisation has no shift of its own
        make = {"batch": nn.BatchNorm2d, "instance": nn.InstanceNorm2d}[norm]
        down = nn.Conv2d(inputs or outer, inner, 4, 2, 1, bias=bias)
        if outermost:
            layers = [down, inside, nn.ReLU(), nn.ConvTranspose2d(2 * inner, outer, 4, 2, 1), nn.Tanh()]
        elif inside is None:
            layers = [nn.LeakyReLU(0.2), down, nn.ReLU(),
                      nn.ConvTranspose2d(inner, outer, 4, 2, 1, bias=bias), make(outer)]
        else:
            layers = [nn.LeakyReLU(0.2), down, make(inner), inside, nn.ReLU(),
                      nn.ConvTranspose2d(2 * inner, outer, 4, 2, 1, bias=bias), make(outer)]
        self.model = nn.Sequential(*layers)

    def forward(self, x):
        return self.model(x) if self.outermost else torch.cat([x, self.model(x)], 1)


class Generator(nn.Module):
    """layers >= 2; channels base * 1, 2, 4, 8, 8, ...; norm "batch" or "instance"."""

    def __init__(self, layers, base, norm="batch", inputs=3, outputs=3):
        super().__init__()
        channels = [base * 2 ** min(i, 3) for i in range(layers)]
        block = Block(channels[-2], channels[-1], norm=norm)
        for level in range(layers - 2, 0, -1):
            block = Block(channels[level - 1], channels[level], inside=block, norm=norm)
        self.model = Block(outputs, base, inside=block, inputs=inputs, outermost=True, norm=norm)

    def forward(self, x):
        return self.model(x)


def randomised(layers, base, norm, seed, inputs=3, outputs=3):
    """A generator whose every parameter and statistic counts: values of order 1 in all layers, outputs over -1...1."""
    torch.manual_seed(seed)
    net = Generator(layers, base, norm, inputs, outputs)
    with torch.no_grad():
        for module in net.modules():
            if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
                fan = module.in_channels * (16 if isinstance(module, nn.Conv2d) else 4)
                module.weight.normal_(0, (2 / fan) ** 0.5)
                if module.bias is not None:
                    module.bias.normal_(0, 0.3)
            elif isinstance(module, nn.BatchNorm2d):
                module.weight.uniform_(0.7, 1.3)
                module.bias.normal_(0, 0.3)
                module.running_mean.normal_(0, 0.3)
                module.running_var.uniform_(0.4, 1.6)
    return net


def reference(net, x, normalisation):
    """The output with running statistics, or with the image's own (batch of one), as float32."""
    net.train(normalisation == "instance")
    statistics = {k: v.clone() for k, v in net.state_dict().items()}
    with torch.no_grad():
        y = net(x)
    net.load_state_dict(statistics)  # training mode moves the running statistics
    return y


def image(height, width, seed, channels=3):
    """Seeded, in -1...1, with structure on every scale: noise is too easy, its averages are all the same."""
    generator = torch.Generator().manual_seed(seed)
    x = torch.zeros(1, channels, height, width)
    cells = 2
    while cells <= max(height, width):
        rows, columns = min(cells, height), min(cells, width)
        noise = torch.randn(1, channels, rows, columns, generator=generator)
        x += nn.functional.interpolate(noise, size=(height, width), mode="bilinear", align_corners=False)
        cells *= 2
    return torch.tanh(x)
