"""numpy's side of the cases in bench/suites/numeric-quantile.ts."""

import numpy as np
from numpy_task import task

TASKS = {
    "median": task(np.median),
    "three quantiles": task(lambda x: np.quantile(x, [0.01, 0.5, 0.99])),
    "histogram": task(lambda x: np.histogram(x, 256)[0].astype(float)),
    "histogram, range given": task(lambda x: np.histogram(x, 256, range=(0, 1))[0].astype(float)),
    "bincount": task(lambda x: np.bincount(x).astype(float)),
}
