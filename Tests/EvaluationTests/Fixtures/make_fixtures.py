"""Reference values for picture quality, in double precision with NumPy and SciPy.

The structural similarity follows skimage.metrics.structural_similarity(gaussian_weights=True, sigma=1.5,
use_sample_covariance=False, data_range=1): Gaussian filter truncated at 3.5 sigma (11 x 11), mean over all pixels whose
window lies within the picture. Run: python make_fixtures.py > quality.json
"""
import json

import numpy as np
from scipy.ndimage import gaussian_filter


def pattern(width, height, seed):
    """Whole numbers 0...255 from a linear congruential generator, smoothed by neighbours: the test makes the same."""
    state = seed
    values = []
    for _ in range(width * height):
        state = (state * 1103515245 + 12345) % 2147483648
        values.append(state >> 16 & 255)
    raw = np.array(values, np.float64).reshape(height, width)
    return np.floor((raw + np.roll(raw, 1, 0) + np.roll(raw, 1, 1)) / 3)


def ssim(a, b):
    def smooth(x):
        return gaussian_filter(x, 1.5, truncate=3.5)

    ma, mb = smooth(a), smooth(b)
    va, vb, vab = smooth(a * a) - ma * ma, smooth(b * b) - mb * mb, smooth(a * b) - ma * mb
    c1, c2 = 0.01**2, 0.03**2
    s = (2 * ma * mb + c1) * (2 * vab + c2) / ((ma**2 + mb**2 + c1) * (va + vb + c2))
    return s[5:-5, 5:-5].mean()


cases = []
for width, height, mix in [(40, 33, 0.0), (64, 48, 0.3), (31, 57, 0.9), (24, 24, 1.0)]:
    truth, noise = pattern(width, height, 7), pattern(width, height, 99)
    generated = np.floor((1 - mix) * truth + mix * noise)
    a, b = generated / 255, truth / 255
    mse = ((a - b) ** 2).mean()
    cases.append(
        dict(width=width, height=height, mix=mix, l1=np.abs(a - b).mean(), psnr=99.0 if mse == 0 else -10 * np.log10(mse),
             ssim=ssim(a, b)))
print(json.dumps(cases, indent=1))
