"""Writes the golden files of the image kernels, with Pillow as the oracle.

Run it with the Pillow that bench/peers/requirements.txt pins:

    python scripts/golden/image.py [folder with photographs]

The files hold no pixels: each case names a generated input and the SHA-256 of the raw
result (row-major, interleaved, 8 bits a sample). The inputs can be made again anywhere:

    noise  state = seed; for each sample: state = (state * 1664525 + 1013904223) mod 2^32,
           sample = state >> 24
    ramp   sample of column x, row y, channel c = (x * 7 + y * 3 + c * 50 + seed) mod 256
    edges  sample of column x, row y, channel c = 255 when ((x div 5) + (y div 3) + c + seed)
           is odd, else 0

1 channel is Pillow's mode L, 2 LA, 3 RGB, 4 RGBA. With a folder, decode.json gets the
hash of every JPEG and PNG file in it, as Pillow decodes it.
"""

import hashlib
import json
import sys
from pathlib import Path

import PIL
from PIL import Image, ImageFilter

OUT = Path(__file__).resolve().parents[2] / "__test__" / "golden" / "image"
MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}
FILTERS = {
    "nearest": Image.Resampling.NEAREST,
    "box": Image.Resampling.BOX,
    "bilinear": Image.Resampling.BILINEAR,
    "hamming": Image.Resampling.HAMMING,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos3": Image.Resampling.LANCZOS,
}


def generate(kind, seed, width, height, channels):
    """The bytes of a generated input."""
    if kind == "noise":
        state, out = seed, bytearray()
        for _ in range(width * height * channels):
            state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
            out.append(state >> 24)
        return bytes(out)
    places = ((x, y, c) for y in range(height) for x in range(width) for c in range(channels))
    if kind == "ramp":
        return bytes((x * 7 + y * 3 + c * 50 + seed) & 255 for x, y, c in places)
    if kind == "edges":
        return bytes(255 * ((x // 5 + y // 3 + c + seed) & 1) for x, y, c in places)
    raise ValueError(kind)


def image(kind, seed, width, height, channels):
    data = generate(kind, seed, width, height, channels)
    return Image.frombytes(MODES[channels], (width, height), data)


def sha256(result):
    return hashlib.sha256(result.tobytes()).hexdigest()


def grayscale():
    """Input: kind, seed, width, height, channels. Result: width * height samples."""
    sizes = [(1, 1), (17, 1), (1, 19), (33, 21), (256, 100)]
    for number, (width, height) in enumerate(sizes):
        for channels in MODES:
            for kind in ("noise", "ramp"):
                source = [kind, 100 + number, width, height, channels]
                yield [*source, sha256(image(*source).convert("L"))]


def resize():
    """Input: kind, seed, width, height, channels, target width, target height, filter."""
    sizes = [
        ((1, 1), (1, 1)), ((1, 1), (7, 5)), ((1, 50), (1, 13)), ((1, 50), (9, 120)),
        ((60, 1), (17, 1)), ((60, 1), (200, 3)), ((33, 21), (33, 8)), ((33, 21), (9, 21)),
        ((33, 21), (33, 55)), ((33, 21), (80, 21)), ((64, 48), (16, 12)), ((64, 48), (21, 47)),
        ((40, 30), (97, 61)), ((200, 7), (3, 40)), ((150, 100), (1, 1)), ((37, 41), (38, 40)),
        ((1100, 20), (130, 9)),
    ]  # fmt: skip
    for number, ((width, height), target) in enumerate(sizes):
        for channels in MODES:
            kind = ("noise", "edges", "ramp")[(number + channels) % 3]
            source = [kind, 200 + number, width, height, channels]
            for name, resample in FILTERS.items():
                yield [*source, *target, name, sha256(image(*source).resize(target, resample))]


def gaussian_blur():
    """Input: kind, seed, width, height, channels, radius across, radius down."""
    sizes = [
        (1, 1), (2, 1), (1, 2), (3, 3), (5, 1), (1, 6), (7, 4), (15, 16), (16, 15), (17, 17),
        (31, 2), (2, 31), (33, 48), (48, 33), (64, 64), (65, 20), (100, 30), (21, 90), (130, 70),
        (300, 11),
    ]  # fmt: skip
    radii = [
        (0.1, 0.1), (0.5, 0.5), (1, 1), (2, 2), (3.3, 3.3), (5, 5), (10, 10), (15, 15), (30, 30),
        (100, 100), (400, 400), (0, 0), (0, 4), (2.5, 0), (1.5, 12),
    ]  # fmt: skip
    for number, (width, height) in enumerate(sizes):
        for turn, radius in enumerate(radii):
            channels = 1 + (number + turn) % 4
            kind = ("noise", "edges", "ramp")[(number + turn) % 3]
            source = [kind, 300 + number, width, height, channels]
            blurred = image(*source).filter(ImageFilter.GaussianBlur(radius))
            yield [*source, *radius, sha256(blurred)]


def decode(folder):
    """File name, width, height, channels, hash."""
    for path in sorted(folder.iterdir()):
        if path.suffix in (".jpg", ".png"):
            with Image.open(path) as opened:
                channels = len(opened.getbands())
                yield [path.name, *opened.size, channels, sha256(opened)]


def write(name, function, cases):
    columns = " ".join(function.__doc__.split())
    lines = ",\n".join("    " + json.dumps(case) for case in cases)
    head = json.dumps({"pillow": PIL.__version__, "columns": columns})[1:-1]
    text = "{" + head + ', "cases": [\n' + lines + "\n]}\n"
    json.loads(text)
    (OUT / f"{name}.json").write_text(text)
    print(f"{name}: {len(text)} bytes")


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    write("grayscale", grayscale, grayscale())
    write("resize", resize, resize())
    write("gaussianBlur", gaussian_blur, gaussian_blur())
    if len(sys.argv) > 1:
        write("decode", decode, decode(Path(sys.argv[1])))


main()
