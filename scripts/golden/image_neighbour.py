"""Writes the golden files of the filters that look at neighbours, with Pillow and OpenCV as oracles.

Run it with the Pillow and the OpenCV that bench/peers/requirements.txt pins:

    python scripts/golden/image_neighbour.py

The files hold no pixels: each case names a generated input and the SHA-256 of the raw result (row-major,
interleaved, little-endian). Inputs of 8 bits are those of image.py. Of 16 bits and of floats:

    noise  state as in image.py; 16 bits: state >> 16; float: (state >> 8) / 2^20 - 4
    ramp   sample of column x, row y, channel c: 16 bits: (x * 1007 + y * 503 + c * 9050 + seed) mod 65536;
           float: that, divided by 65536
    edges  65535 or 1 in place of 255

Every result that both libraries define is computed by both, which must agree.
"""

import hashlib
import json
from pathlib import Path

import cv2
import numpy as np
import PIL
from PIL import Image, ImageFilter

OUT = Path(__file__).resolve().parents[2] / "__test__" / "golden" / "image"
MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}
KINDS = ("noise", "edges", "ramp")
TYPES = {"u8": np.uint8, "u16": np.uint16, "f32": np.float32}
SIZES = [
    (1, 1), (2, 1), (1, 3), (4, 4), (17, 1), (1, 29), (9, 5), (16, 15), (33, 21), (70, 40), (203, 9), (131, 67),
]  # fmt: skip


