"""Writes the golden files of the blurs and of what sharpens, with Pillow and OpenCV as the oracles.

Run it with the packages that bench/peers/requirements.txt pins:

    python scripts/golden/image_blur.py

The inputs are those of image.py, which says how they are made; "photo" is the middle of
examples/photos/astronaut.png. An input of 16 bits has samples of noise from the upper half of the state,
and of the other kinds 257 times those of 8 bits. Results are hashed as raw samples, little-endian.
"""

import hashlib
import json
from pathlib import Path

import cv2
import numpy as np
import PIL
from PIL import Image, ImageFilter

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "__test__" / "golden" / "image"
MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}
BORDERS = {
    "reflect101": cv2.BORDER_REFLECT_101,
    "replicate": cv2.BORDER_REPLICATE,
    "reflect": cv2.BORDER_REFLECT,
    "wrap": cv2.BORDER_WRAP,
    "constant": cv2.BORDER_CONSTANT,
}
SIZES = [
    (1, 1), (2, 1), (1, 2), (3, 3), (5, 1), (1, 6), (7, 4), (15, 16), (16, 15), (17, 17), (31, 2),
    (2, 31), (33, 48), (48, 33), (64, 64), (65, 20), (100, 30), (21, 90), (130, 70), (300, 11),
]  # fmt: skip
KINDS = ("noise", "edges", "ramp", "photo")


def generate(kind, seed, width, height, channels, bits=8):
    """An input as an array of rows, columns and channels."""
    dtype = {8: np.uint8, 16: np.uint16}[bits]
    if kind == "noise":
        state, samples = seed, []
        for _ in range(width * height * channels):
            state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
            samples.append(state >> (32 - bits))
        return np.array(samples, dtype).reshape(height, width, channels)
    if kind == "photo":
        with Image.open(ROOT / "examples" / "photos" / "astronaut.png") as opened:
            left, top = (opened.width - width) // 2, (opened.height - height) // 2
            image = opened.convert(MODES[channels]).crop((left, top, left + width, top + height))
        samples = np.asarray(image).reshape(height, width, channels)
    else:
        y, x, c = np.ogrid[:height, :width, :channels]
        if kind == "ramp":
            samples = (x * 7 + y * 3 + c * 50 + seed) & 255
        else:
            samples = 255 * ((x // 5 + y // 3 + c + seed) & 1)
    return samples.astype(dtype) * dtype(257 if bits == 16 else 1)


def pillow(array):
    channels = array.shape[2]
    return Image.frombytes(MODES[channels], array.shape[1::-1], array.tobytes())


def sha256(result):
    return hashlib.sha256(result.tobytes()).hexdigest()


def sources(seed):
    """One input for each size; the kinds and the numbers of channels take turns."""
    for number, (width, height) in enumerate(SIZES):
        for turn in range(2):
            channels = 1 + (number + 3 * turn) % 4
            kind = KINDS[(number // 4 + 2 * turn + number) % 4]
            yield number + turn, [kind, seed + number, width, height, channels]


def box_blur():
    """Input: kind, seed, width, height, channels, radius across, radius down."""
    radii = [(0.5, 0.5), (1, 1), (2, 2), (3.3, 3.3), (15, 15), (31.5, 31.5), (100, 100), (0, 4), (2.5, 0)]
    for number, source in sources(500):
        for turn, radius in enumerate(radii):
            if (number + turn) % 3 == 0 or source[2] > 60:
                blurred = pillow(generate(*source)).filter(ImageFilter.BoxBlur(radius))
                yield [*source, *radius, sha256(blurred)]


def unsharp_mask():
    """Input: kind, seed, width, height, channels, radius, percent, threshold."""
    options = [(2, 150, 3), (0.5, 300, 0), (15, 80, 10), (100, 100, 1), (3.3, 33, 2), (2, 10000, 0)]
    for number, source in sources(600):
        for turn, (radius, percent, threshold) in enumerate(options):
            if (number + turn) % 2 == 0 or source[2] > 60:
                mask = ImageFilter.UnsharpMask(radius, percent, threshold)
                sharp = pillow(generate(*source)).filter(mask)
                yield [*source, radius, percent, threshold, sha256(sharp)]


def gaussian_blur_opencv():
    """Input: kind, seed, width, height, channels, bits, radius across, radius down, border."""
    radii = [(0.5, 0.5), (0.8, 0.8), (1, 1), (2, 2), (5, 5), (15, 15), (40, 40), (100, 100), (3, 1.5), (0, 2), (4, 0)]
    for bits in (8, 16):
        for number, source in sources(700):
            for turn, (name, border) in enumerate(BORDERS.items()):
                across, down = radii[(number * 3 + turn * 2) % len(radii)]
                # A size of 1 leaves a direction as it is; 0 lets OpenCV choose by the radius.
                size = (0 if across else 1, 0 if down else 1)
                image = generate(*source, bits)
                blurred = cv2.GaussianBlur(image, size, across or down, sigmaY=down or across, borderType=border)
                yield [*source, bits, across, down, name, sha256(blurred)]


def write(name, function):
    head = json.dumps({
        "pillow": PIL.__version__, "opencv": cv2.__version__, "columns": " ".join(function.__doc__.split()),
    })[1:-1]  # fmt: skip
    lines = ",\n".join("    " + json.dumps(case) for case in function())
    text = "{" + head + ', "cases": [\n' + lines + "\n]}\n"
    json.loads(text)
    (OUT / f"{name}.json").write_text(text)
    print(f"{name}: {len(text)} bytes")


write("boxBlur", box_blur)
write("unsharpMask", unsharp_mask)
write("gaussianBlurOpencv", gaussian_blur_opencv)
