"""Writes the golden file of the filters that change colours, with Pillow as the oracle.

    python scripts/golden/image_colour.py

The inputs are those of image.py. Each case is: kernel, its options, kind, seed, width, height, channels, and the
SHA-256 of the result. Pillow's ImageOps take no alpha, so those cases have 1 or 3 channels.
"""

import hashlib
import json

import PIL
from image import OUT, image
from PIL import ImageEnhance, ImageOps

SIZES = [(1, 1), (2, 1), (17, 5), (64, 48), (300, 211)]


def cases():
    """Every kernel with options and the function of Pillow that it equals."""
    for factor in (0, 0.3, 0.999, 1, 1.7, 25):
        for name, factory in (
            ("brightness", ImageEnhance.Brightness),
            ("contrast", ImageEnhance.Contrast),
            ("saturation", ImageEnhance.Color),
        ):
            yield name, {"factor": factor}, (1, 2, 3, 4), lambda im, f=factor, k=factory: k(im).enhance(f)
    yield "invert", {}, (1, 3), ImageOps.invert
    for value in (0, 1, 128, 255):
        yield "threshold", {"value": value}, (1, 3), lambda im, v=value: im.point(lambda x: 255 if x >= v else 0)
    table = [(value * 7 + 3) % 256 for value in range(256)]
    yield "lut", {"lut": table}, (1, 3), lambda im: im.point(table * len(im.getbands()))
    three = [(value * k + k) % 256 for k in (3, 5, 11) for value in range(256)]
    yield "lut", {"lut": three}, (3,), lambda im: im.point(three)
    for cutoff in (0, 0.5, 2, 40, 50):
        yield "autocontrast", {"cutoff": cutoff}, (1, 3), lambda im, c=cutoff: ImageOps.autocontrast(im, c)
    ends = {"low": 10, "high": 3}
    yield "autocontrast", {"cutoff": ends}, (1, 3), lambda im: ImageOps.autocontrast(im, (10, 3))
    for low, high in ((0, 100), (1, 99), (5, 70)):
        percentiles = {"percentiles": {"low": low, "high": high}}

        def keep_tone(im, low=low, high=high):
            return ImageOps.autocontrast(im, (low, 100 - high), preserve_tone=True)

        yield "normalize", percentiles, (1, 3), keep_tone
    yield "equalize", {}, (1, 3), ImageOps.equalize


def rows():
    for name, options, channels, run in cases():
        sizes = SIZES[3:] if name == "lut" else SIZES  # their options are long
        for number, (width, height) in enumerate(sizes):
            for count in channels:
                kind = ("noise", "ramp", "edges")[(number + count) % 3]
                source = [kind, 700 + number, width, height, count]
                result = run(image(*source))
                digest = hashlib.sha256(result.tobytes()).hexdigest()
                yield [name, options, *source, digest]


def main():
    lines = ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows())
    made = f"Pillow {PIL.__version__}, scripts/golden/image_colour.py"
    (OUT / "colour.json").write_text(f'{{"made":{json.dumps(made)},"cases":[\n{lines}\n]}}\n')


if __name__ == "__main__":
    main()
