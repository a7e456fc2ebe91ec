"""Writes intervals.json: Wilson's score intervals of 95 % as SciPy gives them.

Run: python make_intervals.py
"""

import json
import pathlib
import platform

import scipy
from scipy.stats import binomtest

CASES = [(0, 1), (1, 1), (0, 10), (10, 10), (5, 20), (31, 56), (495, 496), (2440, 3589)]

cases = []
for successes, n in CASES:
    interval = binomtest(successes, n).proportion_ci(0.95, "wilson")
    cases.append(
        {"successes": successes, "n": n, "low": float(interval.low), "high": float(interval.high)})
out = {"made_by": f"scipy {scipy.__version__}, Python {platform.python_version()}", "cases": cases}
(pathlib.Path(__file__).parent / "intervals.json").write_text(json.dumps(out, indent=1) + "\n")
