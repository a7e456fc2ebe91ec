// How right and how sure it is, class by class and group by group.
extension NotebookCode {
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

  static let groups = #"""
    rows = pd.read_csv(REPORT / "rows.csv", dtype=str, keep_default_na=False)
    assert (rows["row"].astype(int) == predictions["row"]).all()
    told = pd.read_csv(REPORT / "groups.csv", dtype={"name": str}, keep_default_na=False)
    MOST = 15  # of more than twice as many groups the best and the worst are drawn

    def by_group(kind):
        """Measures the rows of each group alone, the best first, and draws them."""
        lines = {}
        for name in rows[kind].unique():
            inside = (rows[kind] == name).to_numpy()
            accuracy, macro_f1, balanced = measures(truth[inside], answer[inside])
            low, high = wilson(right[inside].sum(), inside.sum())
            lines[name] = {"n": inside.sum(), "accuracy": accuracy, "low": low, "high": high,
                           "balanced_accuracy": balanced, "macro_f1": macro_f1}
        table = pd.DataFrame(lines).T.loc[told["name"][told["kind"] == kind]]
        mien = told[told["kind"] == kind].set_index("name")[table.columns]
        assert np.allclose(table, mien, atol=1e-9), kind
        drawn = table if len(table) <= 2 * MOST else pd.concat([table[:MOST], table[-MOST:]])
        places = np.arange(len(drawn))[::-1]
        figure, axes = plt.subplots(figsize=(8, 1.3 + 0.24 * len(drawn)), layout="constrained")
        share = drawn["accuracy"]
        axes.errorbar(
            share, places, color=BLUE, fmt="o", capsize=3, markersize=5,
            xerr=[(share - drawn["low"]).clip(lower=0), (drawn["high"] - share).clip(lower=0)])
        axes.axvline(right.mean(), color=GREY, linestyle="--", linewidth=1)
        axes.set_yticks(places, drawn.index)
        hidden = len(table) - len(drawn)
        axes.set(xlim=(0, 1), xlabel="accuracy; dashed: all rows",
                 title=f"{len(table)} groups by {kind}"
                 + (f", {hidden} in the middle not drawn" if hidden else ""))
        plt.show()
        deviation = table["accuracy"].std(ddof=1)
        print(f"{kind}: from {share.min():.1%} to {share.max():.1%}, mean {table['accuracy'].mean():.1%}"
              + (f", standard deviation {deviation:.1%}" if len(table) > 1 else ""))
        return table.round(4)

    for kind in told["kind"].unique():
        display(by_group(kind))
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
}
