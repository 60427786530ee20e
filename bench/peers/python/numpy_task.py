"""The forms of a task, shared by the files of the families (numpy_reductions.py and its like).

A task is a function of the store of arrays and of the request's arguments that gives the work and
a function that makes the answer of what the work gave; only the work is timed. Every family's file
has a dictionary TASKS; numpy_tasks.py joins them.
"""

import numpy as np


def task(fn, answer=None):
    """`fn(x)` on one loaded array, or `fn(x, y)` on two; other arguments by their names.

    The answer, when no function for it is given: a number of numpy becomes Python's own, a tuple
    of numbers doubles, an array of floats or a tuple of arrays their bytes as doubles.
    """

    def prepare(store, x, y=None, **options):
        arrays = (store[x],) if y is None else (store[x], store[y])
        return (lambda: fn(*arrays, **options)), answer or plain

    return prepare


def made(make, answer=None):
    """Work that needs something prepared: `make` gets the loaded arrays and gives a callable.

    Arguments that are names of loaded arrays become these arrays; others stay as they are.
    """

    def prepare(store, **given):
        known = {name: found(store, value) for name, value in given.items()}
        return make(**known), answer or plain

    return prepare


def found(store, value):
    return store[value] if isinstance(value, str) and value in store else value


def plain(value):
    """A number, or several numbers, in a form that the server can send."""
    if isinstance(value, (tuple, list)):
        return [float(number) for part in value for number in np.ravel(part)]
    if isinstance(value, np.ndarray) and value.ndim > 0:
        return np.ascontiguousarray(value, np.float64)
    return value.item() if hasattr(value, "item") else value


def bytes_as(dtype):
    """The answer as the bytes of another type, for example the uint32 that we give as indices."""
    return lambda value: np.ascontiguousarray(value, dtype).tobytes()
