"""What the golden files of the numeric kernels are made of: seeded inputs, lengths, and how they are written.

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

Doubles are written as 16 hexadecimal digits of their bits, integers in decimal.
"""

import json
import random
import struct
from pathlib import Path

import numpy as np

assert np.__version__.startswith("2.4."), np.__version__

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


def write(name, content):
    OUT.mkdir(parents=True, exist_ok=True)
    lines = []
    for key, cases in content.items():
        rows = ",\n    ".join(json.dumps(case) for case in cases)
        lines.append(f"  {json.dumps(key)}: [\n    {rows}\n  ]")
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    (OUT / f"{name}.json").write_text(text)
