"""The reference network vgg10 in PyTorch, with weights from a file that Mien wrote."""

from safetensors.numpy import load_file
import torch
from torch import nn

WIDTHS = (32, 64, 128, 256)
SIDE = 48
CLASSES = 7


def vgg10(dropout: float = 0.5) -> nn.Sequential:
    """Blocks of twice [3x3 convolution, batch norm, ReLU] and a max pool; two dense layers.

    The layers stand at the same indices as in Mien, so that names of weights correspond.
    """
    layers: list[nn.Module] = []
    channels = 1
    for width in WIDTHS:
        for _ in range(2):
            layers += [
                nn.Conv2d(channels, width, 3, padding=1, bias=False),
                nn.BatchNorm2d(width),
                nn.ReLU(inplace=True),
            ]
            channels = width
        layers.append(nn.MaxPool2d(2))
    side = SIDE >> len(WIDTHS)
    layers += [
        nn.Flatten(),
        nn.Linear(channels * side * side, 256),
        nn.ReLU(inplace=True),
        nn.Dropout(dropout),
        nn.Linear(256, CLASSES),
    ]
    return nn.Sequential(*layers)


# What Mien calls the parts of a layer.
NAMES = {
    "scale": "weight",
    "shift": "bias",
    "running_mean": "running_mean",
    "running_variance": "running_var",
}


def weights_of_mien(path: str, network: nn.Sequential) -> dict[str, torch.Tensor]:
    """A state of `network` from a safetensors file of Mien's, which stores channels last.

    Convolutions are [height, width, channels, filters] there, dense layers [inputs, outputs], and
    what is flattened has its channels innermost. A layer without weights may be missing in between:
    layers are counted among those that have some.
    """
    stored = load_file(path)
    theirs = sorted({int(name.split(".")[0]) for name in stored})
    ours = [i for i, layer in enumerate(network) if list(layer.parameters())]
    if len(theirs) != len(ours):
        raise ValueError(f"{path}: {len(theirs)} layers with weights, expected {len(ours)}")
    place = dict(zip(theirs, ours))
    side = SIDE >> len(WIDTHS)
    state = {}
    for name, array in stored.items():
        index, part = name.split(".")
        layer = network[place[int(index)]]
        value = torch.from_numpy(array.copy())
        if isinstance(layer, nn.Conv2d):
            value = value.permute(3, 2, 0, 1)
        elif isinstance(layer, nn.BatchNorm2d):
            part = NAMES[part]
        elif part == "weight":
            if layer.in_features == WIDTHS[-1] * side * side:
                value = value.reshape(side, side, WIDTHS[-1], -1).permute(2, 0, 1, 3)
                value = value.reshape(layer.in_features, -1)
            value = value.T
        state[f"{place[int(index)]}.{part}"] = value.contiguous()
    return state
