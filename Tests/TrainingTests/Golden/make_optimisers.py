"""Makes the golden values beside this script: 100 steps of each optimiser and schedule by PyTorch, and
of sharpness-aware minimisation by NumPy. All in double precision.

    python make_optimisers.py

optimisers.json: a small network's weights after 100 steps of each setting.
schedules.json: the factors of the learning rate, and the momentum, over 100 steps.
sharpness.json: the same network under SAM; PyTorch is not asked, but the gradients are compared with
finite differences.
"""
import copy
import json
import warnings
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from torch.optim import lr_scheduler

warnings.filterwarnings("ignore")
HERE = Path(__file__).parent
VERSIONS = {"torch": torch.__version__, "numpy": np.__version__}
STEPS, BATCH, INPUTS, HIDDEN, CLASSES = 100, 12, 5, 7, 3
torch.manual_seed(5)
torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)


def short(values):
    return [float(f"{x:.9g}") for x in np.asarray(values, dtype=np.float64).ravel()]


def write(name, content):
    content = {"script": "make_optimisers.py", "versions": VERSIONS, **content}
    (HERE / name).write_text(json.dumps(content, separators=(",", ":")) + "\n")


def network():
    """A dense layer before tanh, so that no gradient is zero but for its rounding."""
    return nn.Sequential(
        nn.Linear(INPUTS, HIDDEN), nn.Tanh(), nn.BatchNorm1d(HIDDEN), nn.Linear(HIDDEN, CLASSES))


LAYERS = [
    {"layer": "dense", "units": HIDDEN}, {"layer": "tanh"}, {"layer": "batch_norm"},
    {"layer": "dense", "units": CLASSES}]


def weights(model):
    named = {
        "0.weight": model[0].weight.T, "0.bias": model[0].bias, "2.scale": model[2].weight,
        "2.shift": model[2].bias, "2.running_mean": model[2].running_mean,
        "2.running_variance": model[2].running_var, "3.weight": model[3].weight.T,
        "3.bias": model[3].bias}
    return {name: {"shape": list(t.shape), "values": short(t.detach().contiguous().numpy())}
            for name, t in named.items()}


start = network()
for parameter in start.parameters():  # numbers that Float and Double share
    parameter.data = (parameter.data * 1024).round() / 1024
batches = []
centres = torch.randn(CLASSES, INPUTS)
for _ in range(5):
    labels = torch.randint(0, CLASSES, (BATCH,))
    x = ((centres[labels] + torch.randn(BATCH, INPUTS)) * 64).round() / 64
    batches.append((x, labels))
DATA = {
    "input": [INPUTS], "layers": LAYERS, "initial": weights(start), "steps": STEPS,
    "batches": [{"inputs": short(x.numpy()), "labels": y.tolist()} for x, y in batches]}


def groups(model, settings):
    """One group a parameter, with the factors that Mien's rules say."""
    paths = ["0.weight", "0.bias", "2.scale", "2.shift", "3.weight", "3.bias"]
    decays = settings.get("decay_norms_and_biases", True)
    result = []
    for path, parameter in zip(paths, model.parameters()):
        rate = next((f for p, f in settings.get("rate_factors", {}).items() if path.startswith(p + ".")), 1)
        decay = next((f for p, f in settings.get("decay_factors", {}).items() if path.startswith(p + ".")), 1)
        if not decays and parameter.ndim < 2:
            decay = 0
        if rate == 0:
            parameter.requires_grad_(False)
            continue
        result.append({
            "params": [parameter], "lr": settings["learning_rate"] * rate,
            "weight_decay": settings["weight_decay"] * decay})
    return result


def train(settings, cycle=False):
    model = copy.deepcopy(start)
    parameters = groups(model, settings)
    if settings["name"] == "sgd":
        optimiser = torch.optim.SGD(
            parameters, lr=settings["learning_rate"], momentum=settings["momentum"],
            nesterov=settings["nesterov"])
    else:
        rule = torch.optim.Adam if settings["name"] == "adam" else torch.optim.AdamW
        optimiser = rule(
            parameters, lr=settings["learning_rate"], betas=(settings["beta1"], settings["beta2"]),
            eps=settings["epsilon"])
    if cycle:
        schedule = lr_scheduler.OneCycleLR(
            optimiser, [group["lr"] for group in parameters], total_steps=STEPS, cycle_momentum=True)
    if settings.get("rate_factors", {}).get("2") == 0:
        model[2].momentum = 0  # frozen statistics
    losses = []
    for step in range(STEPS):
        x, labels = batches[step % len(batches)]
        optimiser.zero_grad()
        loss = F.cross_entropy(model(x), labels)
        loss.backward()
        if settings.get("clip_norm", 0) > 0:
            nn.utils.clip_grad_norm_([p for g in parameters for p in g["params"]], settings["clip_norm"])
        optimiser.step()
        if cycle:
            schedule.step()
        losses.append(loss.item())
    return {"settings": settings, "cycle": cycle, "losses": short(losses), "final": weights(model)}


