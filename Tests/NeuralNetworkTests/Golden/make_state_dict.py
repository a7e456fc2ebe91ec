"""Makes the state dictionaries beside this script with PyTorch, and what the networks answer.

    python make_state_dict.py

state_dict_chain.safetensors, state_dict_residual.safetensors, state_dict_series.safetensors: as
`save_file(net.state_dict())` writes them.
state_dicts.json: for each its layers as Mien describes them, inputs N x H x W x C or N x T x C, and logits.
The images are not square and have two channels, so that no two dimensions can be mixed up unseen.
"""
import json
from pathlib import Path

import numpy
import safetensors
import torch
from safetensors.torch import save_file
from torch import nn

HERE = Path(__file__).parent
VERSIONS = {"torch": torch.__version__, "numpy": numpy.__version__, "safetensors": safetensors.__version__}
torch.manual_seed(6)
torch.set_num_threads(1)


class Residual(nn.Module):
    def __init__(self, body, shortcut):
        super().__init__()
        self.body, self.shortcut = nn.Sequential(*body), nn.Sequential(*shortcut)

    def forward(self, x):
        return self.body(x) + self.shortcut(x)


def values(tensor):
    array = tensor.detach().contiguous().numpy().ravel()
    return [float(str(x)) for x in array.astype(numpy.float32)]


CHAIN = nn.Sequential(
    nn.Conv2d(2, 3, (3, 2), stride=(1, 2), padding=(1, 0), dilation=(2, 1), bias=False), nn.BatchNorm2d(3, eps=1e-3),
    nn.ReLU(), nn.MaxPool2d((3, 2), stride=1, padding=(1, 0)), nn.Conv2d(3, 5, 3, padding=1), nn.LeakyReLU(0.1),
    nn.AvgPool2d(2, padding=1, count_include_pad=False), nn.GELU(), nn.Dropout(0.5), nn.Flatten(), nn.BatchNorm1d(40),
    nn.Sigmoid(), nn.Linear(40, 6), nn.Tanh(), nn.Sequential(nn.Linear(6, 5), nn.ReLU()), nn.Linear(5, 3))
CHAIN_LAYERS = [
    {"layer": "conv2d", "filters": 3, "kernel": [3, 2], "stride": [1, 2], "padding": [1, 0], "dilation": [2, 1],
     "bias": False}, {"layer": "batch_norm", "epsilon": 1e-3},
    {"layer": "relu"}, {"layer": "max_pool2d", "size": [3, 2], "stride": 1, "padding": [1, 0]},
    {"layer": "conv2d", "filters": 5, "kernel": 3, "padding": 1}, {"layer": "leaky_relu", "slope": 0.1},
    {"layer": "average_pool2d", "size": 2, "padding": 1}, {"layer": "gelu"}, {"layer": "dropout"},
    {"layer": "flatten"}, {"layer": "batch_norm"}, {"layer": "sigmoid"}, {"layer": "dense", "units": 6},
    {"layer": "tanh"}, {"layer": "sequential", "layers": [{"layer": "dense", "units": 5}, {"layer": "relu"}]},
    {"layer": "dense", "units": "classes"}]

RESIDUAL = nn.Sequential(
    nn.Conv2d(2, 4, 3, padding=1), Residual([nn.BatchNorm2d(4), nn.ReLU(), nn.Conv2d(4, 4, 3, padding=1)], []),
    Residual([nn.Conv2d(4, 6, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(6)],
             [nn.Conv2d(4, 6, 1, stride=2, bias=False)]),
    nn.AdaptiveAvgPool2d(1), nn.Flatten(), Residual([nn.Linear(6, 6), nn.Tanh()], []), nn.Linear(6, 3))
RESIDUAL_LAYERS = [
    {"layer": "conv2d", "filters": 4, "kernel": 3, "padding": 1},
    {"layer": "residual", "body": [
        {"layer": "batch_norm"}, {"layer": "relu"}, {"layer": "conv2d", "filters": 4, "kernel": 3, "padding": 1}]},
    {"layer": "residual", "body": [
        {"layer": "conv2d", "filters": 6, "kernel": 3, "stride": 2, "padding": 1, "bias": False},
        {"layer": "batch_norm"}],
     "shortcut": [{"layer": "conv2d", "filters": 6, "kernel": 1, "stride": 2, "bias": False}]},
    {"layer": "global_average_pool"}, {"layer": "flatten"},
    {"layer": "residual", "body": [{"layer": "dense", "units": 6}, {"layer": "tanh"}]},
    {"layer": "dense", "units": "classes"}]

cases = []


def add(name, net, layers, shape):
    # A few batches, so that running statistics are those of something; then every shift and scale differs.
    for _ in range(5):
        net(torch.randn(16, *shape) * 2 + 1)
    for parameter in net.parameters():
        parameter.data += 0.1 * torch.randn(parameter.shape)
    net.eval()
    x = (torch.randn(5, *shape) * 100).round() / 100
    save_file(net.state_dict(), HERE / f"state_dict_{name}.safetensors")
    cases.append({
        "file": f"state_dict_{name}.safetensors", "layers": layers, "input": [*shape[1:], shape[0]], "classes": 3,
        "inputs": values(x.movedim(1, -1)), "logits": values(net(x))})


add("chain", CHAIN, CHAIN_LAYERS, (2, 9, 7))
add("residual", RESIDUAL, RESIDUAL_LAYERS, (2, 9, 7))
# Made after the others, which then get the same random numbers as without it.
SERIES = nn.Sequential(
    nn.Conv1d(3, 5, 3, stride=2, padding=2, dilation=2, bias=False), nn.BatchNorm1d(5), nn.ReLU(),
    nn.MaxPool1d(3, stride=2, padding=1), nn.Conv1d(5, 4, 2), nn.BatchNorm1d(4), nn.Flatten(), nn.Linear(20, 3))
SERIES_LAYERS = [
    {"layer": "conv1d", "filters": 5, "kernel": 3, "stride": 2, "padding": 2, "dilation": 2, "bias": False},
    {"layer": "batch_norm"}, {"layer": "relu"}, {"layer": "max_pool1d", "size": 3, "stride": 2, "padding": 1},
    {"layer": "conv1d", "filters": 4, "kernel": 2}, {"layer": "batch_norm"}, {"layer": "flatten"},
    {"layer": "dense", "units": "classes"}]
add("series", SERIES, SERIES_LAYERS, (3, 23))
content = {"script": "make_state_dict.py", "versions": VERSIONS, "cases": cases}
(HERE / "state_dicts.json").write_text(json.dumps(content, separators=(",", ":")) + "\n")
