"""The tables and pictures of docs/performance.md, from docs/performance.json alone.

A table stands between `<!-- begin NAME -->` and `<!-- end NAME -->`; what is around it is written
by hand and stays.
"""

import json
import pathlib
import sys

# What each ratio must be: name, words, at least, aim. Memory is a ratio to stay below.
GOALS = [
    ("step-128-fp32", "training step at 128, against fp32", 2.3, 3.0),
    ("step-128-bf16", "training step at 128, against bf16", 1.15, 1.5),
    ("infer-128-fp32", "inference at 128, against fp32", 2.5, 4.0),
    ("infer-128-bf16", "inference at 128, against bf16", None, None),
    ("infer-128-bf16-bf16", "inference at 128, bf16 against bf16", None, None),
    ("infer-8-fp32", "inference at 8, against fp32", None, None),
    ("infer-8-bf16", "inference at 8, against bf16", None, None),
    ("infer-1-fp32", "one image, against fp32", 3.0, 6.0),
    ("infer-1-bf16", "one image, against bf16", 3.0, 6.0),
    ("infer-1-bf16-bf16", "one image, bf16 against bf16", 3.0, 6.0),
    ("memory", "peak memory in training, against fp32", 0.7, 0.4),
    ("workers", "2 workers against 1, training", 1.8, 1.95),
    ("prepare-duckdb", "prepare to shards, against DuckDB to an array", 6.0, 12.0),
    ("prepare-polars", "the same, against polars", None, None),
    ("prepare-pandas", "the same, against pandas", None, None),
    ("explain-plain", "why one face (LIME, 1000 samples), against lime on PyTorch as they come", 5.0, 10.0),
    ("explain-itself", "the same, against lime on PyTorch at its best", 5.0, 10.0),
    ("explain-bf16", "the same in bf16, against lime on PyTorch in fp32 at its best", 5.0, 10.0),
    ("explain-command", "the same from the start of the process to the files", 3.0, 3.0),
    ("folder-48", "a folder of 5,000 faces of 48x48, from start to rows, against OpenCV and PyTorch", None, None),
    ("folder-48-work", "the same, the other without loading its libraries", None, None),
    ("folder-224", "a folder of 5,000 faces of 224x224, from start to rows", None, None),
    ("folder-224-work", "the same, the other without loading its libraries", None, None),
    ("video", "a video of 640x480 with one face, from start to rows", 1.0, 2.0),
    ("ser15-files", "`ser15` of speech from FLAC files, against librosa, a process a core", 3.0, 6.0),
    ("ser15-samples", "the same from decoded samples", 6.0, 12.0),
    ("gtzan58-files", "`gtzan58` of music from FLAC files, against librosa, a process a core", 15.0, 40.0),
    ("explain-split", "a face among a hundred, against one face alone, from start to files", 1.5, 1.5),
]
SMALLER_IS_BETTER = {"memory"}
# Cores that others may keep busy before a figure is marked.
QUIET = 0.1


def met(name: str, ratio: float, least: float | None, aim: float | None) -> str:
    """Whether a goal is reached: the words of the last column."""
    if least is None or aim is None:
        return "no goal"
    sign = -1 if name in SMALLER_IS_BETTER else 1
    if sign * ratio >= sign * aim:
        return "aim reached"
    return "reached" if sign * ratio >= sign * least else "**not reached**"


def unit(name: str) -> tuple[str, str]:
    """The format and unit of a row's two figures."""
    if name == "memory":
        return "{:.0f}", " MB"
    if name.startswith("explain"):
        return "{:.3f}", " s"
    if name == "video":
        return "{:.1f}", " frames/s"
    if name.startswith(("ser15", "gtzan58")):
        return "{:.1f}", " sounds/s"
    return ("{:.2f}", " s") if name.startswith("prepare") else ("{:.1f}", " images/s")


