"""numpy's side of the cases in bench/suites/numeric-exact.ts."""

import math

import numpy as np
from numpy_task import made, task


def cumsum_into(x):
    out = np.empty_like(x)
    return lambda: np.cumsum(x, out=out)


TASKS = {
    "fsum": task(math.fsum),
    "prod": task(lambda x: x.prod()),
    "cumsum": task(np.cumsum),
    "cumsum, out": made(cumsum_into),
    "cumprod": task(np.cumprod),
}
