/// The Python of a run's notebook, a cell a constant, in the order in which they run.
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
    chosen = results[f"select_{select_by}"] * (-1 if select_by == "loss" else 1)
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

  static let ranking = #"""
    def against_the_rest(score, positive):
        """Rows of the class and others at least as probable as each threshold, thresholds falling."""
        order = np.argsort(-score, kind="stable")
        last = np.r_[np.flatnonzero(np.diff(score[order])), len(score) - 1]  # equals go together
        hits = np.cumsum(positive[order])[last]
        return hits, last + 1 - hits

    ranked = [k for k in np.argsort(-support, kind="stable") if 0 < support[k] < len(truth)]
    shown = ranked if len(ranked) <= 8 else ranked[:6]
    figure, (left, right_hand) = plt.subplots(1, 2, figsize=(11, 5), layout="constrained")
    rows = {}
    for k in sorted(ranked):
        hits, misses = against_the_rest(p[:, k], truth == k)
        found, taken = np.r_[0, hits / hits[-1]], np.r_[0, misses / misses[-1]]
        area = (np.diff(taken) * (found[1:] + found[:-1]) / 2).sum()
        of_the_class = hits / (hits + misses)
        average = (np.diff(found) * of_the_class).sum()
        told = reported["per_class"][classes[k]]
        assert abs(area - told["roc_auc"]) <= 1e-9, classes[k]
        assert abs(average - told["average_precision"]) <= 1e-9, classes[k]
        rows[classes[k]] = {"ROC area": area, "average precision": average}
        if k in shown:
            left.plot(taken, found, label=f"{area:.3f}  {classes[k]}, {support[k]} rows")
            line, = right_hand.step(found[1:], of_the_class, where="pre",
                                    label=f"{average:.3f}  {classes[k]}, {support[k]} rows")
            right_hand.axhline(support[k] / len(truth), color=line.get_color(), linestyle=":",
                               linewidth=1, alpha=0.7)
    left.plot([0, 1], [0, 1], color=GREY, linestyle="--", linewidth=1, label="0.500  chance")
    right_hand.plot([], [], color=GREY, linestyle=":", label="chance: the class's share of all rows")
    for axes, measure in [(left, "ROC area"), (right_hand, "average precision")]:
        mean = np.mean([row[measure] for row in rows.values()]) if rows else np.nan
        axes.plot([], [], " ", label=f"{mean:.3f}  mean of {len(rows)} classes")
    left.set(title="ROC curves", xlabel="share of other rows taken for the class",
             ylabel="share of the class found")
    right_hand.set(title="Precision and recall", xlabel="recall", ylabel="precision")
    for axes in [left, right_hand]:
        if shown:
            axes.legend(frameon=False, fontsize=8)
    plt.show()
    pd.DataFrame(rows).T.round(4)
    """#

  static let classes = #"""
    # Without an answer there is no precision, without a row no recall: a dash, not 0.
    per_class = [reported["per_class"][name] for name in classes]
    table = pd.DataFrame(
        {"precision": np.where(answered > 0, precision, np.nan),
         "recall": np.where(support > 0, recall, np.nan),
         "F1": np.where(support + answered > 0, f1, np.nan),
         "ROC area": [one.get("roc_auc") for one in per_class],
         "average precision": [one.get("average_precision") for one in per_class],
         "rows": support, "answered": answered},
        index=pd.Index(classes, name="class")
    ).astype({"ROC area": float, "average precision": float}).round(3)
    table.astype(object).where(table.notna(), "–")
    """#

  static let confusion = #"""
    shares = counts / np.maximum(support, 1)[:, None]
    side = min(14, 2 + 0.6 * len(classes))
    figure, axes = plt.subplots(figsize=(side + 1, side), layout="constrained")
    image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.grid(False)
    if len(classes) <= 20:
        for row, column in np.argwhere(counts > 0):
            share = shares[row, column]
            axes.text(column, row, f"{share:.0%}\n{counts[row, column]}", ha="center", va="center",
                      fontsize=8, color="white" if share > 0.65 else "black")
    axes.set_xticks(range(len(classes)), classes, rotation=45, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(classes)), classes)
    axes.set(xlabel="answered", ylabel="labelled", title=f"{right.mean():.1%} of {len(truth)} are right")
    figure.colorbar(image, label="share of the label's examples", shrink=0.8)
    plt.show()
    """#

  static let pairs = #"""
    wrong = counts.copy()
    np.fill_diagonal(wrong, 0)
    most = np.argsort(-wrong, axis=None, kind="stable")[:10]
    labels, answered_as = np.unravel_index(most[wrong.flat[most] > 0], wrong.shape)
    pd.DataFrame({
        "labelled": np.array(classes)[labels], "answered": np.array(classes)[answered_as],
        "rows": wrong[labels, answered_as],
        "of the label's rows": (wrong[labels, answered_as] / support[labels]).round(3),
        "the other way round": wrong[answered_as, labels],
    })
    """#

  static let calibration = #"""
    calibration = json.loads((REPORT / "calibration.json").read_text(encoding="utf-8"))

    def reliability(p, name):
        """Draws how often answers are right by their probability; gives the error and the loss."""
        top = p.max(axis=1)
        bins = np.clip(np.ceil(top * 15).astype(int) - 1, 0, 14)
        size = np.bincount(bins, minlength=15)
        filled = size > 0
        middle = (np.flatnonzero(filled) + 0.5) / 15
        accuracy = np.bincount(bins, right, minlength=15)[filled] / size[filled]
        confidence = np.bincount(bins, top, minlength=15)[filled] / size[filled]
        ece = (size[filled] * np.abs(accuracy - confidence)).sum() / len(top)
        figure, (upper, lower) = plt.subplots(
            2, 1, figsize=(6, 6), height_ratios=[4, 1], sharex=True, layout="constrained")
        width = 1 / 15 * 0.92
        upper.bar(middle, accuracy, width, color=BLUE, label="share that is right")
        upper.bar(middle, np.abs(accuracy - confidence), width,
                  bottom=np.minimum(accuracy, confidence), color="#f6cfb3",
                  label="distance from the mean probability")
        upper.hlines(accuracy, middle - width / 2, middle + width / 2, color=BLUE, linewidth=3)
        upper.plot([0, 1], [0, 1], color=GREY, linestyle="--", linewidth=1)
        upper.set(title=f"{name}: calibration error (ECE) {ece:.1%}", ylabel="right",
                  xlim=(0, 1), ylim=(0, 1))
        lower.bar(middle, size[filled], width, color=GREY)
        lower.set(xlabel="probability of the answer", ylabel="answers")
        figure.legend(frameon=False, loc="outside lower center", ncols=2)
        plt.show()
        p_truth = np.clip(p[np.arange(len(p)), truth], epsilon, 1 - epsilon)
        return {"ece": ece, "log_loss": -np.log(p_truth).mean()}

    rows = {}
    temperatures = calibration["temperatures"]
    if len(temperatures) == 1 and temperatures[0] is not None:
        # Logits were divided by the temperature; the power takes that back, but for rounding.
        plain = p ** temperatures[0]
        rows["temperature 1"] = reliability(
            plain / plain.sum(axis=1, keepdims=True), "Temperature 1")
        assert abs(rows["temperature 1"]["log_loss"] - calibration["before"]["log_loss"]) < 1e-3
        rows["as answered"] = reliability(p, f"Temperature {temperatures[0]:.4g}")
    else:
        rows["as answered"] = reliability(p, "As answered")
    for name, value in calibration["after"].items():
        assert abs(rows["as answered"][name] - value) <= 1e-9, (name, value)
    pd.DataFrame(rows).T
    """#

  static let robustness = #"""
    robustness = pd.read_csv(REPORT / "robustness.csv")
    assert np.allclose(robustness["accuracy"], robustness["correct"] / robustness["n"])
    kinds = list(robustness.groupby("kind", sort=False))
    figure, panels = plt.subplots(
        -(-len(kinds) // 3), 3, figsize=(11, 6), sharey=True, squeeze=False, layout="constrained")
    for axes in panels.flat[len(kinds):]:
        axes.axis("off")
    for axes, (kind, part) in zip(panels.flat, kinds):
        axes.fill_between(part["severity"], part["low"], part["high"], color=BLUE, alpha=0.18)
        axes.plot(part["severity"], part["accuracy"], color=BLUE, marker="o", markersize=4)
        plain = part[part["severity"] == 0]
        axes.plot(plain["severity"], plain["accuracy"], "o", markersize=8, markerfacecolor="white",
                  color=BLUE)
        axes.axhline(support.max() / len(truth), color=GREY, linestyle="--", linewidth=1)
        axes.set(title=kind.capitalize(), xlabel=part["unit"].iloc[0], ylim=(0, 1))
    for axes in panels[:, 0]:
        axes.set_ylabel("accuracy")
    plt.show()
    """#

  static let quality = #"""
    quality = pd.read_csv(REPORT / "quality.csv")
    assert (quality["row"] == predictions["row"]).all()

    def wilson(correct, n, z=1.959963984540054):
        """The 95 % interval of a share."""
        share = correct / n
        centre = (share + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
        return centre - half, centre + half

    figure, panels = plt.subplots(1, 3, figsize=(11, 3.6), sharey=True, layout="constrained")
    units = {"brightness": "mean grey level", "contrast": "deviation of the grey levels",
             "sharpness": "variance of the Laplacian"}
    for axes, (measure, unit) in zip(panels, units.items()):
        values = quality[measure].to_numpy()
        quarter = np.searchsorted(np.quantile(values, [0.25, 0.5, 0.75]), values)
        names = []
        for index in np.unique(quarter):
            inside = quarter == index
            low, high = wilson(right[inside].sum(), inside.sum())
            share = right[inside].mean()
            axes.errorbar(len(names), share, [[max(0, share - low)], [max(0, high - share)]],
                          color=BLUE, marker="o", capsize=4)
            most = values[inside].max()
            names.append(f"to {most:.0f}" if most >= 100 else f"to {most:.3g}")
        axes.axhline(right.mean(), color=GREY, linestyle="--", linewidth=1)
        axes.set_xticks(range(len(names)), names, fontsize=8)
        axes.set(title=measure.capitalize(), xlabel=f"quarters by the {unit}", ylim=(0, 1),
                 xlim=(-0.5, len(names) - 0.5))
    panels[0].set_ylabel("accuracy")
    plt.show()
    """#

  static let audit = #"""
    audit = json.loads((REPORT / "audit.json").read_text(encoding="utf-8"))
    copies = audit.get("copies_of_learnt_rows")
    if copies:
        print(f"{copies['copies']} of the reported rows look like one that was learnt from."
              + (f" Without them {copies['accuracy']:.1%} of {copies['n']} rows are right."
                 if "accuracy" in copies else ""))
    if "exact_duplicates" in audit:
        exact, near = audit["exact_duplicates"], audit["near_duplicates"]
        display(pd.DataFrame(
            [["groups of equal pictures", exact["groups"], exact["across_splits"],
              exact["labels_disagree"]],
             ["rows that repeat an earlier one", exact["surplus_rows"], "", ""],
             ["pairs of nearly equal pictures", near["pairs"], near["across_splits"],
              near["labels_disagree"]],
             ["pictures of one grey level", audit["constant"], "", ""],
             ["pictures of almost one grey level", audit["near_constant"], "", ""],
             ["rows left out as damaged", audit["rejected_rows"], "", ""]],
            columns=["in all data", "found", "across splits", "labels disagree"]
        ).set_index("in all data"))
    by_split = pd.DataFrame(audit["splits"]).reindex(audit["classes"]).fillna(0).astype(int)
    by_split.loc["all"] = by_split.sum()
    by_split
    """#

  static let samples = #"""
    def pick(part, count, middle=False):
        """Answers spread over the classes: the surest of each, or those in the middle."""
        part = part.sort_values("probability", ascending=False, kind="stable")
        rank = part.groupby("label").cumcount()
        if middle:
            distance = rank - part.groupby("label")["row"].transform("size") // 2
            rank = 2 * distance.abs() - (distance < 0)  # of equally near ones the surer first
        return part.iloc[np.lexsort((part["label"].map(number), rank))].head(count)

    def load_pictures(rows):
        """The pictures of these rows of the source, from the prepared data where they are."""
        manifest = DATA / "manifest.json"
        if not manifest.exists():
            return {}
        text = manifest.read_bytes()
        if hashlib.sha256(text).hexdigest() != DATA_SHA256:
            print(f"{DATA} holds other data than those that were judged")
            return {}
        pictures = {}
        for shard in json.loads(text)["shards"]:
            numbers = np.load(DATA / shard["rows"]["file"])
            places = np.flatnonzero(np.isin(numbers, rows))
            if len(places):
                inputs = np.load(DATA / shard["inputs"]["file"], mmap_mode="r")
                pictures.update((int(numbers[i]), inputs[i, :, :, 0]) for i in places)
        return pictures

    def show(part, title, pictures):
        """Faces side by side, each with its explanation below it where there is one."""
        explanations = {row: REPORT / "explanations" / f"row-{row}.png" for row in part["row"]}
        explanations = {row: plt.imread(f) for row, f in explanations.items() if f.exists()}
        told = REPORT / "explanations" / "explanations.csv"
        told = pd.read_csv(told, index_col="row", keep_default_na=False) if told.exists() else None
        columns = 6
        for start in range(0, len(part), columns):
            group = part.iloc[start:start + columns]
            lines = 2 if explanations else 1
            figure, grid = plt.subplots(
                lines, columns, squeeze=False, figsize=(11, 4.5 if explanations else 2.4),
                layout="constrained")
            for axes in grid.flat:
                axes.axis("off")
            for axes, line in zip(grid.T, group.itertuples()):
                axes[0].imshow(pictures[line.row], cmap="gray", vmin=0, vmax=255)
                is_right = line.label == line.prediction
                axes[0].set_title(
                    f"{line.prediction} {line.probability:.0%}\n"
                    + ("right" if is_right else f"labelled {line.label}"),
                    fontsize=8, color="black" if is_right else ORANGE)
                if line.row in explanations:
                    axes[1].imshow(explanations[line.row])
                    if told is not None and line.row in told.index:
                        is_doubtful = told.loc[line.row, "doubts"] != ""
                        axes[1].set_title(
                            told.loc[line.row, "caption"] + ("\ndoubtful" if is_doubtful else ""),
                            fontsize=7, color=ORANGE if is_doubtful else GREY)
            if start == 0:
                figure.suptitle(title)
            plt.show()
            for row in group["row"]:
                if row in explanations and told is not None and told["doubts"].get(row):
                    print(f"row {row}: {told.loc[row, 'doubts']}")

    hits = pick(predictions[right], HIT_COUNT, middle=True)
    errors = pick(predictions[~right], ERROR_COUNT)
    wanted = [*hits["row"], *errors["row"]]
    pictures = load_pictures(wanted)
    if all(row in pictures for row in wanted):
        show(hits, "Right answers", pictures)
        show(errors, "Wrong answers", pictures)
    elif (REPORT / "samples.png").exists():
        figure, axes = plt.subplots(figsize=(11, 6), layout="constrained")
        axes.imshow(plt.imread(REPORT / "samples.png"))
        axes.axis("off")
        plt.show()
    else:
        print("no pictures: neither the prepared data nor samples.png are there")
    """#
}
