"""Checks that Mien and PyTorch compute the same, before anybody compares how fast they are.

Both start from the same vgg10 without dropout, as Mien draws it, take two steps of SGD over random
pictures in one batch, and answer. PyTorch does so in Double, and once more in Float: a ReLU that
rounding opens or closes moves whole gradients, so the yardstick for the weights is how far
PyTorch's own Float strays.
"""

import csv
import json
import pathlib
import subprocess

import numpy as np
import torch
from torch import nn

from vgg10 import CLASSES, SIDE, WIDTHS, vgg10, weights_of_mien

ROWS = 64
STEPS = 2
RATE = 0.01
# What the weights' movement may differ by, as a share of it; without Nesterov it differs by 0.96.
MOVEMENT_BOUND = 0.05
LOGIT_BOUND = 1e-4


def layers() -> list[dict]:
    """vgg10 as a list of Mien's layers, without dropout, whose random numbers nobody else has."""
    result: list[dict] = []
    for width in WIDTHS:
        convolution = {
            "layer": "conv2d", "filters": width, "kernel": 3, "padding": 1, "bias": False
        }  # fmt: skip
        result += [convolution, {"layer": "batch_norm"}, {"layer": "relu"}] * 2
        result.append({"layer": "max_pool2d", "size": 2, "stride": 2})
    return result + [
        {"layer": "flatten"},
        {"layer": "dense", "units": 256},
        {"layer": "relu"},
        {"layer": "dense", "units": "classes"},
    ]


def run_mien(mien: str, *arguments) -> None:
    done = subprocess.run(
        [mien, *map(str, arguments)], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise SystemExit(f"{mien} {arguments[0]} failed: {done.stderr.strip()}")


def write_pictures(file: pathlib.Path) -> None:
    """Random pixels in FER-2013's format. Drawn faces have even areas, where any pixel may be the
    largest of a pool by rounding alone."""
    random = np.random.default_rng(1)
    with file.open("w") as out:
        out.write("emotion,pixels,Usage\n")
        for row in range(ROWS + CLASSES):
            pixels = " ".join(map(str, random.integers(0, 256, SIDE * SIDE)))
            out.write(f"{row % CLASSES},{pixels},{'Training' if row < ROWS else 'PublicTest'}\n")


def train_mien(mien: str, folder: pathlib.Path, name: str, rate: float) -> pathlib.Path:
    """`STEPS` steps over all rows in one batch; gives the run's folder."""
    configuration = {
        "epochs": STEPS,
        "batch_size": ROWS,
        "model": {"layers": layers()},
        "augmentation": {"flip": 0, "shift": 0},
        "schedule": {"name": "constant", "warmup_epochs": 0},
        "optimiser": {"learning_rate": rate},
    }
    recipe = folder / f"{name}.json"
    recipe.write_text(json.dumps(configuration))
    run = folder / name
    run_mien(mien, "train", "--config", recipe, "--data", folder / "data", "--run", run)
    return run / "last.safetensors"


def training_rows(data: pathlib.Path) -> tuple[torch.Tensor, torch.Tensor]:
    """The inputs [N, 1, H, W] and labels that Mien learns from, normalised as its manifest says."""
    manifest = json.loads((data / "manifest.json").read_text())
    shards = [shard for shard in manifest["shards"] if shard["split"] == "Training"]
    levels = np.concatenate([np.load(data / shard["inputs"]["file"]) for shard in shards])
    labels = np.concatenate([np.load(data / shard["labels"]["file"]) for shard in shards])
    inputs = (levels / 255.0 - manifest["mean"]) / manifest["standard_deviation"]
    return (
        torch.from_numpy(inputs).permute(0, 3, 1, 2),
        torch.from_numpy(labels.astype(np.int64)),
    )


def train_torch(weights: pathlib.Path, inputs: torch.Tensor, labels: torch.Tensor) -> dict:
    """The same steps in PyTorch, in the precision of `inputs`; gives the parameters."""
    network = vgg10(dropout=0).to(inputs.dtype)
    state = weights_of_mien(str(weights), network)
    # The running statistics have moved in Mien's file, and a step does not look at them.
    parameters = {name: value for name, value in state.items() if "running" not in name}
    network.load_state_dict(parameters, strict=False)
    optimiser = torch.optim.SGD(
        network.parameters(), lr=RATE, momentum=0.9, nesterov=True, weight_decay=5e-4
    )
    network.train()
    for _ in range(STEPS):
        optimiser.zero_grad()
        nn.functional.cross_entropy(network(inputs), labels).backward()
        optimiser.step()
    return {k: v.double() for k, v in network.state_dict().items() if "num_batches" not in k}


def distance(a: dict, b: dict, running: bool) -> float:
    """The norm of the difference of two states, in their parameters or running statistics."""
    names = [name for name in a if ("running" in name) == running]
    return sum(((a[name] - b[name]) ** 2).sum().item() for name in names) ** 0.5


def answers_of_mien(mien: str, weights: pathlib.Path, folder: pathlib.Path) -> torch.Tensor:
    """The log-probabilities of the training rows."""
    answers = folder / "answers.csv"
    run_mien(
        mien, "evaluate", "--checkpoint", weights, "--data", folder / "data",
        "--split", "Training", "--predictions", answers, "--out", folder / "evaluation",
    )  # fmt: skip
    with answers.open(newline="") as file:
        rows = [[float(cell) for cell in row[4:]] for row in list(csv.reader(file))[1:]]
    return torch.tensor(rows, dtype=torch.float64).log()


def check(mien: str, folder: pathlib.Path) -> dict[str, float]:
    """The differences from PyTorch in Double. Ends the program where one is beyond its bound."""
    write_pictures(folder / "faces.csv")
    run_mien(mien, "prepare", folder / "faces.csv", "--out", folder / "data")
    # A rate so small that no weight moves gives the weights at the start.
    start = train_mien(mien, folder, "start", 1e-30)
    end = train_mien(mien, folder, "end", RATE)
    inputs, labels = training_rows(folder / "data")

    network = vgg10(dropout=0).double().eval()
    as_double = lambda state: {name: value.double() for name, value in state.items()}
    before = as_double(weights_of_mien(str(start), network))
    mine = as_double(weights_of_mien(str(end), network))
    exact = train_torch(start, inputs, labels)
    rounded = train_torch(start, inputs.float(), labels)
    moved = distance(exact, before, running=False)
    scale = distance(exact, {k: 0 * v for k, v in exact.items()}, running=True)

    network.load_state_dict(mine, strict=False)
    with torch.no_grad():
        expected = network(inputs).log_softmax(1)
    answers = answers_of_mien(mien, end, folder)
    if answers.shape != expected.shape:
        raise SystemExit(f"{tuple(answers.shape)} answers, expected {tuple(expected.shape)}")
    errors = {
        "weights": distance(mine, exact, running=False) / moved,
        "weights_torch_float": distance(rounded, exact, running=False) / moved,
        "statistics": distance(mine, exact, running=True) / scale,
        "log_probabilities": (answers - expected).abs().max().item(),
    }
    bounds = {
        "weights": MOVEMENT_BOUND, "statistics": LOGIT_BOUND, "log_probabilities": LOGIT_BOUND
    }  # fmt: skip
    for name, bound in bounds.items():
        if not errors[name] <= bound:
            raise SystemExit(
                f"Mien and PyTorch differ in {name} by {errors[name]:.1e}, allowed {bound}"
            )
    return errors


if __name__ == "__main__":
    import sys
    import tempfile

    with tempfile.TemporaryDirectory() as temporary:
        print(json.dumps(check(sys.argv[1], pathlib.Path(temporary))))
