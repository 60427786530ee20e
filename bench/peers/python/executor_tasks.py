"""CPython's concurrent.futures.ProcessPoolExecutor."""

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor

from pool_tasks import increment, joined

executors = {}
meeting = None


def executor_of(workers):
    if workers not in executors:
        executors[workers] = ProcessPoolExecutor(workers, multiprocessing.get_context("fork"))
    return executors[workers]


def close():
    for executor in executors.values():
        executor.shutdown(cancel_futures=True)


def submit_at_once(store, items, workers):
    executor = executor_of(workers)
    return lambda: [future.result() for future in [executor.submit(increment, i) for i in range(items)]]


def submit_in_turn(store, items, workers):
    executor = executor_of(workers)
    return lambda: [executor.submit(increment, i).result() for i in range(items)]


def arrange(barrier):
    global meeting
    meeting = barrier


def meet():
    meeting.wait()
    return os.getpid()


def start(store, method, workers):
    """Starts an executor, hears from each of its processes, ends it; gives how many there were."""
    context = multiprocessing.get_context(method)

    def work():
        # Nobody answers before all are there, so that one process cannot answer for two.
        barrier = context.Barrier(workers)
        with ProcessPoolExecutor(workers, context, arrange, (barrier,)) as executor:
            return len({future.result() for future in [executor.submit(meet) for _ in range(workers)]})

    return work


TASKS = {
    "submit at once": submit_at_once,
    "submit at once, answer": joined(submit_at_once),
    "submit in turn": submit_in_turn,
    "submit in turn, answer": joined(submit_in_turn),
    "start": start,
}
