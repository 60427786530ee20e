"""Writes the expected results of the numeric kernels to __test__/golden/numeric/.

    python scripts/golden/numeric.py        (numpy 2.4; takes about a minute)

Inputs are not stored. Every test makes them with the same generator, in integers:

    state = seed (not 0), 32 bits
    draw():  state ^= state << 13;  state ^= state >> 17;  state ^= state << 5   (modulo 2^32)
             return state

    double():  a, b, c = draw(), draw(), draw()
               mantissa = (a >> 6) * 2^27 + (b >> 5)          53 bits
               sign     = -1 when b is odd, else 1
               value    = sign * mantissa * 2^(c % 40 - 72)   exact; about 2^-72 .. 2^20
    near():    a = draw();  value = 100 + (a - 2^31) * 2^-31  exact; between 99 and 101
    single():  double() with mantissa = a >> 8 (24 bits) and exponent c % 40 - 44: an f32
    integer of 8, 16 or 32 bits: the low bits of draw(), as two's complement when signed
    integer of 64 bits: draw() * 2^32 + draw(), as two's complement when signed

Doubles are written as 16 hexadecimal digits of their bits, integers in decimal. `left` is made
with seed 1, `right` (the second array of dot) with seed 2; a case of length n takes the first n.

Oracles: numpy on flat arrays for the order of additions; Python's integers and fractions for
everything exact (`float` of a fraction is rounded once, ties to even).
"""

import json
import random
import struct
from fractions import Fraction
from pathlib import Path

import numpy as np

OUT = Path(__file__).resolve().parents[2] / "__test__" / "golden" / "numeric"
LONGEST = 1_000_000
MASK = 0xFFFF_FFFF


def draws(seed):
    state = seed
    while True:
        state ^= state << 13 & MASK
        state ^= state >> 17
        state ^= state << 5 & MASK
        yield state


def doubles(seed, count):
    draw = draws(seed).__next__
    values = np.empty(count)
    for i in range(count):
        a, b, c = draw(), draw(), draw()
        mantissa = (a >> 6 << 27) + (b >> 5)
        values[i] = (-mantissa if b & 1 else mantissa) * 2.0 ** (c % 40 - 72)
    return values


def near(seed, count):
    draw = draws(seed).__next__
    return np.array([100 + (draw() - 2**31) * 2.0**-31 for _ in range(count)])


def singles(seed, count):
    draw = draws(seed).__next__
    values = np.empty(count, np.float32)
    for i in range(count):
        a, b, c = draw(), draw(), draw()
        mantissa = a >> 8
        values[i] = (-mantissa if b & 1 else mantissa) * 2.0 ** (c % 40 - 44)
    return values


def integers(kind, seed, count):
    draw = draws(seed).__next__
    bits = int(kind[1:])
    result = []
    for _ in range(count):
        value = draw() << 32 | draw() if bits == 64 else draw() & ((1 << bits) - 1)
        if kind[0] == "i" and value >> (bits - 1):
            value -= 1 << bits
        result.append(value)
    return result


def bits(value):
    return struct.pack(">d", float(value)).hex()


def lengths():
    """0 to 300, then around every border of the tree, the blocks and the splitting."""
    result = set(range(301))
    for border in (512, 1024, 1088, 4096, 8192, 32768, 65536, 131072, 262144, 524288):
        result |= {border + d for d in (-9, -8, -1, 0, 1, 7, 8, 9)}
    result |= {16 * 64 + 8 * k for k in range(0, 12)}  # levels of unequal leaves
    pick = random.Random(1)
    result |= {int(2 ** pick.uniform(8, 19.93)) for _ in range(60)} | {LONGEST}
    return sorted(result)


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


def write(name, content):
    OUT.mkdir(parents=True, exist_ok=True)
    lines = []
    for key, cases in content.items():
        rows = ",\n    ".join(json.dumps(case) for case in cases)
        lines.append(f"  {json.dumps(key)}: [\n    {rows}\n  ]")
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    (OUT / f"{name}.json").write_text(text)


if __name__ == "__main__":
    assert np.__version__.startswith("2.4."), np.__version__
    write("f64", pairwise())
    write("f32", single_precision())
    write("variance", variances())
    write("integers", integer_cases())
