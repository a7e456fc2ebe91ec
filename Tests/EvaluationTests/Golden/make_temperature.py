"""Writes temperature.json: random logits with labels, and the temperature that SciPy finds for them.

Run: python make_temperature.py
"""

import json
import pathlib
import platform

import numpy as np
import scipy
from scipy import optimize, special


def log_loss(logits, labels, temperature):
    return float(-special.log_softmax(logits / temperature, axis=1)[
        np.arange(len(labels)), labels].mean())


def case(name, rng, n, k, scale, seen):
    """Logits whose right temperature is near `scale`: labels are drawn from softmax(logits / scale);
    `seen` of them are replaced by the most probable class, as rows that were learnt from would be."""
    logits = (scale * rng.normal(0, 2, (n, k))).astype(np.float32)
    p = special.softmax(logits.astype(np.float64) / scale, axis=1)
    labels = np.array([rng.choice(k, p=row) for row in p])
    labels[: int(seen * n)] = p[: int(seen * n)].argmax(axis=1)
    z = logits.astype(np.float64)
    # Over ln T, in which the loss has one minimum.
    found = optimize.minimize_scalar(
        lambda t: log_loss(z, labels, np.exp(t)), bounds=(np.log(0.05), np.log(20)),
        method="bounded", options={"xatol": 1e-12})
    assert found.success
    return {
        "name": name, "class_count": k, "labels": labels.tolist(),
        "logits": [float(f"{x:.9g}") for x in logits.ravel()],
        "temperature": float(np.exp(found.x)),
        "log_loss": log_loss(z, labels, np.exp(found.x)),
        "log_loss_before": log_loss(z, labels, 1),
    }


def main():
    rng = np.random.default_rng(11)
    cases = [
        case("too sure", rng, 300, 7, 2.5, 0),
        case("not sure enough", rng, 300, 7, 0.4, 0),
        case("about right", rng, 300, 7, 1, 0),
        case("two classes", rng, 200, 2, 3, 0),
        case("one row in ten learnt", rng, 200, 20, 1.5, 0.1),
        case("large logits", rng, 100, 7, 15, 0),
    ]
    out = pathlib.Path(__file__).with_name("temperature.json")
    out.write_text(json.dumps({
        "made_by": f"numpy {np.__version__}, scipy {scipy.__version__}, "
                   f"Python {platform.python_version()}",
        "cases": cases,
    }) + "\n")


main()
