"""Writes __test__/golden/factorial/numbers.json: what is known of factorials without writing them.

    python scripts/golden/factorial_numbers.py        (gmpy2 2.3; takes about half a minute)

Oracles: GMP's factorial and its remainder; MPFR's log-gamma with 600 bits, rounded once. Integers are
texts, doubles are the 16 hexadecimal digits of their bits.
"""

import json
import struct
from pathlib import Path

import gmpy2
from gmpy2 import mpfr

OUT = Path(__file__).resolve().parents[2] / "__test__" / "golden" / "factorial" / "numbers.json"
gmpy2.get_context().precision = 600

MODULI = [
    2**31 - 1,
    2**31 + 11,
    2**32 + 15,
    2**61 - 1,
    2**63 - 25,
    2**63 - 1,
    3**2 * 1_000_003**2,
    2 * 3 * 1_500_007**2,
    1_000_000_007 * 1_000_000_009,
    10_000_019,
    2_000_003**2,
    1_600_033**3,
]


def remainders():
    rows = []
    for n in [1_000_000, 3_000_017, 20_000_000, 50_000_021]:
        factorial = gmpy2.fac(n)
        rows += [[str(n), str(m), str(factorial % m)] for m in MODULI]
    return rows


def bits(x):
    return struct.pack(">d", float(x)).hex()


def ln_factorial(n):
    return gmpy2.lngamma(mpfr(n) + 1)


def logarithms():
    spread = [10**k for k in range(3, 20)] + [2**k for k in range(8, 65)] + [3**k for k in range(6, 40)]
    numbers = sorted({*range(0, 1200), *range(1201, 60_000, 97), *spread})
    return [[str(n), bits(ln_factorial(n))] for n in numbers]


def near_powers_of_ten():
    """The n up to three million whose factorials are nearest to a power of ten, from either side."""
    step = gmpy2.log10
    gmpy2.get_context().precision = 120
    total, found = mpfr(0), []
    for n in range(2, 3_000_001):
        total += step(mpfr(n))
        fraction = float(total - gmpy2.floor(total))
        if min(fraction, 1 - fraction) < 3e-6:
            found.append(n)
    gmpy2.get_context().precision = 600
    return found


def lengths():
    limit = 627_109_151_413_468
    spread = [10**k for k in range(3, 15)] + [7**k for k in range(3, 17)] + [limit - 1, limit]
    ten = gmpy2.log(mpfr(10))
    return [
        [n, int(gmpy2.floor(ln_factorial(n) / ten)) + 1] for n in sorted({*spread, *near_powers_of_ten()})
    ]


if __name__ == "__main__":
    golden = {"factorialMod": remainders(), "logFactorial": logarithms(), "digitCount": lengths()}
    OUT.parent.mkdir(parents=True, exist_ok=True)
    body = ",\n".join(
        f'"{name}": [\n' + ",\n".join(json.dumps(row) for row in rows) + "\n]" for name, rows in golden.items()
    )
    OUT.write_text("{\n" + body + "\n}\n")
