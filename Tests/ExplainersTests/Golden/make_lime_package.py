"""Writes lime_package.json: what the Python package lime makes of a picture and a network.

The superpixels are ours, the network is a formula (see `network`), and the masks and distances are
those that the package drew itself. Run with lime in the environment:

    python -m venv lime && lime/bin/pip install lime==0.2.0.1 numpy==2.2.6 scikit-learn==1.7.2
    lime/bin/python make_lime_package.py
"""

import json
import pathlib
import platform
from importlib.metadata import version

import numpy as np
from lime.lime_image import LimeImageExplainer

HEIGHT, WIDTH, CHANNELS = 20, 24, 3
CLASSES = 3


def picture():
    rng = np.random.default_rng(11)
    y, x, c = np.mgrid[:HEIGHT, :WIDTH, :CHANNELS]
    levels = 120 + 70 * np.sin(x / 3 + c) + 40 * np.cos(y / 4) + rng.normal(0, 12, y.shape)
    return np.clip(np.rint(levels), 0, 255)


def superpixels():
    """Crooked stripes by crooked stripes: parts of several sizes, numbered in reading order."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    rows = (y + 2 * np.sin(x / 4) + 2) // 5
    columns = (x + 2 * np.cos(y / 3) + 2) // 6
    _, labels = np.unique(rows * 100 + columns, return_inverse=True)
    return labels.reshape(HEIGHT, WIDTH)


def network(pictures):
    """Softmax of three logits: linear, bent, and a product of two linear ones."""
    flat = np.asarray(pictures, dtype=np.float64).reshape(len(pictures), -1) / 255
    i = np.arange(flat.shape[1])
    a, b, c = (flat @ np.sin(0.37 * i * k + 0.1) / 8 for k in (1, 2, 3))
    logits = np.stack([a, 2 * np.tanh(b), a * c / 4], axis=1)
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def case(name, metric, width, samples, seed, hide_color=None):
    explainer = LimeImageExplainer(kernel_width=width, random_state=seed)
    asked, answers = {}, {}
    explain = explainer.base.explain_instance_with_data

    def listen(data, labels, distances, label, *arguments, **words):
        asked.update(data=data, labels=labels, distances=distances)
        found = explain(data, labels, distances, label, *arguments, **words)
        # What explain_instance gives has R² and local prediction of its last label alone.
        answers[label] = found
        return found

    explainer.base.explain_instance_with_data = listen
    explainer.explain_instance(
        picture().astype(np.float32), network, labels=range(CLASSES), top_labels=None,
        hide_color=hide_color, num_samples=samples, distance_metric=metric,
        segmentation_fn=lambda _: superpixels(),
    )
    models = []
    for label in range(CLASSES):
        intercept, weights, r2, local_prediction = answers[label]
        weights = dict(weights)
        models.append({
            "weights": [float(weights[part]) for part in range(len(weights))],
            "intercept": float(intercept), "r2": float(r2),
            "local_prediction": float(local_prediction[0]),
        })
    return {
        "name": name, "metric": metric, "width": width, "hide_color": hide_color,
        "masks": ["".join(map(str, row)) for row in asked["data"].tolist()],
        "distances": asked["distances"].tolist(),
        "predictions": np.asarray(asked["labels"]).tolist(), "models": models,
    }


def main():
    cases = [
        case("as the package is", "cosine", 0.25, 300, 1),
        case("with a wide kernel", "cosine", 0.8, 200, 2),
        case("with the Euclidean distance", "euclidean", 3.0, 250, 3),
        case("with black in the place of what is hidden", "cosine", 0.25, 200, 4, hide_color=0),
    ]
    versions = {"python": platform.python_version()} | {
        name: version(name) for name in ("lime", "numpy", "scikit-learn", "scikit-image")
    }
    file = pathlib.Path(__file__).with_name("lime_package.json")
    file.write_text(json.dumps({
        "versions": versions, "height": HEIGHT, "width": WIDTH, "channels": CHANNELS,
        "levels": picture().astype(int).ravel().tolist(), "labels": superpixels().ravel().tolist(),
        "cases": cases,
    }))


if __name__ == "__main__":
    main()
