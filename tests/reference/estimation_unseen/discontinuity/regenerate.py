"""Unseen cases for regression discontinuity, from the authors' own programs.

Python 3.11, rdrobust 2.1.1, rddensity 3.0, numpy 2.4, in an environment of their own (the project
does not need them). Run in this folder: python regenerate.py
"""

import contextlib
import io
import json
from pathlib import Path

import numpy as np
from rddensity import rddensity
from rdrobust import rdrobust


def made(rng, *, n, spread, centre, cutoff, scale, tie, uniform):
    """A score and an outcome that bends and jumps by 0.4 at the cut-off, in units of `scale`."""
    x = rng.uniform(-1, 1, n) if uniform else rng.normal(0, 0.6, n)
    if tie:
        x = np.round(x / tie) * tie
    u = x
    x = np.round(x * spread + centre, 6)
    jump = 0.4 * (x >= cutoff)
    y = np.round(scale * (0.8 * u + 1.5 * u**2 + jump + rng.normal(0, 0.3, n)), 6)
    return x, y


def models(x, y, cutoff, spread):
    """Every order, kernel and variance, at the bandwidths found and at given ones."""
    for p in (1, 2):
        for kernel in ("triangular", "uniform"):
            for vce in ("nn", "hc0", "hc1", "hc2", "hc3"):
                for given in (None, (0.5 * spread, 0.8 * spread)):
                    bands = {} if given is None else {"h": given[0], "b": given[1]}
                    with contextlib.redirect_stdout(io.StringIO()):
                        r = rdrobust(y, x, c=cutoff, p=p, kernel=kernel, vce=vce, **bands)
                    yield {
                        "order": p,
                        "kernel": kernel,
                        "covariance": vce.upper(),
                        "given": given is not None,
                        "h": float(r.bws.iloc[0, 0]),
                        "b": float(r.bws.iloc[1, 0]),
                        "coef": r.coef.to_numpy().ravel().tolist(),
                        "se": r.se.to_numpy().ravel().tolist(),
                        "z": r.z.to_numpy().ravel().tolist(),
                        "pv": r.pv.to_numpy().ravel().tolist(),
                        "ci": r.ci.to_numpy().tolist(),
                        "n_h": [int(v) for v in r.N_h],
                    }


def jumps():
    """Data with the jumps in them."""
    rng = np.random.default_rng(20261125)
    shapes = {
        "normal": {"n": 400, "spread": 1.0, "centre": 0.0, "cutoff": 0.0, "scale": 1.0},
        "uniform-points": {
            "n": 300,
            "spread": 10.0,
            "centre": 50.0,
            "cutoff": 50.0,
            "scale": 100.0,
        },
        "off-centre": {"n": 800, "spread": 1.0, "centre": 0.0, "cutoff": 0.2, "scale": 1.0},
        "mass-points": {"n": 500, "spread": 1.0, "centre": 0.0, "cutoff": 0.0, "scale": 1.0},
        "few-large-units": {"n": 120, "spread": 1e4, "centre": 0.0, "cutoff": 0.0, "scale": 1e-3},
    }
    for place, (name, shape) in enumerate(shapes.items()):
        tie = 0.05 if name == "mass-points" else None
        x, y = made(rng, **shape, tie=tie, uniform=place % 2 == 1)
        yield {
            "id": name,
            "cutoff": shape["cutoff"],
            "running": x.tolist(),
            "y": y.tolist(),
            "models": list(models(x, y, shape["cutoff"], shape["spread"])),
        }


def densities():
    """Scores with and without sorting, and what the test of their density says."""
    rng = np.random.default_rng(20261126)
    scores = {
        "normal": rng.normal(0, 1, 400),
        "uniform-off-centre": rng.uniform(-1, 2, 300),
        "mass-points": np.round(rng.normal(0.3, 1, 800), 1),
        "skewed": rng.exponential(1, 500) - 0.7,
        "sorted": np.concatenate([rng.normal(0, 1, 500), rng.uniform(0, 0.1, 40)]),
        "few": rng.normal(0, 30, 60),
    }
    for name, score in scores.items():
        x = np.round(score, 6)
        r = rddensity(x)
        yield {
            "id": name,
            "x": x.tolist(),
            "h": [float(r.h["left"]), float(r.h["right"])],
            "density": [float(r.hat["left"]), float(r.hat["right"])],
            "t": float(r.test["t_jk"]),
            "p": float(r.test["p_jk"]),
        }


Path("cases.json").write_text(json.dumps({"jumps": list(jumps()), "densities": list(densities())}))
