"""Writes lime.json: masks, targets and what scikit-learn's weighted ridge makes of them.

Run: python make_lime.py
"""

import json
import pathlib
import platform

import numpy as np
import sklearn
from sklearn.linear_model import Ridge
from sklearn.metrics import pairwise_distances, r2_score


def case(name, samples, parts, penalty, width, seed):
    rng = np.random.default_rng(seed)
    masks = rng.integers(0, 2, (samples, parts))
    masks[0] = 1
    masks[1] = 0  # no part at all: the cosine is not defined, scikit-learn says distance 1
    distances = pairwise_distances(masks, masks[:1], metric="cosine").ravel()
    weights = np.exp(-(distances**2) / width**2)
    # Three classes: linear with noise, far from linear, constant.
    linear = 0.3 + masks @ rng.normal(0, 0.1, parts) + rng.normal(0, 0.02, samples)
    crooked = np.tanh(masks @ rng.normal(0, 1, parts)) * masks[:, 0]
    targets = np.stack([linear, crooked, np.full(samples, 0.25)])
    models = []
    for y in targets:
        model = Ridge(alpha=penalty, fit_intercept=True, solver="cholesky")
        model.fit(masks.astype(float), y, sample_weight=weights)
        models.append({
            "coefficients": model.coef_.tolist(),
            "intercept": float(model.intercept_),
            "r2": float(r2_score(y, model.predict(masks), sample_weight=weights)),
            "local_prediction": float(model.predict(masks[:1])[0]),
        })
    return {
        "name": name, "samples": samples, "parts": parts, "penalty": penalty, "width": width,
        "masks": ["".join(map(str, row)) for row in masks.tolist()],
        "weights": weights.tolist(), "targets": targets.tolist(), "models": models,
    }


def main():
    cases = [
        case("of the default settings", 200, 20, 1.0, 0.25, 1),
        case("with a wide kernel", 150, 30, 1.0, 1.0, 2),
        case("with a strong penalty", 100, 12, 50.0, 0.25, 3),
        case("with hardly a penalty", 120, 9, 1e-6, 0.25, 4),
        case("of two parts", 20, 2, 1.0, 0.4, 5),
    ]
    versions = {
        "python": platform.python_version(), "numpy": np.__version__,
        "scikit-learn": sklearn.__version__,
    }
    file = pathlib.Path(__file__).with_name("lime.json")
    file.write_text(json.dumps({"versions": versions, "cases": cases}))


if __name__ == "__main__":
    main()