SGD = {"name": "sgd", "learning_rate": 0.05, "momentum": 0.9, "nesterov": False, "weight_decay": 0.01}
ADAM = {"name": "adam", "learning_rate": 0.01, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weight_decay": 0.01}
ADAMW = {**ADAM, "name": "adamw", "weight_decay": 0.1}
write("optimisers.json", {**DATA, "cases": [
    train(SGD), train({**SGD, "nesterov": True}), train({**SGD, "clip_norm": 0.25}),
    train({**SGD, "decay_norms_and_biases": False}), train({**SGD, "rate_factors": {"0": 0.1, "2": 0}}),
    train(SGD, cycle=True),
    train(ADAM), train({**ADAM, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3}), train({**ADAM, "clip_norm": 0.25}),
    train(ADAM, cycle=True),
    train(ADAMW), train({**ADAMW, "decay_norms_and_biases": False}),
    train({**ADAMW, "rate_factors": {"0": 0.5}, "decay_factors": {"3": 2}, "clip_norm": 0.5}),
    train({**ADAMW, "rate_factors": {"0": 0}, "clip_norm": 0.1})]})


# ---- Schedules.
def course(make, momentum=False, metrics=None, per_epoch=1):
    optimiser = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0, momentum=0.9)
    schedule = make(optimiser)
    rates, momenta = [], []
    for step in range(STEPS):
        rates.append(optimiser.param_groups[0]["lr"])
        momenta.append(optimiser.param_groups[0]["momentum"])
        optimiser.step()
        if (step + 1) % per_epoch == 0:
            schedule.step(metrics[step // per_epoch]) if metrics else schedule.step()
    return {"factors": short(rates), "momenta": short(momenta) if momentum else None}


def warmed(make, steps):
    """A straight climb over `steps`, then the course."""
    return lambda o: lr_scheduler.SequentialLR(
        o, [lr_scheduler.LinearLR(o, 1 / (steps + 1), 1, total_iters=steps), make(o)], [steps])


cosine = lambda steps, end=0.0: lambda o: lr_scheduler.CosineAnnealingLR(o, steps, eta_min=end)
random = np.random.default_rng(3)
accuracies = short(0.5 + 0.3 * (1 - np.exp(-np.arange(100) / 12)) + 0.01 * random.standard_normal(100))
losses = short(2 - 1.2 * (1 - np.exp(-np.arange(100) / 12)) + 0.02 * random.standard_normal(100))
plateau = lambda mode, **more: lambda o: lr_scheduler.ReduceLROnPlateau(o, mode, **more)
ONE = {"name": "one_cycle", "warmup_epochs": 0}
write("schedules.json", {"cases": [
    {"schedule": {"name": "step", "warmup_epochs": 0, "step_epochs": 3, "factor": 0.5}, "steps_per_epoch": 10,
     **course(lambda o: lr_scheduler.StepLR(o, 3, 0.5), per_epoch=10)},
    {"schedule": {"name": "cosine", "warmup_epochs": 0, "final_factor": 0.05}, "steps_per_epoch": 10,
     **course(cosine(100, 0.05))},
    {"schedule": {"name": "cosine", "warmup_epochs": 2}, "steps_per_epoch": 10, **course(warmed(cosine(80), 20))},
    {"schedule": {"name": "constant", "warmup_epochs": 1.5}, "steps_per_epoch": 10,
     **course(warmed(lambda o: lr_scheduler.ConstantLR(o, 1), 15))},
    {"schedule": {**ONE, "cycle_momentum": True}, "steps_per_epoch": 10,
     **course(lambda o: lr_scheduler.OneCycleLR(o, 1.0, total_steps=100), momentum=True)},
    {"schedule": {**ONE, "cycle_momentum": True, "peak_share": 0.45, "initial_divisor": 10, "final_divisor": 100,
                  "momentum_low": 0.8, "momentum_high": 0.9}, "steps_per_epoch": 4,
     **course(lambda o: lr_scheduler.OneCycleLR(
         o, 1.0, total_steps=100, pct_start=0.45, div_factor=10, final_div_factor=100, base_momentum=0.8,
         max_momentum=0.9), momentum=True)},
    {"schedule": {"name": "plateau", "warmup_epochs": 0, "factor": 0.5, "patience": 2}, "steps_per_epoch": 1,
     "metrics": accuracies, "lower_is_better": False,
     **course(plateau("max", factor=0.5, patience=2, eps=0), metrics=accuracies)},
    {"schedule": {"name": "plateau", "warmup_epochs": 0, "factor": 0.2, "patience": 1, "cooldown": 3,
                  "threshold": 0.01, "final_factor": 0.001}, "steps_per_epoch": 2,
     "metrics": losses[:50], "lower_is_better": True,
     **course(plateau("min", factor=0.2, patience=1, cooldown=3, threshold=0.01, min_lr=0.001, eps=0),
              metrics=losses, per_epoch=2)}]})


# ---- SAM, by hand.
ORDER = ["0.weight", "0.bias", "2.scale", "2.shift", "3.weight", "3.bias"]


def forward(w, x, y):
    """The mean cross-entropy, its gradients, and what batch norm saw."""
    n = len(x)
    h = np.tanh(x @ w["0.weight"] + w["0.bias"])
    mean, variance = h.mean(0), h.var(0)
    root = np.sqrt(variance + 1e-5)
    normal = (h - mean) / root
    z = (normal * w["2.scale"] + w["2.shift"]) @ w["3.weight"] + w["3.bias"]
    z = z - z.max(1, keepdims=True)
    p = np.exp(z) / np.exp(z).sum(1, keepdims=True)
    loss = -np.log(p[np.arange(n), y]).mean()
    dz = p.copy()
    dz[np.arange(n), y] -= 1
    dz /= n
    g = {"3.weight": (normal * w["2.scale"] + w["2.shift"]).T @ dz, "3.bias": dz.sum(0)}
    db = dz @ w["3.weight"].T
    g["2.scale"], g["2.shift"] = (db * normal).sum(0), db.sum(0)
    dn = db * w["2.scale"]
    dh = (dn - dn.mean(0) - normal * (dn * normal).mean(0)) / root
    da = dh * (1 - h**2)
    g["0.weight"], g["0.bias"] = x.T @ da, da.sum(0)
    return loss, g, (mean, variance * n / (n - 1))


def arrays():
    return {k: np.array(v["values"]).reshape(v["shape"]) for k, v in DATA["initial"].items()}


w, (x, y) = arrays(), (batches[0][0].numpy(), batches[0][1].numpy())
for name in ORDER:
    for i in range(w[name].size):
        values = []
        for h in (1e-5, -1e-5):
            moved = copy.deepcopy(w)
            moved[name].flat[i] += h
            values.append(forward(moved, x, y)[0])
        error = abs((values[0] - values[1]) / 2e-5 - forward(w, x, y)[1][name].flat[i])
        assert error < 1e-8, (name, i, error)


def sharpness(rho, rate, momentum, decay, frozen=()):
    w, losses = arrays(), []
    trained = [name for name in ORDER if name.split(".")[0] not in frozen]
    velocity = {name: np.zeros_like(w[name]) for name in trained}
    for step in range(STEPS):
        x, y = batches[step % len(batches)][0].numpy(), batches[step % len(batches)][1].numpy()
        loss, g, (mean, variance) = forward(w, x, y)
        norm = np.sqrt(sum((g[name] ** 2).sum() for name in trained))
        moved = {name: w[name] + (rho * g[name] / (norm + 1e-12) if name in trained else 0) for name in ORDER}
        _, g, _ = forward(moved, x, y)
        for name in trained:
            d = g[name] + decay * w[name]
            velocity[name] = momentum * velocity[name] + d
            w[name] = w[name] - rate * (d + momentum * velocity[name])
        w["2.running_mean"] = 0.9 * w["2.running_mean"] + 0.1 * mean
        w["2.running_variance"] = 0.9 * w["2.running_variance"] + 0.1 * variance
        losses.append(loss)
    return {
        "settings": {"name": "sgd", "sam_rho": rho, "learning_rate": rate, "momentum": momentum, "nesterov": True,
                     "weight_decay": decay, "rate_factors": {name: 0 for name in frozen}},
        "cycle": False, "losses": short(losses),
        "final": {k: {"shape": list(v.shape), "values": short(v)} for k, v in w.items()}}


write("sharpness.json", {**DATA, "cases": [
    sharpness(0.05, 0.05, 0.9, 0.01), sharpness(0.5, 0.1, 0, 0), sharpness(0.2, 0.05, 0.9, 0.01, frozen=("0",))]})
