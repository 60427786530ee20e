"""numpy's side of the cases in bench/suites/numeric-order.ts."""

import numpy as np
from numpy_task import bytes_as, task


def copy_and_sort(x):
    copy = x.copy()
    copy.sort()
    return copy


def as_they_are(value):
    return np.ascontiguousarray(value).tobytes()


def ordered(pair):
    """The elements in the order that was found: equal ones may stand in any order."""
    x, order = pair
    return x[order].tobytes()


def everything(found):
    """Indices, counts and a part of the inverse, as the case compares them."""
    _, index, inverse, counts = found
    return np.concatenate([index, counts, inverse[:1000]]).astype(np.float64)


TASKS = {
    "sort": task(np.sort, as_they_are),
    "copy, then sort": task(copy_and_sort, as_they_are),
    "argsort": task(lambda x: (x, np.argsort(x)), ordered),
    "argsort, stable": task(lambda x: (x, np.argsort(x, kind="stable")), ordered),
    "unique": task(np.unique, as_they_are),
    "unique, all options": task(
        lambda x: np.unique(x, return_index=True, return_inverse=True, return_counts=True), everything
    ),
    "searchsorted": task(np.searchsorted, bytes_as(np.uint32)),
}
