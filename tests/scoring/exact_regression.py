"""Weighted regression in rational arithmetic: no rounding at all, as slow as it likes."""

from fractions import Fraction


def solved(matrix, right):
    """The solution of a square system, by Gauss and Jordan."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for i in range(len(rows)):
        pivot = next(r for r in range(i, len(rows)) if rows[r][i])
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [entry / rows[i][i] for entry in rows[i]]
        for r in range(len(rows)):
            if r != i:
                factor = rows[r][i]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[i], strict=True)]
    return [row[-1] for row in rows]


class Exact:
    """y on X at weights 1/(v + tau2): `b`, `vcov`, `q`, `trace` (tr P), `score` (of REML)."""

    def __init__(self, yi, vi, x, tau2=0.0):
        y, v = [Fraction(float(value)) for value in yi], [Fraction(float(value)) for value in vi]
        rows = [[Fraction(float(value)) for value in row] for row in x]
        w = [1 / (value + Fraction(float(tau2))) for value in v]
        columns = list(zip(*rows, strict=True))
        normal = [[_sum(w, a, b) for b in columns] for a in columns]
        self.b = solved(normal, [_sum(w, a, y) for a in columns])
        unit = [[Fraction(int(i == j)) for j in range(len(columns))] for i in range(len(columns))]
        self.vcov = [solved(normal, one) for one in unit]
        residuals = [
            value - sum(a * b for a, b in zip(row, self.b, strict=True))
            for value, row in zip(y, rows, strict=True)
        ]
        self.q = _sum(w, residuals, residuals)
        squared = [value * value for value in w]
        inner = [[_sum(squared, a, b) for b in columns] for a in columns]
        gone = sum(
            self.vcov[i][j] * inner[j][i] for i in range(len(columns)) for j in range(len(columns))
        )
        self.trace = sum(w) - gone
        self.score = _sum(squared, residuals, residuals) - self.trace


def _sum(w, a, b):
    return sum(p * q * r for p, q, r in zip(w, a, b, strict=True))
