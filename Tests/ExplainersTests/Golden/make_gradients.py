"""Writes gradients.json: what PyTorch says of small networks' gradients, Grad-CAM and integrated gradients.

    python make_gradients.py

Two networks that see the picture as scale · level + offset, each with a temperature, alone and as an ensemble
of both. All in float64, from weights that are float32. The picture is not square and has two channels, so that
no two dimensions can be mixed up unseen. Layouts are Mien's: pictures H x W x C, convolutions HWIO, dense layers'
inputs in the order H, W, C.
"""
import json
from pathlib import Path

import numpy
import torch
from torch import nn
from torch.nn import functional as F

HERE = Path(__file__).parent
VERSIONS = {"torch": torch.__version__, "numpy": numpy.__version__}
torch.manual_seed(17)
torch.set_num_threads(1)
HEIGHT, WIDTH, CHANNELS, CLASSES = 10, 8, 2, 3


def numbers(tensor):
    return [float(x) for x in tensor.detach().double().contiguous().ravel()]


def named(tensor):
    return {"shape": list(tensor.shape), "values": [float(str(x)) for x in
            tensor.detach().float().contiguous().numpy().ravel()]}


class Member:
    """conv, batch norm, ReLU, pool; conv, ReLU, pool; flatten, dense. `cam` is the ReLU before the last pool."""

    LAYERS = [
        {"layer": "conv2d", "filters": 4, "kernel": 3, "padding": 1}, {"layer": "batch_norm"}, {"layer": "relu"},
        {"layer": "max_pool2d", "size": 2, "stride": 2},
        {"layer": "conv2d", "filters": 5, "kernel": 3, "padding": 1}, {"layer": "relu"},
        {"layer": "max_pool2d", "size": 2, "stride": 2}, {"layer": "flatten"}, {"layer": "dense", "units": CLASSES}]
    CAM = 5

    def __init__(self, scale, offset, temperature):
        self.scale, self.offset, self.temperature = scale, offset, temperature
        self.net = nn.Sequential(
            nn.Conv2d(CHANNELS, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(4, 5, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(5 * 2 * 2, CLASSES))
        for _ in range(5):
            self.net(torch.randn(16, CHANNELS, HEIGHT, WIDTH) * 2 + 1)
        for parameter in self.net.parameters():
            parameter.data += 0.1 * torch.randn(parameter.shape)
        self.net[8].weight.data *= 2
        self.weights = self.layouts()
        self.net = self.net.double().eval()

    def layouts(self):
        conv = lambda w: named(w.permute(2, 3, 1, 0))
        net = self.net
        dense = net[8].weight.reshape(CLASSES, 5, 2, 2).permute(2, 3, 1, 0).reshape(20, CLASSES)
        return {
            "0.weight": conv(net[0].weight), "0.bias": named(net[0].bias),
            "1.scale": named(net[1].weight), "1.shift": named(net[1].bias),
            "1.running_mean": named(net[1].running_mean), "1.running_variance": named(net[1].running_var),
            "4.weight": conv(net[4].weight), "4.bias": named(net[4].bias),
            "8.weight": named(dense), "8.bias": named(net[8].bias)}

    def logits(self, pictures):
        return self.net(pictures * self.scale + self.offset) / self.temperature

    def cam(self, picture, layer, k):
        inside = self.net[:layer + 1](picture * self.scale + self.offset).detach().requires_grad_()
        logit = self.net[layer + 1:](inside)[0, k] / self.temperature
        gradient, = torch.autograd.grad(logit, inside)
        alpha = gradient.mean(dim=(2, 3), keepdim=True)
        small = F.relu((alpha * inside).sum(1, keepdim=True))
        return F.interpolate(small, size=(HEIGHT, WIDTH), mode="bilinear", align_corners=False)[0, 0]

    def described(self):
        return {"layers": self.LAYERS, "weights": self.weights, "scale": self.scale, "offset": self.offset,
                "temperature": self.temperature}


def probabilities(members, pictures):
    return sum(F.softmax(member.logits(pictures), 1) for member in members) / len(members)


def gradient(members, picture, k):
    picture = picture.detach().clone().requires_grad_()
    probabilities(members, picture)[0, k].backward()
    return picture.grad


def hwc(picture):
    return numbers(picture[0].permute(1, 2, 0))


def integrated(members, start, picture, k, steps):
    points, weights = numpy.polynomial.legendre.leggauss(steps)
    total = torch.zeros_like(picture)
    for t, weight in zip((points + 1) / 2, weights / 2):
        total += weight * gradient(members, start + t * (picture - start), k)
    return ((picture - start) * total)[0].sum(0)


def case(name, members, steps=12, value=100.0):
    picture = torch.randint(0, 256, (1, CHANNELS, HEIGHT, WIDTH)).double()
    start = torch.full_like(picture, value)
    return {
        "name": name, "members": [member.described() for member in members],
        "shape": [HEIGHT, WIDTH, CHANNELS], "classes": CLASSES, "picture": hwc(picture),
        "probabilities": numbers(probabilities(members, picture)),
        "gradients": [hwc(gradient(members, picture, k)) for k in range(CLASSES)],
        "cam": [numbers(sum(m.cam(picture, Member.CAM, k) for m in members) / len(members)) for k in range(CLASSES)],
        "early_layer": 2,
        "early_cam": [numbers(sum(m.cam(picture, 2, k) for m in members) / len(members)) for k in range(CLASSES)],
        "baseline": value, "baseline_probabilities": numbers(probabilities(members, start)), "steps": steps,
        "integrated": [numbers(integrated(members, start, picture, k, steps)) for k in range(CLASSES)]}


def main():
    a, b = Member(1 / 64, -2.0, 1.0), Member(1 / 100, -1.0, 1.5)
    cases = [case("one network", [a]), case("with a temperature", [b]), case("an ensemble", [a, b])]
    content = {"script": "make_gradients.py", "versions": VERSIONS, "cases": cases}
    (HERE / "gradients.json").write_text(json.dumps(content, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
