#!/usr/bin/env python3
"""Times a training step here and in PyTorch, side by side.

Usage: training.py PATH/neurallens-lab [--base-channels 16] [--discriminator-channels 16] [--layers 10] [--size 1024]
                   [--batch 1] [--threads 2] [--rounds 4]
Needs torch and numpy, as compare.py does.

A step is pix2pix's: the discriminator learns from a generated and a real pair, then the generator from it and from 100
times the mean absolute difference; Adam for both; --discriminator-channels 0 leaves the discriminator out. PyTorch runs
channels-last, in binary32 and under autocast to bfloat16. Every engine runs in a process of its own, in turns; the
least time of all rounds counts.
"""
import argparse, json, resource, subprocess, sys, time

from compare import network

REPEATS = 4  # timed steps a process, after one to warm up


def peer(args):
    import torch
    import torch.nn as nn

    torch.set_num_threads(args.threads)
    torch.manual_seed(0)

    def discriminator(base):
        layers = [nn.Conv2d(6, base, 4, 2, 1), nn.LeakyReLU(0.2)]
        for inputs, outputs, stride in ((1, 2, 2), (2, 4, 2), (4, 8, 1)):
            layers += [nn.Conv2d(base * inputs, base * outputs, 4, stride, 1, bias=False),
                       nn.BatchNorm2d(base * outputs), nn.LeakyReLU(0.2)]
        return nn.Sequential(*layers, nn.Conv2d(base * 8, 1, 4, 1, 1))

    last = dict(memory_format=torch.channels_last)
    generator = network(args.base_channels, args.layers, dropout=0.5).train().to(**last)
    judge = discriminator(args.discriminator_channels).train().to(**last) if args.discriminator_channels else None
    adam = dict(lr=2e-4, betas=(0.5, 0.999))
    of_generator = torch.optim.Adam(generator.parameters(), **adam)
    of_judge = torch.optim.Adam(judge.parameters(), **adam) if judge else None
    x, y = ((torch.rand(args.batch, 3, args.size, args.size) * 2 - 1).contiguous(**last) for _ in range(2))
    entropy = nn.BCEWithLogitsLoss()

    def step():
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=args.peer == "bf16"):
            made = generator(x)
            if judge:
                judge.requires_grad_(True)
                of_judge.zero_grad()
                fake, real = judge(torch.cat([x, made.detach()], 1)), judge(torch.cat([x, y], 1))
                ((entropy(fake, torch.zeros_like(fake)) + entropy(real, torch.ones_like(real))) / 2).backward()
                of_judge.step()
                judge.requires_grad_(False)
            of_generator.zero_grad()
            loss = 100 * (made - y).abs().mean()
            if judge:
                fake = judge(torch.cat([x, made], 1))
                loss = loss + entropy(fake, torch.ones_like(fake))
            loss.backward()
            of_generator.step()

    step()
    seconds = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        step()
        seconds.append(time.perf_counter() - start)
    print(json.dumps(dict(
        seconds=min(seconds), peak_rss_bytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("lab")
    parser.add_argument("--base-channels", type=int, default=16)
    parser.add_argument("--discriminator-channels", type=int, default=16)
    parser.add_argument("--layers", type=int, default=10)
    parser.add_argument("--size", type=int, default=1024)
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--peer", choices=["fp32", "bf16"])
    args = parser.parse_args()
    if args.peer:
        return peer(args)
    shape = []
    for name in ("base_channels", "discriminator_channels", "layers", "size", "batch", "threads"):
        shape += ["--" + name.replace("_", "-"), str(getattr(args, name))]

    def child(command):
        return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    best = {}
    for _ in range(args.rounds):
        for name in ("NeuralLens", "PyTorch fp32", "PyTorch bf16"):
            if name == "NeuralLens":
                found = child([args.lab, "bench", "train", "--json", "--repeats", str(REPEATS)] + shape)
                found = dict(seconds=found["seconds_min"], peak_rss_bytes=found["peak_rss_bytes"])
            else:
                found = child([sys.executable, __file__, args.lab, "--peer", name[-4:]] + shape)
            known = best.setdefault(name, found)
            for key, choose in (("seconds", min), ("peak_rss_bytes", max)):
                known[key] = choose(known[key], found[key])
    print(f"training step, {args.layers} layers x {args.base_channels}, discriminator x {args.discriminator_channels}, "
          f"{args.batch} of {args.size} x {args.size}, {args.threads} threads")
    own = best["NeuralLens"]["seconds"]
    for name, result in best.items():
        print(f"{name:14}{result['seconds']:9.3f} s{result['seconds'] / own:8.2f}{result['peak_rss_bytes'] / 1e6:8.0f} MB")
    fastest = min(result["seconds"] for name, result in best.items() if name != "NeuralLens")
    print(f"against the fastest peer {fastest / own:.2f}x")


if __name__ == "__main__":
    main()