def ratio_table(rows: dict) -> str:
    """The goals, one a line, of the rows there are."""
    lines = [
        "| | Mien | the other | it runs as | ratio (least to most) | at least, aim | |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, words, least, aim in GOALS:
        if name not in rows:
            continue
        row, (form, suffix) = rows[name], unit(name)
        ratio = row["ratio"]
        goal = "" if least is None else f"{least:g}x, {aim:g}x"
        if name in SMALLER_IS_BETTER:
            goal = "at most " + goal
        lines.append(
            f"| {words} | {form.format(row['ours']['median'])}{suffix} "
            f"| {form.format(row['theirs']['median'])}{suffix} | {row['against']} "
            f"| {ratio['median']:.2f}x ({ratio['least']:.2f} to {ratio['most']:.2f}) "
            f"| {goal} | {met(name, ratio['median'], least, aim)} |"
        )
    return "\n".join(lines)


def origin(part: dict) -> str:
    """Where and when a part was measured, and whether the machine was left alone."""
    rows = part.get("rows", {}).values()
    loads = [row["load"] for row in rows] or [part["load"]]
    others = [row["others"] for row in rows] or [part["others"]]
    machine = part["machine"]
    text = (
        f"{part['date']}, {machine['cpu']}, {machine['cores']} cores, {machine['threads']} threads, "
        f"`{part['command']}`."
    )
    if max(others) > QUIET:
        text += (
            f" **Measured under load**: others kept {max(others):.1f} cores busy (load average up "
            f"to {max(loads):.1f}). Such figures are no ground for a claim; PyTorch's threads wait "
            "for each other and lose more by it than Mien does."
        )
    if part["quick"]:
        text += " A quick run, of few repetitions."
    return text


def heat_table(heats: dict) -> str:
    """How fast PyTorch was in each of its ways, one run each."""
    columns = sorted(heats)
    names = sorted({name for heat in heats.values() for name in heat})
    lines = ["| images/s | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]
    for name in names:
        cells = [f"{heats[c][name]:.1f}" if name in heats[c] else "" for c in columns]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def explanation_notes(part: dict) -> str:
    """What was checked before lime was measured, and how fast it was in each of its ways."""
    agreement = part["agreement"]
    lines = ["| lime on PyTorch, pictures at once | ms |", "|---|---|"]
    lines += [f"| {name.replace('@', ', ')} | {ms:.0f} |" for name, ms in part["heats"].items()]
    return (
        f"lime {agreement['version'].replace(', ', ', PyTorch ')}. Before the run both explained one "
        f"face on the same superpixels: its probability differed by {agreement['probability']:.0e}, "
        f"and the ranks of the weights, from different masks, correlated by "
        f"{agreement['rank_correlation']:.2f}.\n\n" + "\n".join(lines)
    )


def folder_notes(part: dict) -> str:
    """How far the answers agree, and what reading and answering cost alone."""
    lines = ["| faces | Mien, images/s | of reading and answering alone | same label | largest difference |",
             "|---|---|---|---|---|"]  # fmt: skip
    for size, agreement in part["agreement"].items():
        found = part["benchmarks"][f"folder/{size}"]
        lines.append(
            f"| {size}x{size} | {found['images_per_second']:.0f} | {100 * found['speedup']:.0f} % "
            f"| {100 * agreement['labels']:.2f} % | {agreement['probabilities']:.0e} |"
        )
    return "\n".join(lines)


def video_notes(part: dict) -> str:
    """How memory and time go along a long video."""
    along = part["along"]
    third = len(along["frames"]) // 3
    mean = lambda values: sum(values) / len(values)
    return (
        f"{part['frames']} frames: in the first third {mean(along['milliseconds'][:third]):.1f} ms a frame and "
        f"{max(along['rss_mb'][:third]):.0f} MB, in the last {mean(along['milliseconds'][-third:]):.1f} ms and "
        f"{max(along['rss_mb'][-third:]):.0f} MB.\n\n" + origin(part)
    )


def sound_notes(part: dict) -> str:
    """How far the features agree, and what their kernels take."""
    agreement, counts = part["agreement"], part["counts"]
    lines = ["| kernel | median | rate |", "|---|---|---|"]
    for name, found in sorted(part["benchmarks"].items()):
        rate = (f"{found['gflops']:.0f} GFLOP/s" if "gflops" in found
                else f"{found['gigabytes_per_second']:.1f} GB/s")  # fmt: skip
        lines.append(f"| {name} | {1e3 * found['milliseconds']:.1f} µs | {rate} |")
    return (
        f"{counts['ser15']} clips of speech, {counts['gtzan58']} of music. Before the run some of them had "
        f"librosa's features: the largest difference was {agreement['ser15']:.0e} of a column's size in "
        f"`ser15` and {agreement['gtzan58']:.0e} in `gtzan58`.\n\n" + "\n".join(lines)
    )


def images(docs: pathlib.Path) -> pathlib.Path:
    """The folder of pictures."""
    folder = docs / "images"
    folder.mkdir(exist_ok=True)
    return folder


# The layers of vgg10 that take the time: words, benchmarks forward, benchmarks backward, how often.
# Nobody wants the gradient by the first layer's input.
def layer_rows() -> list[tuple[str, list[str], list[str], int]]:
    rows = []
    for side, pairs in [
        (48, ["1-32", "32-32"]), (24, ["32-64", "64-64"]), (12, ["64-128", "128-128"]),
        (6, ["128-256", "256-256"]),
    ]:  # fmt: skip
        width = int(pairs[1].split("-")[0])
        for pair in pairs:
            name = f"convolution/{side}x{side}/{pair}"
            backward = ["backward-weight"] + ([] if pair == "1-32" else ["backward-input"])
            channels, filters = pair.split("-")
            words = f"convolution {side}x{side}, {channels} → {filters}"
            rows.append((words, [f"{name}/forward"], [f"{name}/{b}" for b in backward], 1))
        norm = f"batch-norm/{128 * side * side}x{width}"
        rows.append((f"batch norm {side}x{side}x{width}, twice", [f"{norm}/forward"],
                     [f"{norm}/backward"], 2))  # fmt: skip
        pool = f"pooling/max/{side}x{side}x{width}/2-2"
        rows.append((f"max pool {side}x{side}x{width}", [f"{pool}/forward"],
                     [f"{pool}/backward"], 1))  # fmt: skip
    return rows


def layer_table(found: dict) -> str:
    """Milliseconds and rates of each layer, alone, and their share of the step."""
    step = found["step/vgg10/128"]

    def cells(names: list[str], times: int) -> tuple[float, str]:
        outcomes = [found[name] for name in names]
        milliseconds = sum(outcome["milliseconds"] for outcome in outcomes)
        if "gflops" in outcomes[0]:
            # Weighted by time: the operations of all over the time of all.
            work = sum(o["gflops"] * o["milliseconds"] for o in outcomes)
            peak = sum(o["gflops"] / o["share_of_peak"] for o in outcomes) / len(outcomes)
            rate = work / milliseconds
            text = f"{rate:.0f} GFLOP/s, {100 * rate / peak:.0f} %"
        else:
            moved = sum(o["gigabytes_per_second"] * o["milliseconds"] for o in outcomes)
            text = f"{moved / milliseconds:.1f} GB/s"
        return times * milliseconds, text

    lines = [
        "| layer | forward | rate, share of sgemm | backward | rate, share of sgemm | of the step |",
        "|---|---|---|---|---|---|",
    ]
    total = 0.0
    for words, forward, backward, times in layer_rows():
        (there, rate), (back, back_rate) = cells(forward, times), cells(backward, times)
        total += there + back
        share = 100 * (there + back) / step["milliseconds"]
        lines.append(
            f"| {words} | {there:.1f} ms | {rate} | {back:.1f} ms | {back_rate} | {share:.0f} % |"
        )
    rest = step["milliseconds"] - total
    lines += [
        f"| ReLU, dense layers, loss, update; less what fusing saves | | | {rest:.1f} ms | "
        f"| {100 * rest / step['milliseconds']:.0f} % |",
        f"| **the step** | | | **{step['milliseconds']:.1f} ms** "
        f"| {step['gflops']:.0f} GFLOP/s, {100 * step['share_of_peak']:.0f} % | 100 % |",
    ]
    return "\n".join(lines)


def other_table(found: dict) -> str:
    """Networks as a whole, and sgemm."""
    lines = ["| | median | spread | rate |", "|---|---|---|---|"]
    for name, outcome in sorted(found.items()):
        if not name.startswith(("gemm/", "step/", "inference/", "epoch/")):
            continue
        rate = f"{outcome['gflops']:.0f} GFLOP/s, {100 * outcome['share_of_peak']:.0f} % of sgemm"
        if "images_per_second" in outcome:
            rate = f"{outcome['images_per_second']:.1f} images/s, " + rate
        if "speedup" in outcome:
            rate += f"; {100 * outcome['speedup']:.0f} % of the pure step rate"
        lines.append(
            f"| {name} | {outcome['milliseconds']:.2f} ms | {100 * outcome['spread']:.0f} % | {rate} |"
        )
    return "\n".join(lines)


def replace(text: str, name: str, body: str) -> str:
    """`text` with another body between the markers of `name`. Raises where they are not once each."""
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    if text.count(begin) != 1 or text.count(end) != 1 or text.index(begin) > text.index(end):
        raise ValueError(f'expected "{begin}" and "{end}" once each, in this order')
    before, _, rest = text.partition(begin)
    return f"{before}{begin}\n{body}\n{end}{rest.partition(end)[2]}"


def write(results: dict, docs: pathlib.Path) -> None:
    """Writes the tables of the parts there are, and draws what has grown."""
    file = docs / "performance.md"
    text = file.read_text()
    ratios = results.get("ratios")
    parts = [part for part in ("ratios", "prepare", "explain", "folder", "video", "sounds") if part in results]
    rows = {name: row for part in parts for name, row in results[part]["rows"].items()}
    if rows:
        notes = [origin(results[part]) for part in parts]
        if "prepare" not in results:
            notes.append("Prepare was not compared: no CSV was given (`make bench CSV=fer2013.csv`).")
        text = replace(text, "ratios", "\n\n".join([ratio_table(rows), *dict.fromkeys(notes)]))
    if ratios:
        errors = ratios["agreement"]
        version = ratios["rows"]["step-128-fp32"]["version"]
        text = replace(
            text, "peer",
            f"PyTorch {version}. Before the run both computed the same: after two steps the weights' "
            f"movement differed by {100 * errors['weights']:.1f} % from PyTorch in Double (PyTorch in "
            f"Float: {100 * errors['weights_torch_float']:.1f} %), running statistics by "
            f"{errors['statistics']:.0e}, log-probabilities by {errors['log_probabilities']:.0e}.\n\n"
            + heat_table(ratios["heats"]),
        )  # fmt: skip
    if "explain" in results:
        text = replace(text, "explain", explanation_notes(results["explain"]))
    if "folder" in results:
        text = replace(text, "folder", folder_notes(results["folder"]))
    if "video" in results:
        import plots

        plots.draw_video(results["video"]["along"], images(docs) / "performance-video.svg")
        text = replace(text, "video", video_notes(results["video"]))
    if "sounds" in results:
        text = replace(text, "sounds", sound_notes(results["sounds"]))
    if "layers" in results:
        part = results["layers"]
        text = replace(
            text, "layers",
            "\n\n".join(
                [layer_table(part["benchmarks"]), other_table(part["benchmarks"]), origin(part)]
            ),
        )  # fmt: skip
    if "growth" in results:
        import plots

        plots.draw(results["growth"], images(docs) / "performance-growth.svg")
        text = replace(text, "growth", origin(results["growth"]))
    file.write_text(text)


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1])
    write(json.loads((folder / "performance.json").read_text()), folder)
