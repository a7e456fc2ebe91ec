"""Writes losses.json: cross-entropy with class weights, and distillation, by PyTorch in float64.

    python make_losses.py
"""
import json
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(31)


def numbers(tensor):
    return [float(x) for x in tensor.detach().double().ravel()]


def logits(n, c, scale=2.0):
    # As float32, which is what Mien reads.
    return (torch.randn(n, c) * scale).float().double().requires_grad_()


def weighted(name, n, weights, smoothing, labels=None):
    c = len(weights)
    z = logits(n, c)
    y = torch.randint(c, (n,)) if labels is None else torch.tensor(labels)
    w = torch.tensor(weights, dtype=torch.float64)
    loss = nn.CrossEntropyLoss(weight=w, label_smoothing=smoothing)(z, y)
    loss.backward()
    return {"name": name, "classes": c, "logits": numbers(z), "labels": y.tolist(),
            "weights": weights, "smoothing": smoothing, "loss": loss.item(),
            "gradient": numbers(z.grad)}


def distilled(name, n, c, weight, temperature, smoothing=0.0, teacher_scale=2.0):
    z = logits(n, c)
    teacher = logits(n, c, teacher_scale).detach()
    y = torch.randint(c, (n,))
    q = F.softmax(teacher / temperature, dim=1).float().double()
    hard = F.cross_entropy(z, y, label_smoothing=smoothing)
    soft = -(q * F.log_softmax(z / temperature, dim=1)).sum(1).mean()
    # The cross-entropy is the divergence that is customary, and a constant.
    divergence = F.kl_div(F.log_softmax(z / temperature, dim=1), q, reduction="batchmean")
    assert abs((soft - divergence).item() + (q * q.log()).sum(1).mean().item()) < 1e-12
    loss = (1 - weight) * hard + weight * temperature**2 * soft
    loss.backward()
    return {"name": name, "classes": c, "logits": numbers(z), "labels": y.tolist(),
            "teacher": numbers(q), "weight": weight, "temperature": temperature,
            "smoothing": smoothing, "loss": loss.item(), "gradient": numbers(z.grad)}


CONTENT = {
    "script": "make_losses.py", "versions": {"torch": torch.__version__},
    "weighted": [
        weighted("seven classes", 40, [1.0, 9.5, 1.0, 0.5, 0.75, 1.25, 0.8], 0.0),
        weighted("smoothed", 40, [1.0, 9.5, 1.0, 0.5, 0.75, 1.25, 0.8], 0.1),
        weighted("a class that does not count", 20, [1.0, 0.0, 2.0], 0.2),
        weighted("one row", 1, [3.0, 0.5], 0.0),
        weighted("one class in the batch", 8, [3.0, 0.5, 1.0], 0.1, labels=[1] * 8),
    ],
    "distilled": [
        distilled("half and half", 40, 7, 0.5, 4.0),
        distilled("the teacher alone", 30, 7, 1.0, 2.0),
        distilled("at temperature 1, smoothed", 30, 7, 0.3, 1.0, smoothing=0.1),
        distilled("a sure teacher", 70, 3, 0.9, 20.0, teacher_scale=30.0),
    ],
}
out = Path(__file__).with_name("losses.json")
out.write_text(json.dumps(CONTENT, separators=(",", ":")) + "\n")
