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

1 channel is Pillow's mode L, 2 LA, 3 RGB, 4 RGBA. decode.json holds small files; with a
folder, photos.json gets the hash of every JPEG and PNG file in it, as Pillow decodes it.
"""

import hashlib
import io
import json
import math
import struct
import sys
import zlib
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


def resize_area():
    """Input: kind, seed, width, height, channels, target width, target height, filter, left, top, right, bottom."""
    cases = [
        ((33, 21), (9, 7), (0, 0, 33, 20.5)), ((33, 21), (60, 50), (1.5, 2.25, 30.75, 19)),
        ((64, 48), (16, 16), (8, 0, 56, 48)), ((64, 48), (20, 5), (0, 16, 64, 32)),
        ((40, 30), (10, 10), (30, 20, 40, 30)), ((40, 30), (40, 30), (0.5, 0, 40, 30)),
        ((7, 90), (7, 20), (0, 12.125, 7, 80)), ((90, 7), (20, 7), (12.125, 0, 80, 7)),
        ((150, 100), (3, 3), (149.5, 99.5, 150, 100)), ((5, 5), (5, 4), (0, 1, 5, 5)),
    ]  # fmt: skip
    for number, ((width, height), target, box) in enumerate(cases):
        for channels in MODES:
            kind = ("noise", "edges", "ramp")[(number + channels) % 3]
            source = [kind, 400 + number, width, height, channels]
            for name, resample in FILTERS.items():
                resized = image(*source).resize(target, resample, box=box)
                yield [*source, *target, name, *box, sha256(resized)]


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


def png_by_hand(source, depth, interlaced):
    """An RGB or grey PNG with what Pillow reads but does not write: 16 bits, interlacing."""
    width, height = source.size
    channels = len(source.getbands())
    size = depth // 8
    data = source.tobytes()
    # The low byte differs from the high one, so that keeping the wrong one shows.
    sample = (lambda v: bytes([v, 255 - v])) if size == 2 else (lambda v: bytes([v]))
    passes = [(0, 0, 1, 1)]
    if interlaced:
        passes = [
            (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
            (0, 1, 1, 2),
        ]  # fmt: skip
    raw = bytearray()
    for left, top, across, down in passes:
        for y in range(top, height, down):
            row = bytearray()
            for x in range(left, width, across):
                for c in range(channels):
                    row += sample(data[(y * width + x) * channels + c])
            if row:
                raw += b"\0" + row
    color = {1: 0, 3: 2}[channels]
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, int(interlaced))

    def chunk(kind, body):
        crc = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + crc

    pixels = chunk(b"IDAT", zlib.compress(bytes(raw)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + pixels + chunk(b"IEND", b"")


def saved(source, form, **options):
    file = io.BytesIO()
    source.save(file, form, **options)
    return file.getvalue()


def high_bytes(opened):
    """Of 16-bit grey Pillow keeps 16 bits; its bytes are in the order of the machine."""
    samples = opened.tobytes()
    high = samples[1::2] if sys.byteorder == "little" else samples[::2]
    return Image.frombytes("L", opened.size, high)


def decode():
    """Name, file in hex, width, height, channels, hash of the decoded pixels."""
    # A waved picture: photographs have licences.
    wave = Image.frombytes("RGB", (43, 29), bytes(
        int(128 + 100 * math.sin((x * (c + 1) + y * 2) / 9) + 20 * math.cos(x * y / 31))
        for y in range(29) for x in range(43) for c in range(3)
    ))  # fmt: skip
    alpha = image("ramp", 3, 43, 29, 1)
    grey = wave.convert("L")
    rgba = wave.copy()
    rgba.putalpha(alpha)
    la = grey.copy()
    la.putalpha(alpha)
    palette = wave.quantize(19)
    jpegs = {
        "4:2:0": {"subsampling": 2}, "4:2:2": {"subsampling": 1}, "4:4:4": {"subsampling": 0},
        "progressive": {"progressive": True}, "restarts": {"restart_marker_blocks": 2},
        "stored as RGB": {"keep_rgb": True}, "quality 10": {"quality": 10},
    }  # fmt: skip
    for name, options in jpegs.items():
        file = saved(wave, "JPEG", **options)
        yield one(f"jpeg {name}", file, "RGB")
    yield one("jpeg grey", saved(grey, "JPEG"), "L")
    yield one("jpeg CMYK", saved(wave.convert("CMYK"), "JPEG"), "RGB")
    yield one("png grey", saved(grey, "PNG"), "L")
    yield one("png grey, alpha", saved(la, "PNG"), "LA")
    yield one("png RGB", saved(wave, "PNG"), "RGB")
    yield one("png RGBA", saved(rgba, "PNG"), "RGBA")
    yield one("png 1 bit", saved(grey.convert("1"), "PNG"), "L")
    yield one("png palette", saved(palette, "PNG"), "RGB")
    yield one("png palette, 2 bits", saved(wave.quantize(4), "PNG", bits=2), "RGB")
    yield one("png palette, alpha", saved(palette, "PNG", transparency=b"\0\x50\xa0"), "RGBA")
    hole = grey.getpixel((5, 5))
    yield one("png grey, one transparent", saved(grey, "PNG", transparency=hole), "LA")
    hole = wave.getpixel((5, 5))
    yield one("png RGB, one transparent", saved(wave, "PNG", transparency=hole), "RGBA")
    yield one("png grey, 16 bits", png_by_hand(grey, 16, False), "I;16")
    yield one("png RGB, 16 bits", png_by_hand(wave, 16, False), "RGB")
    yield one("png RGB, interlaced", png_by_hand(wave, 8, True), "RGB")


def one(name, file, mode):
    with Image.open(io.BytesIO(file)) as opened:
        if mode == "I;16":
            assert opened.mode == mode, opened.mode
            pixels = high_bytes(opened)
        else:
            pixels = opened.convert(mode)
    return [name, file.hex(), *pixels.size, len(pixels.getbands()), sha256(pixels)]


def photos(folder):
    """File name, width, height, channels, hash of the decoded pixels."""
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
    write("resizeArea", resize_area, resize_area())
    write("gaussianBlur", gaussian_blur, gaussian_blur())
    write("decode", decode, decode())
    if len(sys.argv) > 1:
        write("photos", photos, photos(Path(sys.argv[1])))


if __name__ == "__main__":
    main()
