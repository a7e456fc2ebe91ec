"""Writes metrics.json: random predictions and what scikit-learn says of them.

Run: python make_metrics.py
"""

import json
import pathlib
import platform

import numpy as np
import sklearn
from sklearn import metrics

BINS = 15


def calibration_error(confidence, correct):
    """Guo et al. 2017: bins (b/15, (b+1)/15] of the top probability."""
    error, n = 0.0, len(confidence)
    for b in range(BINS):
        inside = (confidence > b / BINS) & (confidence <= (b + 1) / BINS)
        if inside.any():
            gap = abs(correct[inside].mean() - confidence[inside].mean())
            error += inside.sum() / n * gap
    return float(error)


def judge(name, probabilities, labels, has_ties=False):
    # As Python reads them from a file: Float32 values in double precision.
    p = probabilities.astype(np.float32).astype(np.float64)
    k = p.shape[1]
    everything = list(range(k))
    prediction = p.argmax(axis=1)
    top2 = np.argsort(-p, axis=1, kind="stable")[:, :2]  # of equals the lower index
    top2_accuracy = float((top2 == labels[:, None]).any(axis=1).mean())
    if not has_ties and k > 2:
        reference = metrics.top_k_accuracy_score(labels, p, k=2, labels=everything)
        assert abs(reference - top2_accuracy) < 1e-12
    precision, recall, f1, support = metrics.precision_recall_fscore_support(
        labels, prediction, labels=everything, zero_division=0)
    present = np.unique(labels)
    return {
        "name": name,
        "labels": labels.tolist(),
        "probabilities": [float(f"{x:.9g}") for x in p.ravel()],
        "class_count": k,
        "expected": {
            "accuracy": float(metrics.accuracy_score(labels, prediction)),
            "macro_f1": float(metrics.f1_score(
                labels, prediction, average="macro", zero_division=0)),
            "weighted_f1": float(metrics.f1_score(
                labels, prediction, average="weighted", zero_division=0)),
            "balanced_accuracy": float(metrics.recall_score(
                labels, prediction, average="macro", labels=present, zero_division=0)),
            "top2_accuracy": top2_accuracy,
            "ece": calibration_error(p.max(axis=1), (prediction == labels).astype(float)),
            "log_loss": float(metrics.log_loss(labels, p, labels=everything)),
        },
        "precision": precision.tolist(),
        "recall": recall.tolist(),
        "f1": f1.tolist(),
        "support": support.tolist(),
        "confusion": metrics.confusion_matrix(
            labels, prediction, labels=everything).tolist(),
    }


def softmax(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def random_case(name, n, k, seed, sharpness, classes_in_truth=None):
    random = np.random.default_rng(seed)
    labels = random.choice(classes_in_truth or k, size=n)
    logits = random.normal(size=(n, k)) * sharpness
    logits[np.arange(n), labels] += sharpness * random.random(n) * 2
    return judge(name, softmax(logits), labels)


def tied_case():
    # Many equal probabilities, also at the top.
    random = np.random.default_rng(5)
    p = random.integers(0, 3, size=(60, 7)).astype(float) + 1e-3
    return judge("ties", p / p.sum(axis=1, keepdims=True), random.integers(0, 7, 60), True)


cases = [
    random_case("two classes", 50, 2, 1, 1.0),
    random_case("seven classes", 300, 7, 2, 1.0),
    random_case("a hundred classes", 60, 100, 3, 2.0),
    random_case("two classes missing from the truth", 80, 7, 4, 1.5, [0, 1, 3, 4, 6]),
    tied_case(),
    random_case("one example", 1, 7, 6, 1.0),
    random_case("certain and wrong", 40, 7, 7, 60.0),
]
one_hot = np.eye(7)[[0, 1, 2, 3, 3]]
cases.append(judge("exact zeros and ones", one_hot, np.array([0, 1, 2, 3, 4]), True))

golden = {
    "made_with": {
        "script": "make_metrics.py", "python": platform.python_version(),
        "numpy": np.__version__, "scikit-learn": sklearn.__version__},
    "cases": cases,
}
target = pathlib.Path(__file__).with_name("metrics.json")
target.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
