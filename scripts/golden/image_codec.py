"""Writes the golden files of the image codecs, with Pillow as the oracle.

Run it with the Pillow that bench/peers/requirements.txt pins:

    python scripts/golden/image_codec.py

Files are in base64, results are SHA-256 hashes of the raw samples (row-major, interleaved;
16 bits in little-endian order). See image.py for the generated inputs.
"""

import base64
import hashlib
import io
import json
import math
import struct
import zlib

import numpy as np
import PIL
from PIL import Image, ImageCms, ImageFile, features

from image import OUT, image, png_by_hand, saved

WIDTH, HEIGHT = 27, 19
# Or Pillow fails on optimised tables when a file is larger than it thinks.
ImageFile.MAXBLOCK = 1 << 24


def wave(width=WIDTH, height=HEIGHT):
    """A smooth picture with structure: photographs have licences."""
    return Image.frombytes("RGB", (width, height), bytes(
        int(128 + 100 * math.sin((x * (c + 1) + y * 2) / 9) + 20 * math.cos(x * y / 31))
        for y in range(height) for x in range(width) for c in range(3)
    ))  # fmt: skip


def with_alpha(source):
    picture = source.copy()
    picture.putalpha(image("ramp", 3, *source.size, 1))
    return picture


def text(file):
    return base64.b64encode(file).decode()


def sha256(samples):
    return hashlib.sha256(samples).hexdigest()


def decoded(file, mode=None):
    with Image.open(io.BytesIO(file)) as opened:
        picture = opened.convert(mode) if mode else opened.copy()
    return [*picture.size, len(picture.getbands()), sha256(picture.tobytes())]


def decode_webp():
    """Name, file, width, height, channels, hash of the decoded pixels."""
    plain, alpha = wave(), with_alpha(wave())
    files = {
        "lossy": (plain, {}), "lossy, quality 5": (plain, {"quality": 5}),
        "lossy, quality 100": (plain, {"quality": 100}), "lossy, method 0": (plain, {"method": 0}),
        "lossy, method 6": (plain, {"method": 6}), "lossy, alpha": (alpha, {}),
        "lossy, reduced alpha": (alpha, {"alpha_quality": 20}),
        "lossy, one pixel": (plain.crop((3, 3, 4, 4)), {}),
        "lossy, one row": (plain.crop((0, 3, 27, 4)), {}),
        "lossy, one column": (plain.crop((3, 0, 4, 19)), {}),
        "lossless": (plain, {"lossless": True}),
        "lossless, alpha": (alpha, {"lossless": True, "exact": True}),
        "lossless, noise": (image("noise", 7, 16, 11, 3), {"lossless": True}),
        "lossless, 2 colours": (image("edges", 1, 40, 9, 1).convert("RGB"), {"lossless": True}),
        "lossless, 19 colours": (plain.quantize(19).convert("RGB"), {"lossless": True}),
        "lossless, one pixel": (plain.crop((3, 3, 4, 4)), {"lossless": True}),
        "lossless, method 6": (plain, {"lossless": True, "method": 6, "quality": 100}),
        "lossy, with profile": (plain, {"icc_profile": SRGB}),
    }  # fmt: skip
    for name, (picture, options) in files.items():
        file = saved(picture, "WEBP", **options)
        yield [name, text(file), *decoded(file)]
    frames = [alpha, alpha.transpose(Image.Transpose.ROTATE_180)]
    for name, lossless in (("animated, lossy", False), ("animated, lossless", True)):
        file = saved(
            frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=lossless, exact=True
        )
        yield [name, text(file), *decoded(file, "RGBA")]
    frames = [plain, plain.transpose(Image.Transpose.ROTATE_180)]
    file = saved(frames[0], "WEBP", save_all=True, append_images=frames[1:])
    # Pillow opens every animation with alpha; this one has none.
    yield ["animated, opaque", text(file), *decoded(file, "RGB")]


