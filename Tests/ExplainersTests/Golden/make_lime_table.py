"""Writes lime_table.json: what the Python package lime makes of a row of a table and a network.

The training rows are drawn here, the network is a formula (see `network`), and the rows about which it is
asked are those that the package drew itself. Run as make_lime_package.py.
"""

import json
import pathlib
import platform
from importlib.metadata import version

import numpy as np
from lime.lime_tabular import LimeTabularExplainer

COLUMNS, CLASSES = 6, 3


def training():
    rng = np.random.default_rng(5)
    return rng.normal(size=(400, COLUMNS)) * [1, 20, 0.1, 3, 500, 1] + [0, 100, 0, -7, 2000, 3]


def network(rows, mean, deviation):
    """Softmax of three logits of standardised columns: linear, bent, and a product."""
    z = (np.asarray(rows, dtype=np.float64) - mean) / deviation
    logits = np.stack([z[:, 0] + 0.4 * z[:, 1], 2 * np.tanh(z[:, 2]), z[:, 3] * z[:, 4]], axis=1)
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def case(name, around_row, width, samples, seed):
    rows = training()
    explainer = LimeTabularExplainer(
        rows, discretize_continuous=False, sample_around_instance=around_row, kernel_width=width,
        feature_selection="none", random_state=seed)
    mean, deviation = explainer.scaler.mean_, explainer.scaler.scale_
    asked, answers = {}, {}
    explain = explainer.base.explain_instance_with_data

    def listen(data, labels, distances, label, *arguments, **words):
        asked.update(data=data, labels=labels, distances=distances)
        found = explain(data, labels, distances, label, *arguments, **words)
        answers[label] = found
        return found

    explainer.base.explain_instance_with_data = listen
    explainer.explain_instance(
        rows[17], lambda x: network(x, mean, deviation), labels=range(CLASSES),
        num_samples=samples)
    models = []
    for label in range(CLASSES):
        intercept, slopes, r2, local_prediction = answers[label]
        slopes = dict(slopes)
        models.append({
            "slopes": [float(slopes[column]) for column in range(COLUMNS)],
            "intercept": float(intercept), "r2": float(r2),
            "local_prediction": float(local_prediction[0]),
        })
    return {
        "name": name, "width": width, "z": asked["data"].tolist(),
        "distances": asked["distances"].tolist(),
        "predictions": np.asarray(asked["labels"]).tolist(), "models": models,
    }


def main():
    cases = [
        case("as the package is", False, None, 120, 1),
        case("about the row", True, None, 120, 2),
        case("with a narrow kernel", True, 1.0, 150, 3),
    ]
    versions = {"python": platform.python_version()} | {
        name: version(name) for name in ("lime", "numpy", "scikit-learn")
    }
    file = pathlib.Path(__file__).with_name("lime_table.json")
    file.write_text(json.dumps({"versions": versions, "columns": COLUMNS, "cases": cases}))


if __name__ == "__main__":
    main()
