"""Exports lenses for bioimage.io and asks bioimageio.core whether it can run them.

    pip install bioimageio.core onnxruntime onnx 'pydantic<2.12'
    python Tests/Peers/bioimage.py BIN LENS...

BIN is the folder of neurallens-lab. For each lens: the format, and the test picture through ONNX Runtime, whose largest
difference from this engine is printed.
"""

import subprocess
import sys
import tempfile
import zipfile

import numpy as np
import onnx
import onnxruntime
from bioimageio.core import test_description

failures = 0
for lens in sys.argv[2:]:
    with tempfile.TemporaryDirectory() as folder:
        package = f"{folder}/package.zip"
        subprocess.run(
            [f"{sys.argv[1]}/neurallens-lab", "exchange", lens, "-o", package, "--author", "A. Nonymous", "--license",
             "CC-BY-4.0"], check=True)
        with zipfile.ZipFile(package) as archive:
            archive.extractall(folder)
        onnx.checker.check_model(onnx.load(f"{folder}/labelling.onnx"), full_check=True)
        session = onnxruntime.InferenceSession(f"{folder}/labelling.onnx")
        result, = session.run(None, {"field": np.load(f"{folder}/test-input.npy") / np.float32(127.5) - 1})
        difference = np.abs(result * 0.5 + 0.5 - np.load(f"{folder}/test-output.npy")).max()
        summary = test_description(f"{folder}/rdf.yaml")
        print(f"{lens}: bioimageio says {summary.status}, largest difference {difference:.2g}", flush=True)
        if summary.status == "failed" or difference > 1e-4:
            failures += 1
            print(summary.format())
sys.exit(failures > 0)
