"""Writes bootstrap.json: draws of rows, and between what percentiles of them figures of two models lie,
as NumPy and scikit-learn have it.

Run: python make_bootstrap.py
"""

import json
import pathlib
import platform

import numpy as np
import sklearn
from sklearn import metrics

here = pathlib.Path(__file__).parent


def figures(labels, predictions, draw):
    truth = labels[draw]
    accuracy = [metrics.accuracy_score(truth, p[draw]) for p in predictions]
    macro = [metrics.f1_score(truth, p[draw], average="macro", zero_division=0) for p in predictions]
    # Over the classes that occur in the truth; balanced_accuracy_score warns of others.
    balanced = [
        metrics.recall_score(truth, p[draw], average="macro", labels=np.unique(truth), zero_division=0)
        for p in predictions]
    return {
        "accuracy": accuracy[0], "macro_f1": macro[0], "balanced_accuracy": balanced[0],
        "accuracy_difference": accuracy[1] - accuracy[0], "macro_f1_difference": macro[1] - macro[0],
    }


def case(name, n, k, count, seed, level):
    random = np.random.default_rng(seed)
    labels = random.integers(0, k, n)
    labels[labels == k - 1] = random.integers(0, k, (labels == k - 1).sum())  # a rare class
    predictions = [
        np.where(random.random(n) < share, labels, random.integers(0, k, n)) for share in (0.4, 0.6)]
    draws = random.integers(0, n, (count, n))
    drawn = [figures(labels, predictions, draw) for draw in draws]
    tails = [50 * (1 - level), 50 * (1 + level)]
    intervals = {}
    for key, estimate in figures(labels, predictions, np.arange(n)).items():
        low, high = np.percentile([d[key] for d in drawn], tails, method="linear")
        intervals[key] = {"estimate": float(estimate), "low": float(low), "high": float(high)}
    # Any figure of any numbers, too.
    values = random.normal(size=n).astype(np.float32).astype(float)
    low, high = np.percentile([np.median(values[draw]) for draw in draws], tails)
    intervals["median"] = {
        "estimate": float(np.median(values)), "low": float(low), "high": float(high)}
    return {
        "name": name, "class_count": k, "level": level, "labels": labels.tolist(),
        "predictions": [p.tolist() for p in predictions], "values": values.tolist(),
        "draws": draws.tolist(), "intervals": intervals,
    }


golden = {
    "made_with": {
        "script": "make_bootstrap.py", "python": platform.python_version(),
        "numpy": np.__version__, "scikit-learn": sklearn.__version__},
    "cases": [
        case("seven classes", 60, 7, 150, 1, 0.95),
        case("few rows, classes that no draw has", 9, 4, 200, 2, 0.95),
        case("two classes, 80 %", 35, 2, 101, 3, 0.8),
    ],
}
(here / "bootstrap.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
