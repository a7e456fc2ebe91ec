"""Writes rankings.json: what scikit-learn says of the predictions of metrics.json as rankings, a class
against the rest, and their Brier score.

Run: python make_rankings.py
"""

import json
import pathlib
import platform
import warnings

import numpy as np
import sklearn
from sklearn import metrics

# Float32 probabilities do not sum to one in double precision.
warnings.filterwarnings("ignore", category=UserWarning)
here = pathlib.Path(__file__).parent


def curves(truth, score):
    """Both curves; a class without rows, or with every row, has none."""
    if truth.all() or not truth.any():
        return None
    fpr, tpr, thresholds = metrics.roc_curve(truth, score)
    precision, recall, at = metrics.precision_recall_curve(truth, score)
    return {
        "false_positive_rates": fpr.tolist(), "true_positive_rates": tpr.tolist(),
        "roc_thresholds": thresholds[1:].tolist(),  # the first is infinity
        "precisions": precision.tolist(), "recalls": recall.tolist(), "thresholds": at.tolist(),
    }


def judge(case):
    labels, k = np.array(case["labels"]), case["class_count"]
    # As Python reads them from a file: Float32 values in double precision.
    p = np.array(case["probabilities"], np.float32).astype(np.float64).reshape(-1, k)
    areas, precisions = [], []
    for index in range(k):
        truth = labels == index
        both = truth.any() and not truth.all()
        areas.append(float(metrics.roc_auc_score(truth, p[:, index])) if both else None)
        precisions.append(
            float(metrics.average_precision_score(truth, p[:, index])) if both else None)

    def mean(values):
        known = [value for value in values if value is not None]
        return float(np.mean(known)) if known else None

    macro = mean(areas)
    if k > 2 and len(np.unique(labels)) == k:
        reference = metrics.roc_auc_score(labels, p, multi_class="ovr", average="macro")
        assert abs(reference - macro) < 1e-12, (reference, macro)
    return {
        "name": case["name"],
        "roc_auc": areas, "average_precision": precisions,
        "macro_roc_auc": macro, "macro_average_precision": mean(precisions),
        "brier_score": float(metrics.brier_score_loss(
            labels, p, labels=range(k), scale_by_half=False)),
        # Of small cases, so that the file stays small.
        "curves": [curves(labels == index, p[:, index]) for index in range(k)]
        if p.size <= 600 else None,
    }


cases = json.loads((here / "metrics.json").read_text())["cases"]
golden = {
    "made_with": {
        "script": "make_rankings.py", "python": platform.python_version(),
        "numpy": np.__version__, "scikit-learn": sklearn.__version__},
    "cases": [judge(case) for case in cases],
}
(here / "rankings.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
