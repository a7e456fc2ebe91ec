"""Makes the golden values beside this script with PyTorch, converted to Mien's layouts.

    python make_golden.py

training.json: a small convolutional network's losses over 20 steps of SGD.
layers.json: batch norm, GELU and cross-entropy, forward and backward.
python.safetensors: a file as Python's safetensors writes it.
"""
import json
from pathlib import Path

import numpy
import safetensors
import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F

HERE = Path(__file__).parent
VERSIONS = {"torch": torch.__version__, "numpy": numpy.__version__, "safetensors": safetensors.__version__}
torch.manual_seed(20)
torch.set_num_threads(1)


def values(tensor):
    """The numbers in row-major order, as short as they can be while naming the same float."""
    array = tensor.detach().contiguous().numpy().ravel()
    return [float(str(x)) for x in array.astype(numpy.float32)]


def named(tensor):
    return {"shape": list(tensor.shape), "values": values(tensor)}


def write(name, content):
    content = {"script": "make_golden.py", "versions": VERSIONS, **content}
    (HERE / name).write_text(json.dumps(content, separators=(",", ":"), ensure_ascii=False) + "\n")


def rounded(*shape, digits=2):
    return (torch.randn(*shape) * 10**digits).round() / 10**digits


# ---- training.json: images 8x8x1, 4 classes.
model = nn.Sequential(
    nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(4, 8, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(128, 4))
LAYERS = [
    {"layer": "conv2d", "filters": 4, "kernel": 3, "padding": 1}, {"layer": "batch_norm"},
    {"layer": "relu"}, {"layer": "max_pool2d", "size": 2, "stride": 2},
    {"layer": "conv2d", "filters": 8, "kernel": 3, "padding": 1}, {"layer": "relu"},
    {"layer": "flatten"}, {"layer": "dense", "units": 4}]


def weights():
    """Convolutions OIHW to HWIO; the dense layer's inputs from CHW to HWC order, and transposed."""
    conv = lambda w: named(w.permute(2, 3, 1, 0))
    dense = model[7].weight.reshape(4, 8, 4, 4).permute(2, 3, 1, 0).reshape(128, 4)
    norm = model[1]
    return {
        "0.weight": conv(model[0].weight), "0.bias": named(model[0].bias),
        "1.scale": named(norm.weight), "1.shift": named(norm.bias),
        "1.running_mean": named(norm.running_mean), "1.running_variance": named(norm.running_var),
        "4.weight": conv(model[4].weight), "4.bias": named(model[4].bias),
        "7.weight": named(dense), "7.bias": named(model[7].bias)}


initial = weights()
SETTINGS = dict(learning_rate=0.05, momentum=0.9, nesterov=True, weight_decay=5e-4)
optimiser = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, nesterov=True, weight_decay=5e-4)
templates = rounded(4, 1, 8, 8)
batches, losses = [], []
for step in range(20):
    labels = torch.randint(0, 4, (8,))
    x = ((0.7 * templates[labels] + torch.randn(8, 1, 8, 8)) * 100).round() / 100
    optimiser.zero_grad()
    loss = F.cross_entropy(model(x), labels)
    loss.backward()
    optimiser.step()
    batches.append({"inputs": values(x.permute(0, 2, 3, 1)), "labels": labels.tolist()})
    losses.append(float(loss.detach()))
model.eval()
write("training.json", {
    "settings": SETTINGS, "input": [8, 8, 1], "classes": 4, "layers": LAYERS, "initial": initial,
    "batches": batches, "losses": losses, "final": weights(),
    "final_logits": named(model(x)), })

# ---- layers.json; batch norm in double, where a mean of 100 costs PyTorch no digits.
norms = []
for rows, channels, offset in [(12, 3, 0.0), (40, 5, 100.0)]:
    norm = nn.BatchNorm1d(channels).double()
    norm.weight.data, norm.bias.data = rounded(channels).double(), rounded(channels).double()
    case = {"channels": channels, "scale": values(norm.weight), "shift": values(norm.bias), "steps": []}
    for _ in range(2):
        x = (rounded(rows, channels) + offset).double().requires_grad_()
        norm.zero_grad()
        y = norm(x)
        dy = rounded(rows, channels).double()
        y.backward(dy)
        case["steps"].append({
            "x": values(x), "dy": values(dy), "y": values(y), "dx": values(x.grad),
            "dScale": values(norm.weight.grad), "dShift": values(norm.bias.grad),
            "runningMean": values(norm.running_mean), "runningVariance": values(norm.running_var)})
    norm.eval()
    case["inference"] = values(norm(x))
    norms.append(case)

x = torch.linspace(-6, 6, 49).requires_grad_()
gelu = F.gelu(x)
gelu.sum().backward()
activation = {"x": values(x), "y": values(gelu), "dx": values(x.grad)}

entropies = []
for smoothing, soft, scale in [(0, False, 1), (0.1, False, 3), (0, True, 1), (0.2, True, 1), (0, False, 5000)]:
    z = (rounded(5, 7) * scale).requires_grad_()
    labels = torch.randint(0, 7, (5,))
    targets = torch.softmax(rounded(5, 7), dim=1) if soft else labels
    loss = F.cross_entropy(z, targets, label_smoothing=smoothing)
    loss.backward()
    each = F.cross_entropy(z, targets, label_smoothing=smoothing, reduction="none")
    entropies.append({
        "smoothing": smoothing, "classes": 7, "logits": values(z),
        "labels": None if soft else labels.tolist(), "targets": values(targets) if soft else None,
        "loss": float(loss.detach()), "losses": values(each), "gradient": values(z.grad)})
write("layers.json", {"batch_norm": norms, "gelu": activation, "cross_entropy": entropies})

# ---- python.safetensors
ramp = torch.arange(6, dtype=torch.float32).reshape(2, 3)
special = [0.0, -0.0, 1.0, -2.5, 65504.0, 6e-8, float("inf"), float("-inf")]
save_file(
    {"ramp": ramp, "half": torch.tensor(special, dtype=torch.float16),
     "brain": torch.tensor([1.0, -3.0, 2.0**100], dtype=torch.bfloat16),
     "scalar": torch.tensor(7.0), "empty": torch.zeros(0, 4), "ü \"quoted\"": torch.ones(1)},
    HERE / "python.safetensors", metadata={"made by": "make_golden.py", "text": "ü\n\"\\"})
