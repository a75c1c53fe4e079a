"""Wilson, binomial and Poisson tails and Benjamini-Hochberg against exact fractions."""

import json
import math
import os
import random
import subprocess
import unittest
from decimal import Decimal, getcontext
from fractions import Fraction

PROBE = os.path.join(os.environ.get("WINNOW_BUILD", "build/gcc"), "oracle", "probe_stats")
getcontext().prec = 60
getcontext().Emin = -999999999


def ask(lines):
    out = subprocess.run([PROBE], input="\n".join(lines) + "\n", text=True, check=True,
                         stdout=subprocess.PIPE).stdout
    return json.loads(out)


def exact_tail_log(k, n, share):
    """log P(X >= k); `share` is the very double that the probe got."""
    p = Fraction(share)
    a, b = p.numerator, p.denominator
    total = sum(math.comb(n, i) * a**i * (b - a) ** (n - i) for i in range(k, n + 1))
    if total == 0:
        return -math.inf
    return float(Decimal(total).ln() - n * Decimal(b).ln())


def decimal_tail_log(k, n, share):
    """The same by summed decimal terms, for n where whole fractions are too slow."""
    p = Decimal(share)
    odds = p / (1 - p)
    term = (Decimal(math.comb(n, k)).ln() + k * p.ln() + (n - k) * (1 - p).ln()).exp()
    total = Decimal(0)
    for i in range(k, n + 1):
        total += term
        if term < total * Decimal("1e-40"):
            break
        term *= Decimal(n - i) / (i + 1) * odds
    return float(total.ln())


def exact_poisson_tail_log(k, expected):
    """log P(X >= k), by whichever side of the sum does not cancel."""
    m = Decimal(expected)
    if k == 0:
        return 0.0
    upper = k > m
    total = term = Decimal(0)
    i = k if upper else 0
    term = (i * m.ln() - m).exp() / math.factorial(i)
    while term > total * Decimal("1e-40") if upper else i < k:
        total += term
        i += 1
        term *= m / i
    return float(total.ln() if upper else (1 - total).ln())


class Stats(unittest.TestCase):
    def close(self, got, want, context):
        # An error in a logarithm is the relative error of the probability.
        got = float(got)
        if math.isinf(want):
            self.assertEqual(got, want, context)
        else:
            self.assertLess(abs(got - want), 1e-9 * max(1.0, abs(want) * 1e-3), context)

    def test_tail_small(self):
        rng = random.Random(7)
        cases = [(k, n, p) for n in (1, 2, 3, 5, 17, 60) for k in range(n + 1)
                 for p in (1e-12, 0.001, 0.106, 0.5, 0.97)]
        cases += [(rng.randint(0, n), n, rng.random()) for n in rng.choices(range(1, 300), k=150)]
        got = ask(f"tail {k} {n} {p!r}" for k, n, p in cases)
        self.assertEqual(len(got), len(cases))
        for value, (k, n, p) in zip(got, cases):
            self.close(value, exact_tail_log(k, n, p), (k, n, p))

    def test_tail_edges(self):
        got = ask(["tail 0 10 0.1", "tail 0 0 0.1", "tail 3 10 0", "tail 3 10 1", "tail 10 10 0.5"])
        self.assertEqual([float(v) for v in got[:4]], [0, 0, -math.inf, 0])
        self.assertAlmostEqual(float(got[4]), 10 * math.log(0.5), 12)

    def test_tail_large(self):
        cases = [(3000, 20000, 0.106), (2200, 20000, 0.106), (2500, 20000, 0.106), (40, 50000, 1e-5),
                 (1525, 1525, 0.1), (110000, 1000000, 0.106), (106500, 1000000, 0.106),
                 (1000000, 1000000, 0.001)]
        got = ask(f"tail {k} {n} {p!r}" for k, n, p in cases)
        for value, (k, n, p) in zip(got, cases):
            self.close(value, decimal_tail_log(k, n, p), (k, n, p))

    def test_tail_falls(self):
        got = [float(v) for v in ask(f"tail {k} 1000000 0.106" for k in range(105000, 107000, 25))]
        self.assertEqual(got, sorted(got, reverse=True))
        self.assertTrue(all(v <= 0 for v in got))

    def test_poisson(self):
        rng = random.Random(17)
        cases = [(k, m) for m in (1e-9, 0.01, 0.5, 1.0, 3.7, 15.0, 120.5)
                 for k in (0, 1, 2, 3, 7, 14, 15, 16, 17, 119, 120, 121, 400)]
        cases += [(rng.randint(0, 900), 10 ** rng.uniform(-6, 3)) for _ in range(150)]
        cases += [(740, 12.25), (5000, 4800.0), (4600, 4800.0), (1525, 1e-3)]
        got = ask(f"poisson {k} {m!r}" for k, m in cases)
        self.assertEqual(len(got), len(cases))
        for value, (k, m) in zip(got, cases):
            self.close(value, exact_poisson_tail_log(k, m), (k, m))

    def test_poisson_falls(self):
        got = [float(v) for v in ask(f"poisson {k} 1000" for k in range(800, 1200))]
        self.assertEqual(got, sorted(got, reverse=True))
        self.assertTrue(all(v <= 0 for v in got))

    def test_wilson(self):
        rng = random.Random(11)
        cases = [(0, 0), (0, 5), (3, 3), (1, 1), (1525, 1525), (1, 1000000)]
        cases += [(rng.randint(0, n), n) for n in rng.choices(range(1, 10000), k=200)]
        z = Decimal("1.959963984540054235524594430521")
        for value, (k, n) in zip(ask(f"wilson {k} {n}" for k, n in cases), cases):
            if n == 0:
                self.assertEqual(float(value), 0)
                continue
            p = Decimal(k) / n
            low = (p + z * z / (2 * n) - z * (p * (1 - p) / n + z * z / (4 * n * n)).sqrt()) / (1 + z * z / n)
            self.assertAlmostEqual(float(value), float(max(low, Decimal(0))), 12, (k, n))

    def test_wilson_prefers_evidence(self):
        three, many = (float(v) for v in ask(["wilson 3 3", "wilson 120 130"]))
        self.assertLess(three, many)

    def test_false_discovery(self):
        rng = random.Random(13)
        for count in (1, 2, 3, 10, 500):
            logs = [rng.choice([0.0, -1.0, -700 * rng.random(), -5 * rng.random()]) for _ in range(count)]
            got = [float(v) for v in ask(["fdr " + " ".join(map(repr, logs))])[0]]
            order = sorted(range(count), key=lambda i: logs[i])
            want = [0.0] * count
            least = 0.0
            for rank in range(count, 0, -1):
                least = min(least, logs[order[rank - 1]] + math.log(count / rank))
                want[order[rank - 1]] = least
            for a, b in zip(got, want):
                self.assertAlmostEqual(a, b, 10)
        ties = [float(v) for v in ask(["fdr -3 -3 -3 0"])[0]]
        self.assertEqual(len(set(ties[:3])), 1)


if __name__ == "__main__":
    unittest.main()
