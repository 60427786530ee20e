"""numpy's reductions of a whole array, called as numpy's users call them."""

import numpy as np
from numpy_task import made, task


def variance_by_hand(x):
    distance = np.empty_like(x)

    def work():
        np.subtract(x, x.mean(), out=distance)
        return np.dot(distance, distance) / x.size

    return work


def describe(x):
    """numpy has no such call: five of its own."""
    return x.min(), x.max(), x.mean(), x.var(), x.sum()


def masked(fn):
    """A reduction with `where`: the mask is bool, as numpy wants it."""
    return made(lambda x, mask: lambda: fn(x, mask.view(np.bool_)))


TASKS = {
    "sum": task(lambda x: x.sum()),
    "add.reduce": task(np.add.reduce),
    "sum, float64": task(lambda x: x.sum(dtype=np.float64)),
    "mean": task(lambda x: x.mean()),
    "variance": task(lambda x: x.var()),
    "variance by hand": made(variance_by_hand),
    "std": task(lambda x: x.std()),
    "min": task(lambda x: x.min()),
    "max": task(lambda x: x.max()),
    "minmax": task(lambda x: (x.min(), x.max())),
    "ptp": task(np.ptp),
    "argmin": task(lambda x: x.argmin()),
    "argmax": task(lambda x: x.argmax()),
    "any": task(lambda x: x.any()),
    "all": task(lambda x: x.all()),
    "count_nonzero": task(np.count_nonzero),
    "describe": task(describe),
    "sum of squares, dot": task(lambda x: np.dot(x, x)),
    "sum of squares, einsum": task(lambda x: np.einsum("i,i->", x, x)),
    "dot": task(np.dot),
    "norm": task(np.linalg.norm),
    "norm 1": task(lambda x: np.linalg.norm(x, 1)),
    "norm inf": task(lambda x: np.linalg.norm(x, np.inf)),
    "nansum": task(np.nansum),
    "nanmean": task(np.nanmean),
    "nanvar": task(np.nanvar),
    "nanmin": task(np.nanmin),
    "nanmax": task(np.nanmax),
    "sum where": masked(lambda x, mask: x.sum(where=mask)),
    "sum of x[mask]": masked(lambda x, mask: x[mask].sum()),
    "mean where": masked(lambda x, mask: x.mean(where=mask)),
    "mean of x[mask]": masked(lambda x, mask: x[mask].mean()),
    "variance where": masked(lambda x, mask: x.var(where=mask)),
    "variance of x[mask]": masked(lambda x, mask: x[mask].var()),
    "min where": masked(lambda x, mask: x.min(where=mask, initial=np.inf)),
    "min of x[mask]": masked(lambda x, mask: x[mask].min()),
    "covariance": task(lambda x, y: np.cov(x, y, ddof=0)[0, 1]),
    "correlation": task(lambda x, y: np.corrcoef(x, y)[0, 1]),
}
