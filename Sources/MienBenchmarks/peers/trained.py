"""A vgg10 that Mien trained, run by PyTorch in one of its ways.

A way is a precision, a layout and how the network is run: fp32-contiguous, fp32-channels-last+frozen.
"""

import json
import pathlib

import numpy as np
import torch
from torch._inductor import config as inductor

from vgg10 import vgg10, weights_of_mien

LAYOUTS = {"contiguous": torch.contiguous_format, "channels-last": torch.channels_last}


def network(checkpoint: pathlib.Path, layout: torch.memory_format):
    """The trained vgg10, and its configuration."""
    configuration = json.loads((checkpoint / "config.json").read_text())
    model = vgg10()
    model.load_state_dict(
        weights_of_mien(str(checkpoint / "best.safetensors"), model), strict=False
    )
    return model.eval().to(memory_format=layout), configuration


def classifier(checkpoint: pathlib.Path, way: str, batch: int):
    """What answers pictures [n, 48, 48] in grey levels with probabilities [n, classes]; `batch` is how many come
    at once."""
    precision, _, rest = way.partition("-")
    name, _, how = rest.partition("+")
    if precision != "fp32" or name not in LAYOUTS or how not in ("", "frozen", "compile"):
        raise ValueError(f"no variant is named {way}")
    layout = LAYOUTS[name]
    model, configuration = network(checkpoint, layout)
    constants = configuration["input"]["normalisation"]
    temperature = configuration.get("temperature") or 1.0
    example = torch.zeros(batch, 1, 48, 48).to(memory_format=layout)
    if how == "compile":
        inductor.freezing = True
        model = torch.compile(model)
    elif how == "frozen":
        with torch.no_grad():
            model = torch.jit.optimize_for_inference(torch.jit.freeze(torch.jit.trace(model, example)))

    def answer(pictures: np.ndarray) -> np.ndarray:
        inputs = torch.from_numpy(np.ascontiguousarray(pictures[:, None], dtype=np.float32))
        inputs = (inputs / 255 - constants["mean"]) / constants["standard_deviation"]
        with torch.inference_mode():
            logits = model(inputs.contiguous(memory_format=layout))
            return torch.softmax(logits / temperature, dim=1).numpy()

    return answer
