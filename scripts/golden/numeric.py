"""Writes the expected results of the reductions to __test__/golden/numeric/.

    python scripts/golden/numeric.py        (numpy 2.4; takes about a minute)

The inputs are those of numeric_inputs.py. `left` is made with seed 1, `right` (the second array of
dot) with seed 2; a case of length n takes the first n.

Oracles: numpy on flat arrays for the order of additions; Python's integers and fractions for
everything exact (`float` of a fraction is rounded once, ties to even).
"""

from fractions import Fraction

import numpy as np
from numeric_inputs import LONGEST, bits, doubles, integers, lengths, near, singles, write


def pairwise():
    a, b = doubles(1, LONGEST), doubles(2, LONGEST)
    cases = []
    for n in lengths():
        x = a[:n].copy()
        cases.append([n, bits(np.sum(x)), bits(np.mean(x)) if n else "nan"])
    products = [
        [n, bits(np.sum(a[:n] * b[:n])), bits(np.sum(a[:n] * a[:n]))]
        for n in lengths()
        if n % 7 == 1 or n > 300
    ]
    return {"sum, mean": cases, "dot, sumOfSquares": products}


def rounded(value):
    return bits(np.float32(value))


def single_precision():
    a, b = singles(1, LONGEST), singles(2, LONGEST)
    wide, other = a.astype(np.float64), b.astype(np.float64)
    cases = []
    for n in lengths():
        if n % 7 == 1 or n > 300:
            x, y = wide[:n].copy(), other[:n].copy()
            total = np.sum(x)
            row = [total, total / n, np.sum(x * y), np.sum(x * x)]
            cases.append([n, *map(rounded, row)])
    return {"sum, mean, dot, sumOfSquares": cases}


def exact_variance(values, ddof):
    n = len(values)
    values = [Fraction(v) for v in values]
    # Summing numerators over one denominator is much faster than summing fractions.
    scale = max((v.denominator for v in values), default=1)
    whole = [int(v * scale) for v in values]
    squares = n * sum(v * v for v in whole) - sum(whole) ** 2
    return Fraction(squares, n * (n - ddof) * scale * scale)


VARIANCE_LENGTHS = (1, 2, 3, 7, 8, 9, 17, 100, 1000, 4095, 4096, 4097, 4104, 8191, 8193, 20000, 140000)


def variances():
    result = {}
    for name, values in (("double", doubles(1, 140000)), ("near", near(1, 140000))):
        cases = []
        for n in VARIANCE_LENGTHS:
            for ddof in (0, 1):
                if ddof < n:
                    exact = exact_variance(values[:n].tolist(), ddof)
                    cases.append([n, ddof, bits(exact)])
        result[name] = cases
    return result


def integer_cases():
    result = {}
    for kind in ("i8", "u8", "i16", "u16", "i32", "u32", "i64", "u64"):
        a, b = integers(kind, 1, 200000), integers(kind, 2, 200000)
        cases = []
        for n in (1, 2, 7, 63, 64, 65, 1000, 16385, 33000, 200000):
            x, y = a[:n], b[:n]
            cases.append(
                {
                    "n": n,
                    "sum": str(sum(x)),
                    "mean": bits(Fraction(sum(x), n)),
                    "min": str(min(x)),
                    "max": str(max(x)),
                    "dot": str(sum(p * q for p, q in zip(x, y))),
                    "dotNumber": bits(sum(p * q for p, q in zip(x, y))),
                    "sumOfSquares": str(sum(p * p for p in x)),
                    "variance": bits(exact_variance(x, 0)),
                    "variance1": bits(exact_variance(x, 1)) if n > 1 else "nan",
                }
            )
        result[kind] = cases
    return result


if __name__ == "__main__":
    write("f64", pairwise())
    write("f32", single_precision())
    write("variance", variances())
    write("integers", integer_cases())
