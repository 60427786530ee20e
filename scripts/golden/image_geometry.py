"""Writes the golden file of the filters that move pixels, with Pillow as the oracle.

    python scripts/golden/image_geometry.py

The inputs are those of image.py. Each case is: kernel, its options, kind, seed, width, height, channels, and the
SHA-256 of the result.
"""

import hashlib
import json

import PIL
from image import OUT, image
from PIL import Image, ImageOps

SIZES = [(1, 1), (1, 7), (17, 5), (64, 48), (130, 97)]
# EXIF's orientations, each as what sets the image upright.
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# Pillow counts counter-clockwise.
NAMED = {"flop": 2, "rotate180": 3, "flip": 4, "transpose": 5, "rotate90": 6, "rotate270": 8}


def cases():
    for name, orientation in NAMED.items():
        yield name, {}, lambda im, o=orientation: im.transpose(UPRIGHT[o])
    for orientation, method in UPRIGHT.items():
        yield "autoOrient", {"orientation": orientation}, lambda im, m=method: im.transpose(m)
    for factor in (1, 2, 3, 4, 5, 7, 16, 60, 200):
        yield "reduce", {"factor": factor}, lambda im, f=factor: im.reduce(f)
    yield "pad", {"left": 3, "top": 1, "right": 4, "bottom": 2}, lambda im: ImageOps.expand(im, (3, 1, 4, 2))


def rows():
    for name, options, run in cases():
        for number, (width, height) in enumerate(SIZES):
            for channels in (1, 2, 3, 4):
                kind = ("noise", "ramp", "edges")[(number + channels) % 3]
                source = [kind, 800 + number, width, height, channels]
                digest = hashlib.sha256(run(image(*source)).tobytes()).hexdigest()
                yield [name, options, *source, digest]


def composite():
    """Two images of noise, 61 x 43 pixels of RGBA, seeds 900 and 901."""
    lower, upper = (image("noise", seed, 61, 43, 4) for seed in (900, 901))
    results = [("composite", {}, Image.alpha_composite(lower, upper))]
    for alpha in (0, 0.3, 1, 1.7, -0.5):
        results.append(("blend", {"alpha": alpha}, Image.blend(lower, upper, alpha)))
    return [[*names, hashlib.sha256(result.tobytes()).hexdigest()] for *names, result in results]


def write(name, rows):
    lines = ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows)
    made = f"Pillow {PIL.__version__}, scripts/golden/image_geometry.py"
    (OUT / f"{name}.json").write_text(f'{{"made":{json.dumps(made)},"cases":[\n{lines}\n]}}\n')


def main():
    write("geometry", rows())
    write("composite", composite())


if __name__ == "__main__":
    main()
