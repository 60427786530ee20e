"""GMP's factorial and product through gmpy2, and Python's own factorial."""

import math
import multiprocessing
from itertools import cycle

import gmpy2


def over(fn):
    """Each run takes the next of `ns`, so that nothing can be kept from one to the next."""

    def prepare(store, ns):
        following = cycle(ns)
        return lambda: fn(next(following))

    return prepare


pools = {}


def pool_of(workers):
    if workers not in pools:
        pools[workers] = multiprocessing.get_context("fork").Pool(workers)
    return pools[workers]


def close():
    for pool in pools.values():
        pool.terminate()
        pool.join()


def mapped(store, ns, workers, chunk):
    pool = pool_of(workers)
    return lambda: pool.map(gmpy2.fac, ns, chunksize=chunk)


def mapped_answer(store, ns, workers, chunk, m):
    work, modulus = mapped(store, ns, workers, chunk), gmpy2.mpz(m, 16)
    return lambda: ",".join(str(value % modulus) for value in work())


def number(store, name):
    return gmpy2.mpz.from_bytes(store[name].tobytes(), "little")


def product(store):
    a, b = number(store, "a"), number(store, "b")
    return lambda: a * b


def product_answer(store):
    return lambda: product(store)().digits(16)


def text_of_factorial(store, n):
    value = gmpy2.fac(n)
    return lambda: value.digits(10)


def answer(fn):
    def prepare(store, n):
        return lambda: fn(n)

    return prepare


def remainder(store, ns, m):
    following, m = cycle(ns), gmpy2.mpz(m, 16)
    return lambda: gmpy2.fac(next(following)) % m


def remainder_answer(store, n, m):
    return lambda: (gmpy2.fac(n) % gmpy2.mpz(m, 16)).digits(16)


TASKS = {
    "factorial": over(gmpy2.fac),
    "factorialString": over(lambda n: gmpy2.fac(n).digits(10)),
    "factorial, answer": answer(lambda n: gmpy2.fac(n).digits(16)),
    "map": mapped,
    "map, answer": mapped_answer,
    "math factorial": over(math.factorial),
    "math factorial, answer": answer(lambda n: f"{math.factorial(n):x}"),
    "multiply": product,
    "multiply, answer": product_answer,
    "text of factorial": text_of_factorial,
    "factorialMod": remainder,
    "factorialMod, answer": remainder_answer,
    "factorialString, answer": answer(lambda n: gmpy2.fac(n).digits(10)),
}
