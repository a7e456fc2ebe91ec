/// The Python of a run's notebook, a cell a constant. What every notebook begins with is here, figures by
/// class in `NotebookCode+Classes`, examples and their data in `NotebookCode+Examples`.
enum NotebookCode {
  static let libraries = #"""
    import hashlib
    import json

    import matplotlib.pyplot as plt
    import numpy as np
    import pandas as pd

    plt.rcParams.update({
        "figure.dpi": 110, "axes.spines.top": False, "axes.spines.right": False,
        "axes.grid": True, "grid.color": "#e3e3e3", "axes.axisbelow": True,
        "text.parse_math": False,  # a class may be named with a dollar sign
        # Told apart by the colour-blind, too (Okabe and Ito 2008).
        "axes.prop_cycle": plt.cycler(linestyle=["-", "--"]) * plt.cycler(color=[
            "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"]),
    })
    pd.set_option("display.max_colwidth", 90)
    BLUE, ORANGE, GREY = "#0072b2", "#d55e00", "#666666"  # told apart by the colour-blind too
    """#

  static let settings = #"""
    def flat(value, path=""):
        """Nested settings as pairs of a dotted name and a value."""
        if isinstance(value, dict):
            for key, part in value.items():
                yield from flat(part, f"{path}.{key}" if path else key)
        else:
            yield path, value

    config = json.loads((RUN / "config.json").read_text(encoding="utf-8"))
    pd.DataFrame(
        [(name, str(value)) for name, value in flat(config)], columns=["setting", "value"]
    ).set_index("setting")
    """#

  static let curves = #"""
    results = pd.read_csv(RUN / "results.csv")
    select_by = config.get("select_by", "accuracy")  # what makes an epoch the best
    measured = "epoch" if select_by == "epoch" else f"select_{select_by}"  # epoch: the last one
    chosen = results[measured] * (-1 if select_by == "loss" else 1)
    best = results.loc[chosen.idxmax()]  # of equals the first
    figure, panels = plt.subplots(1, 2, figsize=(11, 3.8), layout="constrained")
    for axes, measure in zip(panels, ["loss", "accuracy"]):
        for split, name, color in [("train", "training", BLUE), ("select", "choosing", ORANGE)]:
            values = results[f"{split}_{measure}"]
            marker = "o" if len(values) <= 30 else None
            axes.plot(results["epoch"], values, color=color, marker=marker, markersize=4, label=name)
        axes.axvline(best["epoch"], color=GREY, linestyle="--", linewidth=1,
                     label=f"best: epoch {best['epoch']:.0f}")
        axes.set(title=measure.capitalize(), xlabel="epoch")
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.legend(frameon=False)
    plt.show()
    """#

  static let predictions = #"""
    predictions = pd.read_csv(
        REPORT / "predictions.csv", dtype={"label": str, "prediction": str},
        keep_default_na=False)
    classes = [name.removeprefix("p_") for name in predictions.columns[4:]]
    # The file holds single-precision numbers; taken as such they are the ones that Mien judged.
    p = predictions.iloc[:, 4:].to_numpy(np.float32).astype(np.float64)  # [examples, classes]
    number = {name: index for index, name in enumerate(classes)}
    truth = predictions["label"].map(number).to_numpy()
    answer = p.argmax(axis=1)  # of equals the first
    right = answer == truth
    predictions.head()
    """#

  static let metrics = #"""
    counts = np.zeros((len(classes), len(classes)), int)  # rows: label, columns: answer
    np.add.at(counts, (truth, answer), 1)
    found, support, answered = counts.diagonal(), counts.sum(axis=1), counts.sum(axis=0)
    precision = found / np.maximum(answered, 1)
    recall = found / np.maximum(support, 1)
    f1 = 2 * found / np.maximum(support + answered, 1)

    # The calibration error: 15 bins of equal width, each with its upper edge.
    top = p.max(axis=1)
    bins = np.clip(np.ceil(top * 15).astype(int) - 1, 0, 14)
    ece = np.abs(np.bincount(bins, right - top, minlength=15)).sum() / len(top)

    # Classes that come before the label: the more probable, and equals that are listed earlier.
    p_truth = p[np.arange(len(p)), truth]
    before = (p > p_truth[:, None]) | (
        (p == p_truth[:, None]) & (np.arange(len(classes)) < truth[:, None]))
    epsilon = np.finfo(float).eps

    recomputed = {
        "accuracy": right.mean(),
        "macro_f1": f1[support + answered > 0].mean(),
        "balanced_accuracy": recall[support > 0].mean(),
        "top2_accuracy": (before.sum(axis=1) < 2).mean(),
        "ece": ece,
        "log_loss": -np.log(np.clip(p_truth, epsilon, 1 - epsilon)).mean(),
        "brier_score": ((p - np.eye(len(classes))[truth]) ** 2).sum(axis=1).mean(),
    }
    reported = json.loads((REPORT / "metrics.json").read_text(encoding="utf-8"))
    for name, value in recomputed.items():
        assert abs(value - reported[name]) <= 1e-9, (name, value, reported[name])
    assert len(truth) == reported["n"]
    assert counts.tolist() == reported["confusion"]

    def wilson(correct, n, z=1.959963984540054):
        """The 95 % interval of a share."""
        share = correct / n
        centre = (share + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
        return centre - half, centre + half

    pd.DataFrame({"recomputed": recomputed, "reported": {k: reported[k] for k in recomputed}})
    """#

  static let intervals = #"""
    intervals = json.loads((REPORT / "intervals.json").read_text(encoding="utf-8"))

    def measures(truth, answer):
        """Accuracy, macro F1 and balanced accuracy of some rows."""
        found = np.bincount(truth[truth == answer], minlength=len(classes))
        support = np.bincount(truth, minlength=len(classes))
        both = support + np.bincount(answer, minlength=len(classes))
        return [found.sum() / len(truth), (2 * found[both > 0] / both[both > 0]).mean(),
                (found[support > 0] / support[support > 0]).mean()]

    # Other random numbers than Mien's, so the ends agree as far as a thousand draws tell.
    random = np.random.default_rng(1)
    draws = [random.integers(len(truth), size=len(truth)) for _ in range(1000)]
    ends = np.quantile([measures(truth[i], answer[i]) for i in draws], [0.025, 0.975], axis=0)
    rows = {}
    for name, low, high in zip(["accuracy", "macro_f1", "balanced_accuracy"], *ends):
        mien = intervals[name]
        rows[name] = {"value": mien["estimate"], "low": low, "high": high,
                      "low of Mien": mien["low"], "high of Mien": mien["high"]}
        bound = 0.25 * (mien["high"] - mien["low"]) + 1 / len(truth)
        assert abs(low - mien["low"]) <= bound and abs(high - mien["high"]) <= bound, name
    pd.DataFrame(rows).T.round(4)
    """#
}
