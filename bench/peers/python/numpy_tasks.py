"""numpy's reductions, called as numpy's users call them."""

import numpy as np


def reduction(fn):
    def prepare(store, x):
        array = store[x]
        return lambda: fn(array)

    return prepare


def variance_by_hand(store, x):
    array = store[x]
    distance = np.empty_like(array)

    def work():
        np.subtract(array, array.mean(), out=distance)
        return np.dot(distance, distance) / array.size

    return work


def dot(store, x, y):
    a, b = store[x], store[y]
    return lambda: np.dot(a, b)


def plain(prepare):
    """Integers and floats of numpy as Python's own, for the answer; the cost is below 100 ns."""

    def prepare_plain(store, **arguments):
        work = prepare(store, **arguments)
        return lambda: work().item()

    return prepare_plain


TASKS = {
    name: plain(prepare)
    for name, prepare in {
        "sum": reduction(lambda x: x.sum()),
        "add.reduce": reduction(np.add.reduce),
        "sum, float64": reduction(lambda x: x.sum(dtype=np.float64)),
        "mean": reduction(lambda x: x.mean()),
        "variance": reduction(lambda x: x.var()),
        "variance by hand": variance_by_hand,
        "min": reduction(lambda x: x.min()),
        "max": reduction(lambda x: x.max()),
        "sum of squares, dot": reduction(lambda x: np.dot(x, x)),
        "sum of squares, einsum": reduction(lambda x: np.einsum("i,i->", x, x)),
        "dot": dot,
    }.items()
}