def decode_png():
    """Name, file, width, height, channels, bits, hash of the decoded samples."""
    plain, alpha = wave(), with_alpha(wave())
    sources = {"grey": plain.convert("L"), "RGB": plain, "RGBA": alpha, "grey, alpha": alpha.convert("LA")}
    for name, source in sources.items():
        for interlaced in (False, True):
            file = png_16(source, interlaced)
            high = np.frombuffer(source.tobytes(), np.uint8).astype("<u2")
            samples = high * 256 + (255 - high)
            shape = [*source.size, len(source.getbands())]
            kind = f"{name}, 16 bits" + (", interlaced" if interlaced else "")
            yield [kind, text(file), *shape, 16, sha256(samples.tobytes())]
    palette = plain.quantize(4)
    for bits in (1, 2, 4, 8):
        source = palette if bits > 1 else plain.quantize(2)
        file = saved(source, "PNG", bits=bits)
        yield [f"palette, {bits} bits", text(file), *decoded(file, "RGB")[:3], bits, decoded(file, "RGB")[3]]
        for interlaced in (False, True):
            kind = f"grey, {bits} bits" + (", interlaced" if interlaced else "")
            file = png_grey(plain.convert("L"), bits, interlaced)
            yield [kind, text(file), *decoded(file, "L")[:3], bits, decoded(file, "L")[3]]


def png_16(source, interlaced):
    """With the channels that png_by_hand has not."""
    channels = len(source.getbands())
    if channels in (1, 3):
        return png_by_hand(source, 16, interlaced)
    # The same file as for 1 or 3 channels, rows made of more samples.
    return png_rows(source.size, 16, {2: 4, 4: 6}[channels], interlaced, lambda x, y: b"".join(
        bytes([v, 255 - v]) for v in source.getpixel((x, y))
    ))  # fmt: skip


def png_grey(source, bits, interlaced):
    return png_rows(source.size, bits, 0, interlaced, lambda x, y: source.getpixel((x, y)) >> (8 - bits))


PASSES = [
    (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2),
]  # fmt: skip


def png_rows(size, depth, color, interlaced, pixel):
    """A PNG without filters; `pixel` gives the bytes of a pixel, or its value below 8 bits."""
    width, height = size
    raw = bytearray()
    for left, top, across, down in PASSES if interlaced else [(0, 0, 1, 1)]:
        for y in range(top, height, down):
            pixels = [pixel(x, y) for x in range(left, width, across)]
            if not pixels:
                continue
            if depth == 16:
                row = b"".join(pixels)
            else:
                digits = "".join(format(value, f"0{depth}b") for value in pixels)
                digits += "0" * (-len(digits) % 8)
                row = int(digits, 2).to_bytes(len(digits) // 8, "big")
            raw += b"\0" + row
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, int(interlaced))

    def chunk(kind, body):
        crc = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + crc

    pixels = chunk(b"IDAT", zlib.compress(bytes(raw), 9))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + pixels + chunk(b"IEND", b"")


