"""Golden values of convolution and pooling from PyTorch, in NHWC and HWIO.

Usage: python make_convolution_golden.py > convolution.json
Inputs are small integers divided by 8, so the file is short and the numbers are exact.
"""

import json
import platform

import numpy
import torch
import torch.nn.functional as F

random = numpy.random.default_rng(20)


def numbers(*shape):
    return torch.tensor(random.integers(-16, 17, shape) / 8, dtype=torch.float64)


def flat(tensor):
    return [round(value, 9) for value in tensor.detach().flatten().tolist()]


def nhwc(tensor):
    return flat(tensor.permute(0, 2, 3, 1))


def convolution(batch, size, channels, filters, kernel, stride, padding, dilation):
    x = numbers(batch, channels, *size).requires_grad_()
    weight = numbers(filters, channels, *kernel).requires_grad_()
    bias = numbers(filters).requires_grad_()
    y = F.conv2d(x, weight, bias, stride, padding, dilation)
    dy = numbers(*y.shape)
    y.backward(dy)
    return dict(
        batch=batch, input=size, channels=channels, filters=filters, kernel=kernel,
        stride=stride, padding=padding, dilation=dilation,
        x=nhwc(x), weight=flat(weight.permute(2, 3, 1, 0)), bias=flat(bias), dy=nhwc(dy),
        y=nhwc(y), dx=nhwc(x.grad), dWeight=flat(weight.grad.permute(2, 3, 1, 0)),
        dBias=flat(bias.grad))


def pooling(operation, batch, size, channels, window, stride, padding):
    x = numbers(batch, channels, *size).requires_grad_()
    if operation == "max":
        y = F.max_pool2d(x, window, stride, padding)
    else:
        y = F.avg_pool2d(x, window, stride, padding, count_include_pad=False)
    dy = numbers(*y.shape)
    y.backward(dy)
    return dict(
        operation=operation, batch=batch, input=size, channels=channels, size=window,
        stride=stride, padding=padding, x=nhwc(x), dy=nhwc(dy), y=nhwc(y), dx=nhwc(x.grad))


print(json.dumps(dict(
    script="make_convolution_golden.py",
    versions=dict(
        python=platform.python_version(), numpy=numpy.__version__, torch=torch.__version__),
    convolution=[
        convolution(2, [6, 6], 3, 4, [3, 3], [1, 1], [1, 1], [1, 1]),
        convolution(1, [7, 9], 2, 3, [3, 2], [2, 3], [1, 0], [1, 1]),
        convolution(2, [9, 8], 2, 2, [3, 3], [1, 1], [2, 2], [2, 2]),
        convolution(1, [10, 7], 1, 3, [2, 3], [2, 1], [0, 3], [3, 2]),
        convolution(1, [5, 5], 17, 2, [3, 3], [1, 1], [1, 1], [1, 1]),
        convolution(2, [4, 3], 5, 6, [1, 1], [1, 1], [0, 0], [1, 1]),
    ],
    pooling=[
        pooling(operation, *case) for operation in ["max", "average"] for case in [
            (2, [6, 6], 3, [2, 2], [2, 2], [0, 0]),
            (1, [7, 5], 17, [2, 2], [2, 2], [0, 0]),
            (2, [7, 8], 2, [3, 3], [2, 2], [1, 1]),
            (1, [9, 6], 4, [3, 2], [1, 3], [1, 1]),
        ]
    ])))
