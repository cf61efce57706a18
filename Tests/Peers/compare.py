#!/usr/bin/env python3
"""Times the paper's generator here and on the engines a user would pick instead, side by side.

Usage: compare.py PATH/neurallens-lab [--base-channels 64] [--layers 10] [--size 1024] [--threads 2]
                  [--rounds 5] [--precision fp32|bf16] [--json FILE]
Needs, in a virtual environment outside the repository:
    python3 -m venv peers && peers/bin/pip install torch onnx onnxscript onnxruntime openvino numpy safetensors

Every engine runs in a process of its own, in turns: a round is one process each, so that a machine that is slower for
a minute is slower for all; the least time of all rounds counts. Peak resident memory is the whole process's, the
interpreter included for the peers. All compute the same seeded image with the same seeded weights; the outputs are
compared with PyTorch's in binary32.
"""
import argparse, json, os, resource, subprocess, sys, tempfile, time

REPEATS = 3  # timed runs a process, after one to warm up


def network(base, layers, dropout=0):
    import torch.nn as nn, torch

    class Block(nn.Module):
        """One level of the U-Net of pix2pix (Isola et al. 2017), named as its public code names it."""

        def __init__(self, outer, inner, source=None, inside=None, outermost=False, innermost=False, dropout=0):
            super().__init__()
            self.outermost = outermost
            source = outer if source is None else source
            down = nn.Conv2d(source, inner, 4, 2, 1, bias=False)
            up_bias = outermost
            up = nn.ConvTranspose2d(inner if innermost else 2 * inner, outer, 4, 2, 1, bias=up_bias)
            if outermost:
                model = [down, inside, nn.ReLU(), up, nn.Tanh()]
            elif innermost:
                model = [nn.LeakyReLU(0.2), down, nn.ReLU(), up, nn.BatchNorm2d(outer)]
            else:
                model = [nn.LeakyReLU(0.2), down, nn.BatchNorm2d(inner), inside, nn.ReLU(), up, nn.BatchNorm2d(outer)]
                if dropout:
                    model.append(nn.Dropout(dropout))
            self.model = nn.Sequential(*model)

        def forward(self, x):
            return self.model(x) if self.outermost else torch.cat([x, self.model(x)], 1)

    torch.manual_seed(0)
    block = Block(base * 8, base * 8, innermost=True)
    for _ in range(layers - 5):
        block = Block(base * 8, base * 8, inside=block, dropout=dropout)
    for factor in (4, 2, 1):
        block = Block(base * factor, base * factor * 2, inside=block)
    net = Block(3, base, source=3, inside=block, outermost=True).eval()
    for module in net.modules():
        if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
            taps = 16 if isinstance(module, nn.Conv2d) else 4
            nn.init.kaiming_uniform_(module.weight, nonlinearity="relu")
            inputs = module.in_channels
            bound = (6 / (inputs * taps)) ** 0.5
            nn.init.uniform_(module.weight, -bound, bound)
    return net


def prepare(folder, args):
    """Weights for the peers (ONNX, state dict) and for us, the image, and PyTorch's answer."""
    import torch
    from safetensors.torch import save_file

    net = network(args.base_channels, args.layers)
    x = torch.rand(1, 3, args.size, args.size) * 2 - 1
    with torch.inference_mode():
        torch.onnx.export(net, (x,), f"{folder}/net.onnx", dynamo=False, opset_version=17)
        y = net(x)
    save_file({k: v for k, v in net.state_dict().items()}, f"{folder}/net.safetensors")
    save_file({"x": x, "y": y}, f"{folder}/truth.safetensors")
    save_file({"x": x}, f"{folder}/x.safetensors")


def peer(engine, folder, args):
    """Runs in a process of its own; prints one JSON line."""
    from safetensors.numpy import load_file
    import numpy as np

    truth = load_file(f"{folder}/truth.safetensors")
    x, expected = truth["x"], truth["y"]
    if engine == "onnxruntime":
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = args.threads
        session = onnxruntime.InferenceSession(f"{folder}/net.onnx", options, providers=["CPUExecutionProvider"])
        name = session.get_inputs()[0].name
        run = lambda: session.run(None, {name: x})[0]
    elif engine == "openvino":
        import openvino

        request = openvino.Core().compile_model(f"{folder}/net.onnx", "CPU", {
            "INFERENCE_PRECISION_HINT": {"fp32": "f32", "bf16": "bf16"}[args.precision],
            "INFERENCE_NUM_THREADS": args.threads, "PERFORMANCE_HINT": "LATENCY"}).create_infer_request()
        run = lambda: next(iter(request.infer([x]).values()))
    else:
        import torch
        from safetensors.torch import load_file as load_torch

        os.environ.setdefault("TORCHINDUCTOR_FREEZING", "1")
        torch.set_num_threads(args.threads)
        dtype = {"fp32": torch.float32, "bf16": torch.bfloat16}[args.precision]
        net = network(args.base_channels, args.layers)
        net.load_state_dict(load_torch(f"{folder}/net.safetensors"))
        net = net.to(dtype).to(memory_format=torch.channels_last)
        image = torch.from_numpy(x).to(dtype).contiguous(memory_format=torch.channels_last)
        model = torch.compile(net) if engine == "torch.compile" else net

        def run():
            with torch.inference_mode():
                return model(image).float().numpy()

    y = np.asarray(run())
    seconds = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    print(json.dumps(dict(
        seconds=seconds, difference=float(abs(y - expected).max()),
        psnr=float(10 * np.log10(4 / max(((y - expected) ** 2).mean(), 1e-30))),
        peak_rss_bytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)))