def generate(kind, seed, width, height, channels, type="u8"):
    """A generated input as an array of (height, width, channels)."""
    shape = (height, width, channels)
    y, x, c = np.indices(shape)
    if kind == "noise":
        states, state = np.empty(width * height * channels, np.uint32), seed
        for i in range(len(states)):
            state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
            states[i] = state
        if type == "f32":
            return ((states >> 8) / 2**20 - 4).astype(np.float32).reshape(shape)
        return (states >> (24 if type == "u8" else 16)).astype(TYPES[type]).reshape(shape)
    if kind == "ramp":
        if type == "u8":
            return ((x * 7 + y * 3 + c * 50 + seed) % 256).astype(np.uint8)
        value = (x * 1007 + y * 503 + c * 9050 + seed) % 65536
        return (value if type == "u16" else value / 65536).astype(TYPES[type])
    white = {"u8": 255, "u16": 65535, "f32": 1}[type]
    return (white * ((x // 5 + y // 3 + c + seed) & 1)).astype(TYPES[type])


def picture(array):
    height, width, channels = array.shape
    return Image.frombytes(MODES[channels], (width, height), array.tobytes())


def sha256(result):
    return hashlib.sha256(result.tobytes()).hexdigest()


def sources(count, seed, types=("u8",)):
    """Sizes, kinds, channels and types in turn, `count` for each size."""
    for number, (width, height) in enumerate(SIZES):
        for turn in range(count):
            channels = 1 + (number + turn) % 4
            kind = KINDS[(number + turn // 2) % 3]
            type = types[(number + turn // 4) % len(types)]
            yield turn, [kind, seed + number, width, height, channels, type]


def rank_filter():
    """kind, seed, width, height, channels, type, size, rank (Pillow's RankFilter)"""
    sizes = [3, 5, 7, 9, 11, 15, 21, 31]  # Of 1 Pillow divides by 0.
    for turn, source in sources(16, 500):
        size = sizes[turn % 8]
        last = size * size - 1
        for rank in {last // 2, [0, last, last // 3, last * 7 // 8][turn % 4]}:
            filtered = picture(generate(*source)).filter(ImageFilter.RankFilter(size, rank))
            yield [*source, size, rank, sha256(filtered)]


def median():
    """kind, seed, width, height, channels, type, size (OpenCV's medianBlur; of 8 bits Pillow's MedianFilter too)"""
    for type, sizes in {"u8": [3, 5, 7, 9, 15, 31], "u16": [3, 5], "f32": [3, 5]}.items():
        for turn, source in sources(len(sizes), 600, (type,)):
            array = generate(*source)
            # OpenCV takes no two channels.
            bands = [cv2.medianBlur(band, sizes[turn]) for band in cv2.split(array)]
            result = np.stack(bands, -1)
            if type == "u8":
                pillow = picture(array).filter(ImageFilter.MedianFilter(sizes[turn]))
                assert sha256(pillow) == sha256(result), (source, sizes[turn])
            yield [*source, sizes[turn], sha256(result)]


def morphology():
    """kind, seed, width, height, channels, type, function, width, height, iterations (OpenCV's erode and dilate)"""
    windows = [(1, 1), (3, 3), (2, 2), (5, 1), (1, 4), (15, 15), (6, 9), (40, 3)]
    for turn, source in sources(12, 700, ("u8", "u16", "f32")):
        width, height = windows[turn % 8]
        name = ("erode", "dilate")[turn % 2]
        iterations = 1 + turn % 3
        rectangle = cv2.getStructuringElement(cv2.MORPH_RECT, (width, height))
        result = getattr(cv2, name)(generate(*source), rectangle, iterations=iterations)
        yield [*source, name, width, height, iterations, sha256(result)]


PILLOW_KERNELS = {
    "sharpen": ([-2, -2, -2, -2, 32, -2, -2, -2, -2], 16, 0),
    "smooth": ([1, 1, 1, 1, 5, 1, 1, 1, 1], 13, 0),
    "contour": ([-1, -1, -1, -1, 8, -1, -1, -1, -1], 1, 255),
    "emboss": ([-1, 0, 0, 0, 1, 0, 0, 0, 0], 1, 128),
    "uneven": ([0.1, -0.2, 0.3, 0.4, 0.77, -0.6, 0.7, -0.8, 0.9], 1.3, 2.5),
    "blur": ([1, 1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1], 16, 0),
    "smooth more": ([1, 1, 1, 1, 1, 1, 5, 5, 5, 1, 1, 5, 44, 5, 1, 1, 5, 5, 5, 1, 1, 1, 1, 1, 1], 100, 0),
    "uneven 5": ([((i * i * 7) % 23 - 9) / 10 for i in range(25)], 2.3, -10),
}


def convolve_pillow():
    """kind, seed, width, height, channels, type, kernel (its rows from the lowest up), scale, offset (Pillow's Kernel)"""
    kernels = list(PILLOW_KERNELS.values())
    for turn, source in sources(8, 800):
        kernel, scale, offset = kernels[turn]
        side = 3 if len(kernel) == 9 else 5
        filtered = picture(generate(*source)).filter(ImageFilter.Kernel((side, side), kernel, scale, offset))
        yield [*source, kernel, scale, offset, sha256(filtered)]


BORDERS = {
    "replicate": cv2.BORDER_REPLICATE,
    "reflect101": cv2.BORDER_REFLECT_101,
    "reflect": cv2.BORDER_REFLECT,
    "constant": cv2.BORDER_CONSTANT,
    "wrap": cv2.BORDER_WRAP,
}


def convolve_opencv():
    """kind, seed, width, height, channels, type, width, height, kernel, offset, border (OpenCV's filter2D, whole weights)"""
    shapes = [(3, 3), (5, 5), (7, 7), (3, 9), (1, 5), (11, 1)]
    for turn, source in sources(10, 900, ("u8", "u16")):
        width, height = shapes[turn % 6]
        kernel = np.array([(i * i * 5 + i + turn) % 7 - 3 for i in range(width * height)], np.float64)
        border = list(BORDERS)[turn % 5]
        offset = 0 if turn % 2 else 7
        across, down = width // 2, height // 2
        # OpenCV makes borders no wider than the image by itself, and does not wrap in filters.
        array = np.pad(generate(*source).astype(np.float64), ((down, down), (across, across), (0, 0)), **PADS[border])
        sums = cv2.filter2D(array, cv2.CV_64F, kernel.reshape(height, width), delta=offset)
        sums = sums.reshape(array.shape)[down : down + source[3], across : across + source[2]]
        white = {"u8": 255, "u16": 65535}[source[5]]
        result = np.clip(sums, 0, white).astype(TYPES[source[5]])
        if border != "wrap" and source[2] > across and source[3] > down and source[5] == "u8":
            code = BORDERS[border]
            whole = cv2.filter2D(generate(*source), -1, kernel.reshape(height, width), delta=offset, borderType=code)
            assert sha256(whole) == sha256(result), source
        yield [*source, width, height, [int(k) for k in kernel], offset, border, sha256(result)]


PADS = {
    "replicate": {"mode": "edge"},
    "reflect101": {"mode": "reflect"},
    "reflect": {"mode": "symmetric"},
    "constant": {"mode": "constant"},
    "wrap": {"mode": "wrap"},
}


def sobel():
    """kind, seed, width, height, channels, type, dx, dy (OpenCV's Sobel)"""
    orders = [(1, 0), (0, 1), (1, 1), (2, 0), (0, 2), (2, 1), (1, 2), (2, 2)]
    for turn, source in sources(8, 1000, ("u8", "u16", "f32")):
        dx, dy = orders[turn]
        yield [*source, dx, dy, sha256(cv2.Sobel(generate(*source), -1, dx, dy, ksize=3))]


def write(name, function):
    columns = " ".join(function.__doc__.split())
    cases = list(function())
    lines = ",\n".join("    " + json.dumps(case, separators=(",", ":")) for case in cases)
    head = json.dumps({"pillow": PIL.__version__, "opencv": cv2.__version__, "columns": columns})[1:-1]
    text = "{" + head + ', "cases": [\n' + lines + "\n]}\n"
    json.loads(text)
    (OUT / f"{name}.json").write_text(text)
    print(f"{name}: {len(cases)} cases, {len(text)} bytes")


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    write("rankFilter", rank_filter)
    write("median", median)
    write("morphology", morphology)
    write("convolvePillow", convolve_pillow)
    write("convolveOpencv", convolve_opencv)
    write("sobel", sobel)


main()
