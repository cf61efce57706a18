#!/usr/bin/env python3
"""Compares `neurallens-lab import` and `run-network` with PyTorch on seeded random pix2pix checkpoints.

Usage: parity.py PATH/TO/neurallens-lab [--quick]
Needs: pip install torch numpy safetensors    (in a virtual environment outside the repository)
Prints a row a network: the largest absolute difference after tanh, and how far the reference's outputs spread.
Fails above 1e-4, or where the outputs do not spread (a network that gives nothing proves nothing).
"""
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "NetworkTests" / "Fixtures"))
import pix2pix

TOLERANCE = 1e-4

# layers, base channels, height, width
SIZES = [(5, 4, 64, 96), (5, 16, 96, 64), (6, 8, 128, 192), (7, 4, 128, 256), (8, 8, 256, 512),
         (9, 16, 512, 512), (10, 4, 1024, 1024), (10, 8, 1024, 1024), (10, 16, 1024, 1024), (5, 64, 128, 96)]
# checkpoint's layers, mode of use
MODES = [("batch", "running"), ("batch", "instance"), ("instance", "instance")]


def main():
    lab = sys.argv[1]
    sizes = SIZES[:5] if "--quick" in sys.argv else SIZES
    torch.set_num_threads(2)
    print("| layers | base channels | image | checkpoint | normalisation | dtype | difference | std of outputs |")
    print("|---|---|---|---|---|---|---|---|")
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        path = lambda name: os.path.join(folder, name)
        for index, (layers, base, height, width) in enumerate(sizes):
            for norm, normalisation in MODES:
                for dtype in ["fp32", "fp16", "bf16"] if index == 0 else ["fp32"]:
                    net = pix2pix.randomised(layers, base, norm, seed=100 * layers + base)
                    if dtype != "fp32":  # kernels that 16 bits hold exactly: only the engine's reading is compared
                        kind = {"fp16": torch.float16, "bf16": torch.bfloat16}[dtype]
                        for parameter in net.parameters():
                            if parameter.dim() == 4:
                                parameter.data = parameter.data.to(kind).float()
                    x = pix2pix.image(height, width, seed=index)
                    save_file(net.state_dict(), path("checkpoint"))
                    save_file({"x": x}, path("x"))
                    subprocess.run([lab, "import", path("checkpoint"), "-o", path("weights"), "--norm", normalisation,
                                    "--dtype", dtype], check=True)
                    subprocess.run([lab, "run-network", path("weights"), path("x"), path("y")], check=True)
                    reference = pix2pix.reference(net, x, normalisation)
                    y = load_file(path("y"))["y"]
                    difference = (y - reference).abs().max().item()
                    spread = reference.std().item()
                    bad = not difference <= TOLERANCE or not spread > 0.1
                    failed |= bad
                    print(f"| {layers} | {base} | {height} x {width} | {norm} | {normalisation} | {dtype} "
                          f"| {difference:.1e} | {spread:.2f} |{' FAILED' if bad else ''}", flush=True)
    print("parity: FAILED" if failed else f"parity: ok, all within {TOLERANCE}")
    sys.exit(failed)


if __name__ == "__main__":
    main()