def decode_scaled():
    """Name, file, denominator, width, height, channels, hash of the decoded pixels."""
    plain = wave()
    ycck = bytearray(saved(plain.convert("CMYK"), "JPEG"))
    # Pillow writes CMYK as it is; the Adobe segment's last byte says whether that is YCCK.
    at = ycck.index(b"Adobe") + 11
    assert ycck[at] == 0
    ycck[at] = 2
    files = {
        "4:2:0": saved(plain, "JPEG", subsampling=2), "4:2:2": saved(plain, "JPEG", subsampling=1),
        "4:4:4": saved(plain, "JPEG", subsampling=0), "grey": saved(plain.convert("L"), "JPEG"),
        "progressive": saved(plain, "JPEG", progressive=True),
        "restarts": saved(plain, "JPEG", restart_marker_blocks=1),
        "one pixel": saved(plain.crop((3, 3, 4, 4)), "JPEG"),
        "one row": saved(plain.crop((0, 3, 27, 4)), "JPEG"),
        "one column": saved(plain.crop((3, 0, 4, 19)), "JPEG"),
        "large": saved(wave(64, 48), "JPEG", quality=60), "CMYK": saved(plain.convert("CMYK"), "JPEG"),
        "YCCK": bytes(ycck),
    }  # fmt: skip
    for name, file in files.items():
        for denominator in (1, 2, 4, 8):
            with Image.open(io.BytesIO(file)) as opened:
                size = [max(1, side // denominator) for side in opened.size]
                opened.draft(opened.mode, size)
                expected = [math.ceil(side / denominator) for side in files_size(file)]
                if denominator > 1 and list(opened.size) != expected:
                    continue
                picture = opened.convert("RGB") if opened.mode == "CMYK" else opened.copy()
            shape = [*picture.size, len(picture.getbands())]
            yield [name, text(file), denominator, *shape, sha256(picture.tobytes())]


def files_size(file):
    with Image.open(io.BytesIO(file)) as opened:
        return opened.size


def metadata():
    """Name, file, width, height, orientation, profile or null, EXIF data or null."""
    picture = wave(9, 5)
    for form in ("JPEG", "PNG", "WEBP"):
        for orientation in range(1, 9):
            exif = Image.Exif()
            exif[0x0112] = orientation
            data = exif.tobytes()
            file = saved(picture, form, exif=data, icc_profile=SRGB if orientation == 3 else None)
            icc = text(SRGB) if orientation == 3 else None
            bare = data.removeprefix(b"Exif\0\0")
            yield [f"{form} {orientation}", text(file), 9, 5, orientation, icc, text(bare)]
        yield [f"{form} without", text(saved(picture, form)), 9, 5, None, None, None]


def encode_jpeg():
    """Input: kind, seed, width, height, channels, quality, subsampling, hash of the decoded pixels, bytes of the file
    (plain, with optimised tables, progressive)."""
    sizes = [(1, 1), (8, 8), (16, 16), (17, 9), (33, 21), (64, 48), (100, 3), (3, 100), (520, 400), (701, 843)]
    modes = {"4:2:0": 2, "4:2:2": 1, "4:4:4": 0}
    for number, (width, height) in enumerate(sizes):
        for channels in (1, 3):
            for turn, (name, subsampling) in enumerate(modes.items()):
                if channels == 1 and turn:
                    continue
                quality = (80, 90, 35, 100, 1, 95, 75)[(number + turn) % 7]
                kind = "ramp" if (number + turn) % 2 else "edges"
                source = [kind, 500 + number, width, height, channels]
                options = {"quality": quality, **({"subsampling": subsampling} if channels == 3 else {})}
                picture = image(*source)
                file = saved(picture, "JPEG", **options)
                others = [
                    len(saved(picture, "JPEG", optimize=True, **options)),
                    len(saved(picture, "JPEG", progressive=True, **options)),
                ]
                yield [*source, quality, name, decoded(file)[3], len(file), *others]


def encode_webp():
    """Input: kind, seed, width, height, channels, quality, mean difference of Pillow's file, bytes of it."""
    sizes = [(1, 1), (16, 16), (33, 21), (100, 3), (130, 90)]
    for number, (width, height) in enumerate(sizes):
        for channels in (3, 4):
            quality = (80, 30, 95)[number % 3]
            source = ["ramp", 600 + number, width, height, channels]
            picture = image(*source)
            file = saved(picture, "WEBP", quality=quality)
            with Image.open(io.BytesIO(file)) as opened:
                found = np.asarray(opened.convert("RGB"), np.int64)
            difference = abs(found - np.asarray(picture.convert("RGB"), np.int64)).mean()
            yield [*source, quality, round(float(difference), 3), len(file)]


def s15(value):
    return struct.pack(">i", round(value * 65536))


def profile(space, tags, pcs=b"XYZ ", version=4):
    """A display profile from its tags."""
    tags = {b"desc": mluc("test"), b"cprt": mluc("none"), b"wtpt": xyz(0.9642, 1.0, 0.8249), **tags}
    table, data = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for kind, body in tags.items():
        body += b"\0" * (-len(body) % 4)
        table += kind + struct.pack(">II", start + len(data), len(body))
        data += body
    size = start + len(data)
    header = struct.pack(">I4sI4s4s4s", size, b"\0" * 4, version << 24, b"mntr", space, pcs)
    header += struct.pack(">6H4s4s", 2020, 1, 1, 0, 0, 0, b"acsp", b"\0" * 4) + b"\0" * 24
    header += s15(0.9642) + s15(1.0) + s15(0.8249)
    return header.ljust(128, b"\0") + table + data


def mluc(words):
    data = words.encode("utf-16-be")
    return b"mluc\0\0\0\0" + struct.pack(">II2s2sII", 1, 12, b"en", b"US", len(data), 28) + data


def xyz(*values):
    return b"XYZ \0\0\0\0" + b"".join(map(s15, values))


def curve(gamma):
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256))


SRGB_CURVE = b"para\0\0\0\0\0\3\0\0" + b"".join(
    map(s15, (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045))
)