def ours(lab, folder, args):
    precision = ["--precision", args.precision]
    report = json.loads(subprocess.run(
        [lab, "bench", "network", "--weights", f"{folder}/ours.safetensors", "--size", str(args.size), "--threads",
         str(args.threads), "--repeats", str(REPEATS), "--json"] + precision,
        check=True, capture_output=True, text=True).stdout)
    return dict(seconds=[report["seconds_min"]], peak_rss_bytes=report["peak_rss_bytes"], details=report["details"])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("lab")
    parser.add_argument("--base-channels", type=int, default=64)
    parser.add_argument("--layers", type=int, default=10)
    parser.add_argument("--size", type=int, default=1024)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--precision", choices=["fp32", "bf16"], default="fp32")
    parser.add_argument("--engines", default="openvino,onnxruntime,torch,torch.compile")
    parser.add_argument("--json")
    parser.add_argument("--peer")
    parser.add_argument("--folder")
    args = parser.parse_args()
    if args.peer == "prepare":
        return prepare(args.folder, args)
    if args.peer:
        return peer(args.peer, args.folder, args)

    import numpy as np
    from safetensors.numpy import load_file

    with tempfile.TemporaryDirectory() as folder:
        def child(engine):
            command = [sys.executable, __file__, args.lab, "--peer", engine, "--folder", folder]
            for name in ("base_channels", "layers", "size", "threads", "precision"):
                command += ["--" + name.replace("_", "-"), str(getattr(args, name))]
            return subprocess.run(command, check=True, capture_output=True, text=True).stdout

        child("prepare")
        subprocess.run([args.lab, "import", f"{folder}/net.safetensors", "-o", f"{folder}/ours.safetensors",
                        "--norm", "running", "--dtype", "fp32"], check=True, capture_output=True)
        engines = ["NeuralLens"] + [e for e in args.engines.split(",")
                                    if args.precision == "fp32" or e != "onnxruntime"]
        results = {}
        for _ in range(args.rounds):
            for engine in engines:
                try:
                    if engine == "NeuralLens":
                        found = ours(args.lab, folder, args)
                    else:
                        found = json.loads(child(engine).strip().splitlines()[-1])
                except subprocess.CalledProcessError as error:
                    print(f"{engine} failed: {(error.stderr or '').strip().splitlines()[-1:]}", file=sys.stderr)
                    continue
                best = results.setdefault(engine, found)
                best["seconds"] = best["seconds"] + found["seconds"]
                best["peak_rss_bytes"] = max(best["peak_rss_bytes"], found["peak_rss_bytes"])
        subprocess.run([args.lab, "run-network", f"{folder}/ours.safetensors", f"{folder}/x.safetensors",
                        f"{folder}/y.safetensors", "--precision", args.precision], check=True, capture_output=True)
        y, expected = load_file(f"{folder}/y.safetensors")["y"], load_file(f"{folder}/truth.safetensors")["y"]
        results["NeuralLens"]["difference"] = float(abs(y - expected).max())
        results["NeuralLens"]["psnr"] = float(10 * np.log10(4 / max(((y - expected) ** 2).mean(), 1e-30)))

    print(f"{args.layers} layers, {args.base_channels} base channels, {args.size} x {args.size}, {args.threads} threads, "
          f"{args.precision}; {results['NeuralLens']['details'].get('kernels', '')}")
    print(f"{'engine':16}{'seconds':>9}{'ratio':>8}{'peak MB':>9}   largest difference from PyTorch, output std "
          f"{expected.std():.2f}")
    own = min(results["NeuralLens"]["seconds"])
    for engine, result in results.items():
        least = min(result["seconds"])
        print(f"{engine:16}{least:9.3f}{least / own:8.2f}{result['peak_rss_bytes'] / 1e6:9.0f}   "
              f"{result['difference']:.1e}")
    peers = {k: v for k, v in results.items() if k != "NeuralLens"}
    if peers:
        print(f"against the fastest peer {min(min(v['seconds']) for v in peers.values()) / own:.2f}x; "
              f"memory of the leanest peer {min(v['peak_rss_bytes'] for v in peers.values()) / 1e6:.0f} MB, "
              f"ours {results['NeuralLens']['peak_rss_bytes'] / 1e6:.0f} MB")
    if args.json:
        json.dump(dict(arguments={k: v for k, v in vars(args).items() if k not in ("lab", "folder", "peer", "json")},
                       results=results), open(args.json, "w"), indent=1)


if __name__ == "__main__":
    main()
