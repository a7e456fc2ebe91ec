"""Makes series.json beside this script with PyTorch, converted to Mien's layouts.

    python make_series.py

series.json: convolutions and maxima over time, forward and backward; x and y as N x T x C, weights as
kernel x C x F.
"""
import json
from pathlib import Path

import numpy
import torch
from torch.nn import functional as F

HERE = Path(__file__).parent
VERSIONS = {"torch": torch.__version__, "numpy": numpy.__version__}
torch.manual_seed(31)
torch.set_num_threads(1)


def values(tensor):
    """The numbers in row-major order, as short as they can be while naming the same float."""
    array = tensor.detach().contiguous().numpy().ravel()
    return [float(str(x)) for x in array.astype(numpy.float32)]


def named(tensor):
    return {"shape": list(tensor.shape), "values": values(tensor)}


def rounded(*shape):
    return ((torch.randn(*shape) * 100).round() / 100).double()


convolutions = []
for batch, frames, channels, filters, kernel, stride, padding, dilation, bias in [
        (2, 9, 3, 4, 3, 1, 1, 1, True), (1, 10, 2, 5, 4, 3, 2, 1, True), (3, 11, 17, 3, 3, 2, 4, 2, False),
        (1, 5, 1, 2, 5, 1, 0, 1, True), (2, 7, 16, 3, 2, 1, 3, 3, False)]:
    x = rounded(batch, channels, frames).requires_grad_()
    weight = rounded(filters, channels, kernel).requires_grad_()
    shift = rounded(filters).requires_grad_() if bias else None
    y = F.conv1d(x, weight, shift, stride=stride, padding=padding, dilation=dilation)
    dy = rounded(*y.shape)
    y.backward(dy)
    series = lambda tensor: named(tensor.movedim(1, -1))
    convolutions.append({
        "stride": stride, "padding": padding, "dilation": dilation, "x": series(x), "y": series(y), "dy": series(dy),
        "dx": series(x.grad), "weight": named(weight.permute(2, 1, 0)), "dWeight": named(weight.grad.permute(2, 1, 0)),
        "bias": named(shift) if bias else None, "dBias": named(shift.grad) if bias else None})

maxima = []
for batch, frames, channels, size, stride, padding in [(2, 9, 3, 2, 2, 0), (1, 10, 17, 3, 2, 1), (3, 5, 2, 5, 1, 2)]:
    x = rounded(batch, channels, frames).requires_grad_()
    y = F.max_pool1d(x, size, stride=stride, padding=padding)
    dy = rounded(*y.shape)
    y.backward(dy)
    maxima.append({
        "size": size, "stride": stride, "padding": padding, "x": series(x), "y": series(y), "dy": series(dy),
        "dx": series(x.grad)})

content = {"script": "make_series.py", "versions": VERSIONS, "convolutions": convolutions, "maxima": maxima}
(HERE / "series.json").write_text(json.dumps(content, separators=(",", ":")) + "\n")
