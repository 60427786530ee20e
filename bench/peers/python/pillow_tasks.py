"""Pillow on a raster and on encoded bytes."""

import io

import numpy as np
from PIL import Image, ImageFilter

RESAMPLING = {
    "box": Image.Resampling.BOX,
    "bilinear": Image.Resampling.BILINEAR,
    "lanczos3": Image.Resampling.LANCZOS,
}


def of(store, x):
    return Image.fromarray(store[x])


def pixels(image):
    return image.tobytes()


def gaussian_blur(store, x, radius):
    image = of(store, x)
    return lambda: image.filter(ImageFilter.GaussianBlur(radius))


def box_blur(store, x, radius):
    image = of(store, x)
    return lambda: image.filter(ImageFilter.BoxBlur(radius))


def unsharp_mask(store, x, radius, percent, threshold):
    image = of(store, x)
    return lambda: image.filter(ImageFilter.UnsharpMask(radius, percent, threshold))


def resize(store, x, width, height, filter):
    image = of(store, x)
    return lambda: image.resize((width, height), RESAMPLING[filter])


def grayscale(store, x):
    image = of(store, x)
    return lambda: image.convert("L")


def decode(store, x):
    data = store[x].tobytes()

    def work():
        image = Image.open(io.BytesIO(data))
        image.load()
        return image

    return work


def encode(store, x, quality):
    image = of(store, x)

    def work():
        file = io.BytesIO()
        image.save(file, "JPEG", quality=quality, subsampling="4:2:0")
        return file.getvalue()

    return work


def answer(prepare):
    def prepare_answer(store, **arguments):
        work = prepare(store, **arguments)
        return lambda: pixels(work())

    return prepare_answer


def encode_answer(store, x, quality):
    work = encode(store, x, quality)
    return lambda: np.asarray(Image.open(io.BytesIO(work())).convert("RGB")).tobytes()


TASKS = {
    "gaussianBlur": gaussian_blur,
    "gaussianBlur, answer": answer(gaussian_blur),
    "boxBlur": box_blur,
    "boxBlur, answer": answer(box_blur),
    "unsharpMask": unsharp_mask,
    "unsharpMask, answer": answer(unsharp_mask),
    "resize": resize,
    "resize, answer": answer(resize),
    "grayscale": grayscale,
    "grayscale, answer": answer(grayscale),
    "decode": decode,
    "decode, answer": answer(decode),
    "encode": encode,
    "encode, answer": encode_answer,
}
