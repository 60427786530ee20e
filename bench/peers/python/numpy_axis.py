"""numpy's side of the cases in bench/suites/numeric-axis.ts."""

import numpy as np
from numpy_task import made


def along(fn):
    """A reduction of an array that is seen in a shape, along one axis."""

    def make(x, shape, axis):
        array = x.reshape(shape)
        return lambda: fn(array, axis).reshape(-1)

    return made(make)


TASKS = {
    "sum along": along(lambda x, axis: x.sum(axis=axis, dtype=np.float64)),
    "mean along": along(lambda x, axis: x.mean(axis=axis)),
    "var along": along(lambda x, axis: x.var(axis=axis)),
    "max along": along(lambda x, axis: x.max(axis=axis)),
    "argmax along": along(lambda x, axis: x.argmax(axis=axis)),
}
