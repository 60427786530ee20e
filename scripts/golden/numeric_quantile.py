"""Writes what numpy gives for median, quantile, histogram and bincount to __test__/golden/numeric/.

    python scripts/golden/numeric_quantile.py        (numpy 2.4)

The inputs are those of numeric.py, all of seed 1 and weights of seed 2, and one more kind:

    half(): the f16 whose bits are (draw() >> 16) % 0x7c00, and the sign bit when draw() is odd

Doubles are written as 16 hexadecimal digits of their bits. Integers go to numpy as doubles for
quantiles where a difference of two would wrap in the array's type (numpy's own answer is then
wrong); those of 64 bits go as they are, with lengths whose neighbours are close enough.
"""

import json
import warnings

import numpy as np
from numeric import OUT, bits, doubles, draws, integers, near, singles

METHODS = (
    "inverted_cdf averaged_inverted_cdf closest_observation interpolated_inverted_cdf hazen weibull linear "
    "median_unbiased normal_unbiased lower higher midpoint nearest"
).split()
QUANTILES = [0.0, 0.001, 0.01, 0.1, 0.25, 1 / 3, 0.5, 0.625, 0.75, 0.9, 0.99, 1.0]
LONGEST = 200_000


def halves(seed, count):
    draw = draws(seed).__next__
    words = [(draw() >> 16) % 0x7C00 | (draw() & 1) << 15 for _ in range(count)]
    return np.array(words, np.uint16).view(np.float16)


def arrays():
    kinds = {"f64": doubles(1, LONGEST), "f32": singles(1, LONGEST), "f16": halves(1, LONGEST)}
    for kind in ("i8", "u8", "i16", "u16", "i32", "u32", "i64", "u64"):
        dtype = np.dtype(kind[0] + str(int(kind[1:]) // 8))
        kinds[kind] = np.array(integers(kind, 1, LONGEST), dtype)
    return kinds


def texts(values):
    return [bits(value) if value == value else "nan" for value in np.asarray(values, float).tolist()]


def medians(kinds):
    lengths = [*range(301), 1023, 1024, 1025, 4096, 8191, 8192, 8193, 8200, 32767, 32768, 32769, 33000]
    lengths += [65535, 65536, 65537, 100_003, 131_072, 131_073, 199_999, 200_000]
    for kind, x in kinds.items():
        chosen = lengths if kind == "f64" else [n for n in lengths if n % 7 == 1 or n > 300]
        yield f"median {kind}", [[n, *texts([np.median(x[:n])])] for n in chosen]


def quantiles(kinds):
    """Rows of length, method, the quantiles one by one, and all at once."""
    for kind, x in kinds.items():
        wraps = kind[0] in "iu" and not kind.endswith("64")
        lengths = (64, 101, 8193, 70_001) if kind.endswith("64") else (1, 2, 3, 4, 10, 101, 8193, 70_001)
        rows = []
        for n in lengths:
            for method in METHODS:
                values = x[:n].astype(float) if wraps else x[:n]
                ones = [np.quantile(values, q, method=method) for q in QUANTILES]
                rows.append([n, method, texts(ones), texts(np.quantile(values, QUANTILES, method=method))])
        yield f"quantile {kind}", rows


def histograms(kinds):
    """Rows of length, bins (a number or edges), range, density, weights, counts, edges."""
    # numpy finds the bins of f16 in f16, which overflows and is bins off: no oracle.
    kinds = {kind: x for kind, x in kinds.items() if kind != "f16"} | {"near": near(1, LONGEST)}
    all_weights = doubles(2, LONGEST)
    for kind, x in kinds.items():
        numeric_range = {
            "near": (99.3, 100.9),
            "i8": (-100, 20.5),
            "u8": (3, 200),
        }.get(kind, (-1000.25, 30000.125))
        rows = []
        for n in (0, 1, 2, 7, 9, 1000, 1025, 70_001, LONGEST):
            for bins, span, density, weighted in (
                (10, None, False, False),
                (1, None, True, False),
                (64, None, True, True),
                (37, numeric_range, False, False),
                (37, numeric_range, True, True),
                ([-3.5, 0, 0, 1, 2, 99.25, 100, 100.5, 20000], None, False, False),
                ([-1e6, 99, 100, 1e6], None, True, False),
            ):
                weights = all_weights[:n] if weighted else None
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    try:
                        counts, edges = np.histogram(x[:n], bins, range=span, density=density, weights=weights)
                    except ValueError as error:
                        assert "Too many bins" in str(error) or "not finite" in str(error), error
                        continue
                given = bins if isinstance(bins, int) else texts(bins)
                limits = None if span is None else texts(span)
                rows.append([n, given, limits, density, weighted, texts(counts), texts(edges)])
        yield f"histogram {kind}", rows


def bincounts(kinds):
    """Rows of length, the least number of counts, and the counts."""
    for kind in ("u8", "u16"):
        x = kinds[kind]
        yield f"bincount {kind}", [
            [n, least, np.bincount(x[:n], minlength=least).tolist()]
            for n in (0, 1, 5, 100)
            for least in (0, 3)
        ]
    x, weights = kinds["u8"], doubles(2, 65_536)
    yield "bincount u8 weighted", [
        [n, texts(np.bincount(x[:n], weights[:n]))] for n in (1, 100, 8193, 65_536)
    ]


def write(name, groups):
    lines = []
    for key, rows in groups:
        text = ",\n    ".join(json.dumps(row, separators=(",", ":")) for row in rows)
        lines.append(f"  {json.dumps(key)}: [\n    {text}\n  ]")
    (OUT / f"{name}.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    assert np.__version__.startswith("2.4."), np.__version__
    made = arrays()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        write("quantile", [*medians(made), *quantiles(made)])
        write("histogram", [*histograms(made), *bincounts(made)])
