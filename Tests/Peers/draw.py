#!/usr/bin/env python3
"""Draws what was measured: draw.py OUT.svg COMPARE.json... -- PROFILE.json...

COMPARE.json as compare.py --json writes it, PROFILE.json as `neurallens-lab bench network --profile --json` prints it.
"""
import json, sys
from html import escape

INK, PALE, OURS, PEER = "#222", "#777", "#0b6e99", "#b9c4cb"
KINDS = {"direct": "#c46a1b", "Winograd, by tiles": "#0b6e99", "Winograd, by points": "#5b8c3a"}
WIDTH = 860


def main():
    split = sys.argv.index("--")
    out, compared, profiled = sys.argv[1], sys.argv[2:split], sys.argv[split + 1:]
    parts, y = [], 28

    def text(x, y, string, size=13, colour=INK, anchor="start", weight="normal"):
        parts.append(f'<text x="{x}" y="{y}" font-size="{size}" fill="{colour}" text-anchor="{anchor}" '
                     f'font-weight="{weight}">{escape(string)}</text>')

    def bar(x, y, width, colour, height=15):
        parts.append(f'<rect x="{x}" y="{y}" width="{max(width, 0.5):.1f}" height="{height}" fill="{colour}"/>')

    for path in compared:
        found = json.load(open(path))
        a, results = found["arguments"], found["results"]
        text(16, y, f'{a["base_channels"]} base channels, {a["layers"]} layers, {a["size"]} x {a["size"]}, '
                    f'{a["threads"]} threads, {a["precision"]}', 15, weight="bold")
        y += 12
        least = {name: min(r["seconds"]) for name, r in results.items()}
        longest = max(least.values())
        for name, seconds in sorted(least.items(), key=lambda item: item[1]):
            bar(140, y, 440 * seconds / longest, OURS if name == "NeuralLens" else PEER)
            text(132, y + 12, name, anchor="end")
            text(148 + 440 * seconds / longest, y + 12, f'{seconds:.3f} s', weight="bold")
            text(WIDTH - 16, y + 12, f'{seconds / least["NeuralLens"]:.2f} times ours, '
                                     f'{results[name]["peak_rss_bytes"] / 1e6:.0f} MB', 12, PALE, "end")
            y += 21
        y += 24
    for path in profiled:
        report = json.load(open(path))
        layers = report["layers"]
        total = sum(layer["seconds_min"] for layer in layers)
        text(16, y, f'{report["details"]["network"]}: {1e3 * total:.0f} ms', 15, weight="bold")
        x = WIDTH - 16
        for kind, colour in reversed(KINDS.items()):
            text(x, y, kind, 12, colour, "end", "bold")
            x -= 7 * len(kind) + 20
        y += 12
        longest = max(layer["seconds_min"] for layer in layers)
        for layer in layers:
            width = 400 * layer["seconds_min"] / longest
            bar(300, y, width, KINDS[layer["algorithm"]], 12)
            text(292, y + 10, layer["layer"], 11, anchor="end")
            text(308 + width, y + 10, f'{1e3 * layer["seconds_min"]:.2f} ms, {layer["gflops"]:.0f} GFLOPS', 11, PALE)
            y += 16
        y += 26
    with open(out, "w") as file:
        file.write(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" width="{WIDTH}" height="{y}" '
                   f'font-family="Helvetica, Arial, sans-serif"><rect width="{WIDTH}" height="{y}" fill="white"/>'
                   + "".join(parts) + "</svg>\n")


main()
