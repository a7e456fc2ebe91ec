"""How speed grows, and how a long video goes."""

import pathlib

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot as plt, ticker  # noqa: E402
from matplotlib.axis import Axis  # noqa: E402

BLUE, ORANGE, GREY = "#0072b2", "#d55e00", "#62666d"


def series(found: dict, prefix: str, key: str = "images_per_second") -> tuple[list, list]:
    """Sizes and values of the benchmarks whose names are `prefix` and a number."""
    pairs = sorted(
        (int(name.removeprefix(prefix)), outcome[key])
        for name, outcome in found.items()
        if name.startswith(prefix)
    )
    return [size for size, _ in pairs], [value for _, value in pairs]


def draw(growth: dict, file: pathlib.Path) -> None:
    """Draws the panels into an SVG file whose bytes depend on the figures alone."""
    dress()
    found = growth["benchmarks"]
    figure, axes = plt.subplots(2, 3, figsize=(10.5, 6), layout="constrained")
    batches, widths, workers = axes[0]
    sizes, memory, prepare = axes[1]

    for prefix, colour, label in [
        ("growth/inference/batch/", ORANGE, "answering"), ("growth/step/batch/", BLUE, "training"),
    ]:  # fmt: skip
        batches.plot(*series(found, prefix), "o-", color=colour, markersize=4, label=label)
    batches.set(title="Batch size", xlabel="images at a time", ylabel="images/s", yscale="log")
    powers(batches, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512])
    plain(batches.yaxis)
    batches.legend(frameon=False)

    x, y = series(found, "growth/step/width/")
    widths.plot(x, y, "o-", color=BLUE, markersize=4, label="measured")
    # Four times the multiply-adds for twice the width.
    at = x.index(32)
    widths.plot(x, [y[at] * (32 / width) ** 2 for width in x], ":", color=GREY,
                label="as the operations grow")  # fmt: skip
    widths.set(title="Width", xlabel="channels of the first block", ylabel="images/s, training",
               xticks=x, ylim=(0, None))  # fmt: skip
    widths.legend(frameon=False)

    bars(workers, *series(found, "growth/step/workers/"), "Workers", "threads")
    bars(sizes, *series(found, "growth/step/size/"), "Image size", "pixels a side")

    pairs = sorted((int(batch), value) for batch, value in growth["memory"].items())
    memory.plot(*zip(*pairs), "o-", color=BLUE, markersize=4)
    memory.set(title="Memory", xlabel="images at a time", ylabel="peak MB, training", yscale="log")
    plain(memory.yaxis)
    powers(memory, [batch for batch, _ in pairs])

    rows = [point["rows"] for point in growth["prepare"]]
    seconds = [point["seconds"] for point in growth["prepare"]]
    prepare.plot(rows, seconds, "o-", color=BLUE, markersize=4, label="seconds")
    prepare.plot(rows, [seconds[-1] * r / rows[-1] for r in rows], ":", color=GREY, label="linear")
    prepare.set(title="Preparing data", xlabel="rows", ylabel="seconds", xlim=(0, None),
                ylim=(0, None))  # fmt: skip
    prepare.ticklabel_format(axis="x", style="plain")
    prepare.locator_params(axis="x", nbins=5)
    prepare.legend(frameon=False)

    figure.savefig(file, metadata={"Date": None})
    plt.close(figure)


def draw_video(along: dict, file: pathlib.Path) -> None:
    """Draws time and memory along a video."""
    dress()
    figure, (times, memory) = plt.subplots(1, 2, figsize=(10.5, 2.8), layout="constrained")
    times.plot(along["frames"], along["milliseconds"], color=BLUE)
    times.axhline(1000 / 30, linestyle=":", color=GREY)
    times.annotate("30 frames a second", (along["frames"][0], 1000 / 30), xytext=(0, 4),
                   textcoords="offset points", color=GREY)  # fmt: skip
    times.set(title="Time", xlabel="frames", ylabel="ms a frame", ylim=(0, 38), xlim=(0, None))
    memory.plot(along["frames"], along["rss_mb"], color=BLUE)
    memory.set(title="Memory", xlabel="frames", ylabel="MB", ylim=(0, 1.25 * max(along["rss_mb"])),
               xlim=(0, None))  # fmt: skip
    figure.savefig(file, metadata={"Date": None})
    plt.close(figure)


def dress() -> None:
    """How all pictures look."""
    plt.rcParams.update(
        {
            "font.size": 9, "axes.spines.top": False, "axes.spines.right": False,
            "axes.titlesize": 10, "axes.titleweight": "bold", "axes.titlelocation": "left",
            "axes.grid": True, "grid.color": "#e6e8eb", "axes.axisbelow": True,
            "axes.edgecolor": GREY, "svg.hashsalt": "mien",
        }
    )  # fmt: skip


def powers(axis: plt.Axes, ticks: list[int]) -> None:
    """A horizontal axis on which each doubling takes the same room."""
    axis.set_xscale("log", base=2)
    axis.set_xticks(ticks, [str(tick) for tick in ticks])
    axis.tick_params(axis="x", labelsize=8)


def plain(axis: Axis) -> None:
    """A logarithmic axis with numbers as people write them."""
    axis.set_major_locator(ticker.LogLocator(subs=(1, 2, 5)))
    axis.set_major_formatter(ticker.FormatStrFormatter("%g"))
    axis.set_minor_formatter(ticker.NullFormatter())


def bars(axis: plt.Axes, sizes: list[int], values: list[float], title: str, label: str) -> None:
    """A bar a size, with its figure."""
    drawn = axis.bar([str(size) for size in sizes], values, width=0.5, color=BLUE)
    axis.bar_label(drawn, [f"{value:.0f}" for value in values], padding=2)
    axis.set(title=title, xlabel=label, ylabel="images/s, training")
    axis.margins(y=0.15)
    axis.grid(axis="x", visible=False)
