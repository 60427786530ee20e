"""A peer of the benchmarks: reads requests as lines of JSON, works, times itself, replies.

    python server.py MODULE

MODULE names a file beside this one with a dictionary TASKS: a task's name to a function that takes
the store of loaded arrays and the request's arguments and gives a callable that does the work,
or a pair: that callable, and a function that turns what it gave into the answer (not timed).

    {"op": "load", "name", "path", "dtype", "shape"}     the bytes that our side works on
    {"op": "answer", "task", ..., "folder"}              {"bits"} | {"text"} | {"path", "dtype"?}
    {"op": "time", "task", ..., "budget": {"seconds", "samples"}}   {"seconds": [...]}
"""

import array
import gc
import importlib
import json
import os
import signal
import sys
import tempfile
from time import perf_counter

# Long enough for the clock; shorter work is repeated inside one sample, as timeit does.
MIN_SECONDS_PER_SAMPLE = 0.02


def main(module_name):
    # The parent decides when to stop: the end of the input is the sign.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints must not stand between the replies
    module = importlib.import_module(module_name)
    server = Server(module.TASKS)
    try:
        for line in sys.stdin:
            request = json.loads(line)
            try:
                reply = getattr(server, request.pop("op"))(**request)
            except Exception as error:
                reply = {"error": f"{type(error).__name__}: {error}"}
            replies.write(json.dumps(reply) + "\n")
            replies.flush()
    finally:
        getattr(module, "close", lambda: None)()


class Server:
    def __init__(self, tasks):
        self.tasks = tasks
        self.store = {}
        self.prepared = {}

    def load(self, name, path, dtype, shape, folder):
        import numpy

        # Ordinary memory of numpy's own, with the huge pages it asks for: its best case.
        self.store[name] = numpy.fromfile(path, dtype=dtype).reshape(shape)
        self.prepared.clear()
        return {}

    def drop(self, name, folder):
        self.store.pop(name, None)
        self.prepared.clear()
        return {}

    def answer(self, task, folder, **arguments):
        work, answer = self.work(task, arguments)
        return encoded(answer(work()), folder)

    def time(self, task, folder, budget, **arguments):
        work, _ = self.work(task, arguments)
        gc.collect()
        gc.disable()
        try:
            return {"seconds": samples(work, budget["seconds"], budget["samples"])}
        finally:
            gc.enable()

    def work(self, task, arguments):
        key = json.dumps([task, arguments], sort_keys=True)
        if key not in self.prepared:
            prepared = self.tasks[task](self.store, **arguments)
            self.prepared[key] = prepared if isinstance(prepared, tuple) else (prepared, as_it_is)
        return self.prepared[key]


def as_it_is(answer):
    return answer


def samples(work, seconds, at_least):
    """Seconds of one run, again and again, after a warm-up that also finds how many runs make a sample."""
    runs = 1
    while True:
        spent = timed(work, runs)
        if spent >= MIN_SECONDS_PER_SAMPLE:
            break
        runs = max(runs * 2, int(runs * MIN_SECONDS_PER_SAMPLE / max(spent, 1e-7)))
    found = []
    end = perf_counter() + seconds
    while len(found) < at_least or perf_counter() < end:
        found.append(timed(work, runs) / runs)
    return found


def timed(work, runs):
    again = range(runs)
    start = perf_counter()
    for _ in again:
        work()
    return perf_counter() - start


def encoded(answer, folder):
    """An answer as JSON: floats by their bits, integers and texts as they are, the rest in a file.

    A list or tuple of numbers or an array of float64 is a file of doubles, other arrays and bytes
    are a file of their bytes.
    """
    if isinstance(answer, float):
        return {"bits": answer.hex()}
    if isinstance(answer, int):
        return {"text": str(int(answer))}  # True and False are 1 and 0
    dtype = {}
    if isinstance(answer, (list, tuple)):
        answer = array.array("d", answer)
    if isinstance(answer, array.array) or str(getattr(answer, "dtype", "")) == "float64":
        dtype = {"dtype": "f8"}
    data = answer.encode() if isinstance(answer, str) else bytes(answer)
    descriptor, path = tempfile.mkstemp(dir=folder)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
    return {"path": path, **dtype}


if __name__ == "__main__":
    main(sys.argv[1])
