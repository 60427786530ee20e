"""numpy's reductions of a whole array, called as numpy's users call them."""

import numpy as np
from numpy_task import made, task


def variance_by_hand(x):
    distance = np.empty_like(x)

    def work():
        np.subtract(x, x.mean(), out=distance)
        return np.dot(distance, distance) / x.size

    return work


TASKS = {
    "sum": task(lambda x: x.sum()),
    "add.reduce": task(np.add.reduce),
    "sum, float64": task(lambda x: x.sum(dtype=np.float64)),
    "mean": task(lambda x: x.mean()),
    "variance": task(lambda x: x.var()),
    "variance by hand": made(variance_by_hand),
    "min": task(lambda x: x.min()),
    "max": task(lambda x: x.max()),
    "sum of squares, dot": task(lambda x: np.dot(x, x)),
    "sum of squares, einsum": task(lambda x: np.einsum("i,i->", x, x)),
    "dot": task(np.dot),
}
