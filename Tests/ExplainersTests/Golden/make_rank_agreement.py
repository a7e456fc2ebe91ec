"""Writes rank_agreement.json: SciPy's Spearman correlations and scikit-learn's Jaccard indices.

Run: python make_rank_agreement.py
"""

import json
import pathlib
import platform

import numpy as np
import scipy
import sklearn
from scipy.stats import spearmanr
from sklearn.metrics import jaccard_score


def top(weights, count):
    """A flag for each of the largest magnitudes, of equals the first."""
    flags = np.zeros(len(weights), dtype=bool)
    flags[np.argsort(-np.abs(weights), kind="stable")[:count]] = True
    return flags


def case(name, a, b):
    return {
        "name": name, "a": a.tolist(), "b": b.tolist(),
        "spearman": float(spearmanr(a, b).statistic),
        "jaccard": {str(k): float(jaccard_score(top(a, k), top(b, k))) for k in (1, 3, 5, 10)},
    }


def main():
    rng = np.random.default_rng(5)
    noise = lambda n: rng.normal(0, 1, n)
    base = noise(50)
    cases = [
        case("alike", base, base + 0.3 * noise(50)),
        case("unlike", noise(50), noise(50)),
        case("opposite", base, -base),
        case("with equals", np.round(noise(60)), np.round(noise(60))),
        case("with equals on one side", np.round(2 * base), base + noise(50)),
        case("of twelve", noise(12), noise(12)),
    ]
    versions = {
        "python": platform.python_version(), "numpy": np.__version__, "scipy": scipy.__version__,
        "scikit-learn": sklearn.__version__,
    }
    file = pathlib.Path(__file__).with_name("rank_agreement.json")
    file.write_text(json.dumps({"versions": versions, "cases": cases}))


if __name__ == "__main__":
    main()
