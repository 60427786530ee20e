"""OpenCV on the raster's own bytes."""

import cv2
import numpy as np


def gaussian_blur(store, x, sigma, threads):
    image = store[x]

    def work():
        return cv2.GaussianBlur(image, (0, 0), sigma)

    return with_threads(threads, work)


def box_blur(store, x, radius, threads):
    image = store[x]
    size = 2 * radius + 1

    def work():
        return cv2.blur(image, (size, size), borderType=cv2.BORDER_REPLICATE)

    return with_threads(threads, work)


def resize(store, x, width, height, interpolation, threads):
    image = store[x]
    method = getattr(cv2, interpolation)
    return with_threads(threads, lambda: cv2.resize(image, (width, height), interpolation=method))


def grayscale(store, x, threads):
    image = store[x]
    return with_threads(threads, lambda: cv2.cvtColor(image, cv2.COLOR_RGB2GRAY))


# These write into an array that is there, as the calls that they are compared with.


def median(store, x, size, threads):
    image = store[x]
    out = np.empty_like(image)
    return with_threads(threads, lambda: cv2.medianBlur(image, size, out))


def erode(store, x, size, threads):
    image = store[x]
    out = np.empty_like(image)
    rectangle = cv2.getStructuringElement(cv2.MORPH_RECT, (size, size))
    return with_threads(threads, lambda: cv2.erode(image, rectangle, out))


def sobel(store, x, dx, dy, threads):
    image = store[x]
    out = np.empty_like(image)
    return with_threads(threads, lambda: cv2.Sobel(image, -1, dx, dy, out, 3))


def filter_2d(store, x, kernel, threads):
    image = store[x]
    out = np.empty_like(image)
    weights = np.array(kernel, np.float32).reshape(5, 5)
    return with_threads(threads, lambda: cv2.filter2D(image, -1, weights, out))


def decode(store, x, threads):
    data = store[x]
    return with_threads(threads, lambda: cv2.imdecode(data, cv2.IMREAD_COLOR))


def decode_answer(store, x, threads):
    work = decode(store, x, threads)
    return lambda: cv2.cvtColor(work(), cv2.COLOR_BGR2RGB).tobytes()


def encode(store, x, quality, threads):
    # OpenCV takes blue first; the swap is done before the clock starts.
    image = cv2.cvtColor(store[x], cv2.COLOR_RGB2BGR)
    settings = [
        cv2.IMWRITE_JPEG_QUALITY,
        quality,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420,
    ]
    return with_threads(threads, lambda: cv2.imencode(".jpg", image, settings)[1])


def encode_answer(store, x, quality, threads):
    work = encode(store, x, quality, threads)
    return lambda: cv2.cvtColor(cv2.imdecode(work(), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB).tobytes()


def with_threads(threads, work):
    def run():
        if cv2.getNumThreads() != threads:
            cv2.setNumThreads(threads)
        return work()

    return run


def answer(prepare):
    def prepare_answer(store, **arguments):
        work = prepare(store, **arguments)
        return lambda: work().tobytes()

    return prepare_answer


TASKS = {
    "gaussianBlur": gaussian_blur,
    "gaussianBlur, answer": answer(gaussian_blur),
    "boxBlur": box_blur,
    "boxBlur, answer": answer(box_blur),
    "resize": resize,
    "resize, answer": answer(resize),
    "grayscale": grayscale,
    "grayscale, answer": answer(grayscale),
    "median": median,
    "median, answer": answer(median),
    "erode": erode,
    "erode, answer": answer(erode),
    "sobel": sobel,
    "sobel, answer": answer(sobel),
    "filter": filter_2d,
    "filter, answer": answer(filter_2d),
    "decode": decode,
    "decode, answer": decode_answer,
    "encode": encode,
    "encode, answer": encode_answer,
}
