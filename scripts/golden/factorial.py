"""Writes the golden files of the big integers, with GMP as the oracle.

Run it with the gmpy2 that bench/peers/requirements.txt pins:

    python scripts/golden/factorial.py

factorials.json has, for chosen n, the SHA-256 of n! as hexadecimal digits and as decimal digits
(lower case, no leading zeros). family.json has the SHA-256 of the hexadecimal digits of results of the
other kernels: [kernel, arguments, hash].
"""

import hashlib
import json
from pathlib import Path

import gmpy2
from gmpy2 import mpz

OUT = Path(__file__).resolve().parents[2] / "__test__" / "golden" / "factorial"

FACTORIALS = [
    0, 1, 2, 5, 20, 21, 34, 35, 350, 351, 599, 600, 601, 4999, 5000, 5999, 6000, 6001, 10_000, 16_383,
    16_384, 65_535, 65_536, 99_999, 100_000, 262_143, 262_144, 500_009, 999_983, 1_000_000, 1_048_576,
    2_000_003, 4_999_999, 10_000_000,
]  # fmt: skip

FAMILY = [
    *[("doubleFactorial", [n]) for n in (19_999, 20_000, 300_001, 1_000_000, 2_000_001)],
    *[("primorial", [n]) for n in (1_000, 99_991, 3_000_000, 20_000_000)],
    *[
        ("fallingFactorial", [n, k])
        for n, k in ((300_000, 300), (300_000, 20_000), (300_000, 299_999), (2**53 - 1, 30_000))
    ],
    *[("risingFactorial", [n, k]) for n, k in ((1, 250_000), (10**12, 40_000))],
    *[
        ("binomial", [n, k])
        for n, k in (
            (1_000_000, 500_000),
            (5_000_000, 1_200_000),
            (10**9, 60_000),
            (2**53 - 1, 50_000),
            (3_000_000, 2_999_900),
        )
    ],
    ("multinomial", [[100_000, 200_000, 300_000]]),
    ("multinomial", [[2_000] * 50]),
    ("multinomial", [[2**50, 3_000, 2_000, 1_000]]),
]  # fmt: skip


def product(low, high):
    """The product of the integers from low to high."""
    if high - low < 32:
        total = mpz(1)
        for factor in range(low, high + 1):
            total *= factor
        return total
    middle = (low + high) // 2
    return product(low, middle) * product(middle + 1, high)


def binomial(n, k):
    return product(n - k + 1, n) // gmpy2.fac(k)


def multinomial(ks):
    ks = sorted(ks)
    largest = ks.pop()
    below = mpz(1)
    for k in ks:
        below *= gmpy2.fac(k)
    return product(largest + 1, largest + sum(ks)) // below


KERNELS = {
    "doubleFactorial": gmpy2.double_fac,
    "primorial": gmpy2.primorial,
    "fallingFactorial": lambda n, k: product(n - k + 1, n),
    "risingFactorial": lambda n, k: product(n, n + k - 1),
    "binomial": binomial,
    "multinomial": multinomial,
}


def sha256(value, base):
    return hashlib.sha256(value.digits(base).encode()).hexdigest()


def write(name, rows):
    text = ",\n  ".join(json.dumps(row) for row in rows)
    versions = f"gmpy2 {gmpy2.version()}, {gmpy2.mp_version()}"
    head = f'{{\n"written by": "scripts/golden/factorial.py with {versions}",\n"rows": [\n  '
    (OUT / f"{name}.json").write_text(f"{head}{text}\n]\n}}\n")


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    rows = []
    for n in FACTORIALS:
        value = gmpy2.fac(n)
        rows.append([n, sha256(value, 16), sha256(value, 10)])
    write("factorials", rows)
    write("family", [[name, args, sha256(mpz(KERNELS[name](*args)), 16)] for name, args in FAMILY])


if __name__ == "__main__":
    main()
