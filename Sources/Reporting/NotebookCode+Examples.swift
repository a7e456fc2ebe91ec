// Which examples it answers rightly, and what is doubtful about them.
extension NotebookCode {
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

    def load_examples(rows):
        """What is stored of these rows of the source, from the prepared data where they are."""
        manifest = DATA / "manifest.json"
        if not manifest.exists():
            return {}
        text = manifest.read_bytes()
        if hashlib.sha256(text).hexdigest() != DATA_SHA256:
            print(f"{DATA} holds other data than those that were judged")
            return {}
        examples = {}
        for shard in json.loads(text)["shards"]:
            numbers = np.load(DATA / shard["rows"]["file"])
            places = np.flatnonzero(np.isin(numbers, rows))
            if len(places):
                inputs = np.load(DATA / shard["inputs"]["file"], mmap_mode="r")
                for i in places:  # of a row and its changed copies the row
                    examples.setdefault(int(numbers[i]), inputs[i])
        return examples

    DRAW_EXAMPLE

    def show(part, title, examples):
        """Examples side by side, each with its explanation below it where there is one."""
        explanations = {row: REPORT / "explanations" / f"row-{row}.png" for row in part["row"]}
        explanations = {row: plt.imread(f) for row, f in explanations.items() if f.exists()}
        told = REPORT / "explanations" / "explanations.csv"
        told = pd.read_csv(told, index_col="row", keep_default_na=False) if told.exists() else None
        columns = COLUMN_COUNT
        for start in range(0, len(part), columns):
            group = part.iloc[start:start + columns]
            lines = 2 if explanations else 1
            figure, grid = plt.subplots(
                lines, columns, squeeze=False, figsize=(11, EXPLAINED_HEIGHT if explanations else 2.4),
                layout="constrained")
            for axes in grid.flat:
                axes.axis("off")
            for axes, line in zip(grid.T, group.itertuples()):
                draw(axes[0], examples[line.row])
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
    examples = load_examples(wanted)
    if all(row in examples for row in wanted):
        show(hits, "Right answers", examples)
        show(errors, "Wrong answers", examples)
    elif (REPORT / "samples.png").exists():
        figure, axes = plt.subplots(figsize=(11, 6), layout="constrained")
        axes.imshow(plt.imread(REPORT / "samples.png"))
        axes.axis("off")
        plt.show()
    else:
        print("no pictures: neither the prepared data nor samples.png are there")
    """#
}
