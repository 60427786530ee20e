"""Writes the golden file of the fits of resize, with Pillow as the oracle.

    python scripts/golden/image_resize.py

The inputs are those of image.py. Each case is: kind, seed, width, height, channels, the options of resize, and the
SHA-256 of the result. "cover" is ImageOps.fit, "contain" is ImageOps.pad.
"""

import hashlib
import json

import PIL
from image import FILTERS, OUT, image
from PIL import ImageOps

POSITIONS = {
    "center": (0.5, 0.5), "top": (0.5, 0), "right": (1, 0.5), "left bottom": (0, 1), "top right": (1, 0),
    (0.3, 0.8): (0.3, 0.8),
}  # fmt: skip
SIZES = [
    ((64, 48), (20, 20)), ((64, 48), (30, 8)), ((33, 21), (7, 30)), ((1, 9), (4, 5)),
    ((49, 7), (7, 1)), ((5, 4), (31, 24)),
]  # fmt: skip
BACKGROUNDS = {1: 9, 2: (9, 77), 3: (9, 200, 77), 4: (9, 200, 77, 128)}


def cases():
    filters = list(FILTERS)
    turn = 0
    for number, ((width, height), target) in enumerate(SIZES):
        for channels, background in BACKGROUNDS.items():
            for name, centering in POSITIONS.items():
                for fit in ("cover", "contain"):
                    turn += 1
                    filter = filters[turn % len(filters)]
                    kind = ("noise", "edges", "ramp")[turn % 3]
                    source = [kind, 500 + number, width, height, channels]
                    position = name if isinstance(name, str) else dict(zip("xy", name))
                    options = {"width": target[0], "height": target[1], "fit": fit, "position": position,
                               "filter": filter}
                    if fit == "cover":
                        result = ImageOps.fit(image(*source), target, FILTERS[filter], centering=centering)
                    else:
                        options["background"] = background
                        result = ImageOps.pad(
                            image(*source), target, FILTERS[filter], color=background, centering=centering
                        )
                    yield [*source, options, hashlib.sha256(result.tobytes()).hexdigest()]


def main():
    lines = ",\n".join("    " + json.dumps(row) for row in cases())
    columns = "Input: kind, seed, width, height, channels; options."
    head = json.dumps({"pillow": PIL.__version__, "columns": columns})[1:-1]
    text = "{" + head + ', "cases": [\n' + lines + "\n]}\n"
    json.loads(text)
    (OUT / "resizeFit.json").write_text(text)
    print(f"resizeFit: {len(text)} bytes")


if __name__ == "__main__":
    main()
