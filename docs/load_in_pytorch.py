"""Builds the network of a file that `mien export --format pytorch` wrote, and asks it about faces.

    python load_in_pytorch.py FILE.safetensors inputs-00000.npy > probabilities.csv

The faces are grey levels from 0 to 255, N x H x W x C, as `mien prepare` leaves them; series, N x T x C, and tables,
N x F, are what it leaves of sounds. Needs torch, numpy and safetensors; `load` and `probabilities` are all that a program of your own wants.
"""
import csv
import json
import sys

import numpy
import torch
from safetensors import safe_open
from torch import nn


class Residual(nn.Module):
    """The sum of two chains of layers; an empty shortcut is the input itself."""

    def __init__(self, body, shortcut):
        super().__init__()
        self.body, self.shortcut = body, shortcut

    def forward(self, x):
        return self.body(x) + self.shortcut(x)


def pair(value):
    return tuple(value) if isinstance(value, list) else value


def module(layer, x):
    """The module of one layer of the metadata's `architecture`; `x` is an example of what comes in."""
    kind = layer["layer"]
    if kind == "conv2d":
        return nn.Conv2d(
            x.shape[1], layer["filters"], pair(layer["kernel"]), pair(layer["stride"]), pair(layer["padding"]),
            pair(layer["dilation"]), bias=layer["bias"])
    if kind == "conv1d":
        return nn.Conv1d(
            x.shape[1], layer["filters"], layer["kernel"], layer["stride"], layer["padding"], layer["dilation"],
            bias=layer["bias"])
    if kind == "dense":
        return nn.Linear(x.shape[1], layer["units"])
    if kind == "batch_norm":
        norm = nn.BatchNorm2d if x.dim() == 4 else nn.BatchNorm1d
        return norm(x.shape[1], eps=layer["epsilon"], momentum=layer["momentum"])
    if kind == "max_pool1d":
        return nn.MaxPool1d(layer["size"], layer["stride"], layer["padding"])
    if kind == "max_pool2d":
        return nn.MaxPool2d(pair(layer["size"]), pair(layer["stride"]), pair(layer["padding"]))
    if kind == "average_pool2d":
        return nn.AvgPool2d(
            pair(layer["size"]), pair(layer["stride"]), pair(layer["padding"]), count_include_pad=False)
    if kind == "leaky_relu":
        return nn.LeakyReLU(layer["slope"])
    if kind == "dropout":
        return nn.Dropout(layer["rate"])
    if kind == "sequential":
        return chain(layer["layers"], x)
    if kind == "global_average_pool":
        pool = nn.AdaptiveAvgPool2d if x.dim() == 4 else nn.AdaptiveAvgPool1d
        return nn.Sequential(pool(1), nn.Flatten())
    if kind == "residual":
        return Residual(chain(layer["body"], x), chain(layer.get("shortcut", []), x))
    return {
        "flatten": nn.Flatten, "relu": nn.ReLU, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "gelu": nn.GELU,
    }[kind]()


def chain(layers, x):
    modules = []
    for layer in layers:
        modules.append(module(layer, x).eval())
        x = modules[-1](x)
    return nn.Sequential(*modules)


def load(file):
    """The network in evaluation mode, and what the file tells of it."""
    with safe_open(file, "pt") as content:
        told = content.metadata()
        weights = {name: content.get_tensor(name) for name in content.keys()}
    told = {key: json.loads(told[key]) for key in ("architecture", "classes", "input")} | {
        "temperature": float(told.get("temperature", 1))}
    *sides, channels = told["input"]["shape"]
    shape = [channels, *sides]
    with torch.no_grad():
        net = chain(told["architecture"]["layers"], torch.zeros(1, *shape))
    net.load_state_dict(weights)
    return net.eval(), told


def probabilities(net, told, levels):
    """The classes' probabilities of grey levels 0 to 255, N x H x W x C, or of other stored numbers, N x … x C."""
    normalisation = told["input"]["normalisation"]
    mean, deviation = (numpy.asarray(normalisation[key], float) for key in ("mean", "standard_deviation"))
    x = (numpy.asarray(levels, float) / normalisation.get("unit", 255) - mean) / numpy.where(deviation > 0, deviation, 1)
    x = torch.from_numpy(x.astype(numpy.float32)).movedim(-1, 1)
    with torch.no_grad():
        logits = torch.cat([net(part) for part in x.split(256)])
    return torch.softmax(logits / told["temperature"], dim=1).numpy()


if __name__ == "__main__":
    net, told = load(sys.argv[1])
    if told["input"].get("preprocessing"):
        print("to be done to the levels before:", told["input"]["preprocessing"], file=sys.stderr)
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(told["classes"])
    table.writerows(probabilities(net, told, numpy.load(sys.argv[2])).tolist())
