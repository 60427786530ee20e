"""GMP's factorial through gmpy2."""

from itertools import cycle

import gmpy2


def over(fn):
    """Each run takes the next of `ns`, so that nothing can be kept from one to the next."""

    def prepare(store, ns):
        following = cycle(ns)
        return lambda: fn(next(following))

    return prepare


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
    "factorialMod": remainder,
    "factorialMod, answer": remainder_answer,
    "factorialString, answer": answer(lambda n: gmpy2.fac(n).digits(10)),
}
