"""The photograph job with Pillow, in as many processes as cores, as the tutorials do it."""

import multiprocessing
import os

from PIL import Image, ImageFilter

pools = {}


def pool_of(workers):
    if workers not in pools:
        pools[workers] = multiprocessing.get_context("fork").Pool(workers)
    return pools[workers]


def close():
    for pool in pools.values():
        pool.terminate()
        pool.join()


def develop(arguments):
    source, target, size, radius, quality, draft = arguments
    image = Image.open(source)
    if size is not None:
        if draft:
            image.draft("RGB", size)
        image = image.resize(size, Image.Resampling.LANCZOS)
    image.filter(ImageFilter.GaussianBlur(radius)).save(target, "JPEG", quality=quality, subsampling="4:2:0")
    return target


def job(store, inputs, out, size, radius, quality, draft, workers):
    items = [
        (path, os.path.join(out, os.path.basename(path)), size and tuple(size), radius, quality, draft)
        for path in inputs
    ]
    pool = pool_of(workers)
    return lambda: pool.map(develop, items, chunksize=1)


def job_answer(store, **arguments):
    work = job(store, **arguments)
    return lambda: Image.open(sorted(work())[0]).convert("RGB").tobytes()


TASKS = {"job": job, "job, answer": job_answer}
