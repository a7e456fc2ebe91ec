"""Writes mcnemar.json: p-values of McNemar's test as SciPy gives them, and Holm's correction in NumPy.

Run: python make_mcnemar.py
"""

import json
import pathlib
import platform

import numpy as np
import scipy
from scipy.stats import binomtest, chi2

CASES = [
    (0, 0), (1, 0), (0, 5), (3, 3), (4, 9), (12, 13), (1, 24), (25, 0), (13, 13), (12, 14), (20, 6),
    (0, 26), (100, 100), (120, 151), (300, 210), (1000, 1001), (5, 900)]


def judge(b, c):
    if b + c <= 25:
        p, statistic = binomtest(b, b + c, 0.5).pvalue if b + c else 1.0, None
    else:
        statistic = max(0, abs(b - c) - 1) ** 2 / (b + c)
        p = chi2.sf(statistic, 1)
    return {"only_first": b, "only_second": c, "statistic": statistic, "p_value": float(p)}


def holm(p):
    """The i-th least of m: the greatest of (m - j + 1) p_j over j <= i, at most 1."""
    p = np.array(p)
    order = np.argsort(p, kind="stable")
    adjusted = np.empty(len(p))
    adjusted[order] = np.maximum.accumulate(
        np.minimum(1, (len(p) - np.arange(len(p))) * p[order]))
    return adjusted.tolist()


families = [[0.01, 0.04, 0.03, 0.005], [0.5], [0.2, 0.2, 0.9], [1e-9, 0.02, 0.02, 0.4, 0.011], []]
golden = {
    "made_with": {
        "script": "make_mcnemar.py", "python": platform.python_version(),
        "numpy": np.__version__, "scipy": scipy.__version__},
    "cases": [judge(b, c) for b, c in CASES],
    "holm": [{"p_values": p, "adjusted": holm(p)} for p in families],
}
pathlib.Path(__file__).with_name("mcnemar.json").write_text(json.dumps(golden, indent=1) + "\n")
