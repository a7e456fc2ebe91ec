"""PyTorch's images a second on random data: what `mien bench` measures, in one process of its own.

    torch_peer.py step|infer --variant fp32-channels-last [--batch-size 128] [--runs 9]

prints one JSON object a variant with the keys of `mien bench`, or an "error". A step is forward, cross-entropy, backward and
SGD with momentum 0.9, Nesterov and weight decay.
"""

import argparse
import json
import resource
import statistics
import time

import torch
from torch import nn
from torch._inductor import config as inductor

from vgg10 import CLASSES, SIDE, vgg10

LAYOUTS = {"contiguous": torch.contiguous_format, "channels-last": torch.channels_last}
# How the network is run; "whole" has bf16 weights in place of autocast.
STEP_VARIANTS = [f"{p}-{layout}" for p in ("fp32", "bf16") for layout in LAYOUTS]
INFER_VARIANTS = STEP_VARIANTS + [f"bf16-whole-{layout}" for layout in LAYOUTS]


def step_of(network: nn.Module, inputs: torch.Tensor, bf16: bool, compiled: bool):
    labels = torch.randint(CLASSES, (len(inputs),))
    optimiser = torch.optim.SGD(
        network.parameters(), lr=1e-3, momentum=0.9, nesterov=True, weight_decay=5e-4
    )
    loss_of = nn.CrossEntropyLoss()
    network.train()
    forward = torch.compile(network) if compiled else network

    def step():
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            loss = loss_of(forward(inputs), labels)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()

    return step


def answer_of(network: nn.Module, inputs: torch.Tensor, bf16: bool, how: str):
    network.eval()
    if how == "compile":
        # Constant weights may be laid out anew and batch norm folded into them.
        inductor.freezing = True
        network = torch.compile(network)
    elif how == "frozen":
        # Weights cast once would be constants that the trace does not know.
        with torch.no_grad(), torch.autocast(
            "cpu", torch.bfloat16, enabled=bf16, cache_enabled=False
        ):
            network = torch.jit.trace(network, inputs)
            network = torch.jit.optimize_for_inference(torch.jit.freeze(network))
    elif how:
        raise ValueError(f"{how} is not a way to run a network")

    def answer():
        # A frozen trace has its casts inside.
        with torch.inference_mode(), torch.autocast(
            "cpu", torch.bfloat16, enabled=bf16 and how != "frozen"
        ):
            network(inputs)

    return answer


def measure(work: str, name: str, batch_size: int, runs: int) -> dict:
    """One variant's speed, after runs that lay out weights and, where asked for, compile."""
    variant, _, how = name.partition("+")
    if variant not in (STEP_VARIANTS if work == "step" else INFER_VARIANTS):
        raise ValueError(f"no variant is named {name}")
    torch.manual_seed(1)
    layout = LAYOUTS["channels-last" if variant.endswith("channels-last") else "contiguous"]
    network = vgg10().to(memory_format=layout)
    inputs = torch.randn(batch_size, 1, SIDE, SIDE).to(memory_format=layout)
    if "whole" in variant:
        network, inputs = network.to(torch.bfloat16), inputs.to(torch.bfloat16)
    autocast = variant.startswith("bf16") and "whole" not in variant
    if work == "step":
        run = step_of(network, inputs, autocast, how == "compile")
    else:
        run = answer_of(network, inputs, autocast, how)

    for _ in range(3):
        run()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        run()
        times.append(1e3 * (time.perf_counter() - start))
    median = statistics.median(times)
    return {
        "images_per_second": 1e3 * batch_size / median,
        "milliseconds": median,
        "spread": (max(times) - min(times)) / median,
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024e-6,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("work", choices=["step", "infer"])
    parser.add_argument("--variant", action="append", metavar="NAME[+compile|+frozen]")
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    for name in arguments.variant or ["fp32-channels-last"]:
        outcome = {"variant": name, "version": torch.__version__}
        try:
            outcome |= measure(arguments.work, name, arguments.batch_size, arguments.runs)
        except (RuntimeError, ValueError) as error:  # not every way runs every network
            outcome["error"] = str(error).strip().split("\n")[-1]
        print(json.dumps(outcome), flush=True)


if __name__ == "__main__":
    main()