def primaries(red, green, blue, white):
    """The colorants of a space, adapted to D50 by Bradford's matrix."""
    column = lambda x, y: np.array([x / y, 1, (1 - x - y) / y])
    matrix = np.stack([column(*red), column(*green), column(*blue)], axis=1)
    matrix *= np.linalg.solve(matrix, column(*white))
    bradford = np.array(
        [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
    )
    d50 = np.array([0.9642, 1.0, 0.8249])
    scale = np.diag(bradford @ d50 / (bradford @ column(*white)))
    return np.linalg.inv(bradford) @ scale @ bradford @ matrix


def rgb(matrix, trc):
    names = zip((b"rXYZ", b"gXYZ", b"bXYZ"), matrix.T)
    curves = {kind: trc for kind in (b"rTRC", b"gTRC", b"bTRC")}
    return profile(b"RGB ", {**{kind: xyz(*column) for kind, column in names}, **curves})


def table(matrix, gamma, steps=17):
    """The same colours as a table of 16 bits from RGB to Lab."""
    axis = np.linspace(0, 1, steps) ** gamma
    grid = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1).reshape(-1, 3)
    t = grid @ matrix.T / np.array([0.9642, 1.0, 0.8249])
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    lab = np.stack([116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], axis=1)
    coded = np.stack([lab[:, 0] * 652.8, (lab[:, 1] + 128) * 256, (lab[:, 2] + 128) * 256], axis=1)
    body = b"mft2\0\0\0\0" + bytes([3, 3, steps, 0])
    body += b"".join(s15(v) for v in (1, 0, 0, 0, 1, 0, 0, 0, 1)) + struct.pack(">HH", 2, 2)
    ends = struct.pack(">HH", 0, 65535) * 3
    return body + ends + coded.round().clip(0, 65535).astype(">u2").tobytes() + ends


D65 = (0.3127, 0.3290)
P3 = primaries((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), D65)
ADOBE = primaries((0.64, 0.33), (0.21, 0.71), (0.15, 0.06), D65)
BT709 = primaries((0.64, 0.33), (0.30, 0.60), (0.15, 0.06), D65)
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
SRGB = SRGB[:24] + struct.pack(">6H", 2020, 1, 1, 0, 0, 0) + SRGB[36:]  # it has the time of the run


def to_srgb():
    """Name, profile, kind, seed, width, height, channels, the converted samples or null when it is sRGB already."""
    profiles = {
        "Display P3": (rgb(P3, SRGB_CURVE), 3), "Adobe RGB": (rgb(ADOBE, curve(563 / 256)), 3),
        "linear": (rgb(BT709, curve(1.0)), 3), "sRGB": (SRGB, 3), "sRGB by hand": (rgb(BT709, SRGB_CURVE), 3),
        "table": (profile(b"RGB ", {b"A2B0": table(BT709, 1.8, 13)}, b"Lab ", 2), 3),
        "grey 2.2": (profile(b"GRAY", {b"kTRC": curve(2.2)}), 1),
        "grey 1.8": (profile(b"GRAY", {b"kTRC": curve(1.8)}), 1),
        "grey sRGB": (profile(b"GRAY", {b"kTRC": SRGB_CURVE}), 1),
    }  # fmt: skip
    grey = profile(b"GRAY", {b"kTRC": SRGB_CURVE})
    for number, (name, (icc, channels)) in enumerate(profiles.items()):
        source = ["noise", 700 + number, 16, 12, channels]
        if "sRGB" in name:
            yield [name, text(icc), *source, None]
            continue
        target = SRGB if channels == 3 else grey
        pair = [ImageCms.ImageCmsProfile(io.BytesIO(data)) for data in (icc, target)]
        flags = ImageCms.Flags.NOOPTIMIZE
        converted = ImageCms.profileToProfile(image(*source), *pair, flags=flags)
        yield [name, text(icc), *source, text(converted.tobytes())]


def write(name, function):
    columns = " ".join(function.__doc__.split())
    versions = {"pillow": PIL.__version__, "libwebp": features.version("webp"), "columns": columns}
    lines = ",\n".join("    " + json.dumps(case) for case in function())
    content = "{" + json.dumps(versions)[1:-1] + ', "cases": [\n' + lines + "\n]}\n"
    json.loads(content)
    (OUT / f"{name}.json").write_text(content)
    print(f"{name}: {len(content)} bytes")


def main():
    write("decodeWebp", decode_webp)
    write("decodePng", decode_png)
    write("decodeScaled", decode_scaled)
    write("metadata", metadata)
    write("encodeJpeg", encode_jpeg)
    write("encodeWebp", encode_webp)
    write("toSrgb", to_srgb)


if __name__ == "__main__":
    main()
