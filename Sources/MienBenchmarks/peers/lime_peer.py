"""How long the Python package lime takes on PyTorch, in a process of its own.

    lime_peer.py time --checkpoint RUN --data DIR --variant fp32-channels-last+frozen@100
    lime_peer.py command --checkpoint RUN --data DIR --variant … --out DIR
    lime_peer.py check --checkpoint RUN --data DIR --explanation F.json

explains row 0 of data that Mien prepared, with the weights of a vgg10 that Mien trained: 1000 samples,
about 50 superpixels by SLIC, the package's own defaults else. A variant is how PyTorch runs and, behind
the @, how many pictures the package asks about at once (its default is 10). `time` warms up and prints
a JSON object a variant; `command` does it once and writes a picture and the weights, so that its whole
process can be timed; `check` tells how far lime's answers are from an explanation of Mien's.
"""

import argparse
import json
import pathlib
import statistics
import time
from importlib.metadata import version

import numpy as np
import torch
from lime import lime_image

from trained import classifier as classifier_of_faces

SAMPLES, PARTS = 1000, 50
# A bar for each explanation costs time, and nobody looks at it here.
lime_image.tqdm = lambda rows: rows


def face(data: pathlib.Path) -> np.ndarray:
    """Grey levels of row 0, [48, 48]."""
    return np.load(data / "inputs-00000.npy")[0, :, :, 0]


def classifier(checkpoint: pathlib.Path, way: str, batch: int):
    """What lime asks: pictures [n, 48, 48, 3] in grey levels, of which all channels are equal."""
    answer = classifier_of_faces(checkpoint, way, batch)
    return lambda pictures: answer(pictures[..., 0])


def explain(picture: np.ndarray, answer, batch: int, segmentation=None):
    """What a user of the package writes."""
    explainer = lime_image.LimeImageExplainer(random_state=1)
    return explainer.explain_instance(
        picture.astype(np.float32), answer, top_labels=5, hide_color=None, num_samples=SAMPLES,
        batch_size=batch, segmentation_fn=segmentation or superpixels,
    )


def superpixels(picture: np.ndarray) -> np.ndarray:
    from skimage.segmentation import slic

    return slic(picture / 255, n_segments=PARTS, start_label=0)


def split(variant: str) -> tuple[str, int]:
    way, _, batch = variant.partition("@")
    return way, int(batch or 10)


def measure(arguments, variant: str) -> dict:
    way, batch = split(variant)
    picture = face(arguments.data)
    answer = classifier(arguments.checkpoint, way, batch)
    times = []
    for number in range(arguments.runs + 1):
        start = time.perf_counter()
        found = explain(picture, answer, batch)
        # The first lays out weights and compiles.
        if number > 0:
            times.append(1e3 * (time.perf_counter() - start))
    return {
        "milliseconds": statistics.median(times), "parts": len(np.unique(found.segments)),
        "runs": len(times),
    }


def command(arguments, variant: str) -> None:
    from skimage.io import imsave
    from skimage.segmentation import mark_boundaries

    way, batch = split(variant)
    found = explain(face(arguments.data), classifier(arguments.checkpoint, way, batch), batch)
    label = found.top_labels[0]
    picture, mask = found.get_image_and_mask(label, positive_only=False, num_features=10)
    arguments.out.mkdir(parents=True, exist_ok=True)
    marked = mark_boundaries(np.repeat(np.repeat(picture / 255, 7, 0), 7, 1),
                             np.repeat(np.repeat(mask, 7, 0), 7, 1))
    imsave(arguments.out / "face.png", (255 * np.clip(marked, 0, 1)).astype(np.uint8))
    weights = {str(label): dict(map(lambda p: (int(p[0]), float(p[1])), found.local_exp[label]))
               for label in found.local_exp}
    (arguments.out / "face.json").write_text(json.dumps(weights))


def check(arguments, variant: str) -> dict:
    """lime on Mien's superpixels: the largest difference of the whole face's probabilities, and the
    rank correlation of the weights, which have only the seed between them."""
    ours = json.loads(arguments.explanation.read_text())
    parts = ours["segmentation"]
    labels = np.array(parts["labels"]).reshape(parts["height"], parts["width"])
    way, batch = split(variant)
    answer = classifier(arguments.checkpoint, way, batch)
    picture = face(arguments.data)
    found = explain(picture, answer, batch, segmentation=lambda _: labels)
    names = json.loads((arguments.checkpoint / "config.json").read_text())["classes"]
    top = names.index(ours["explanation"]["label"])
    theirs = dict(found.local_exp[top])
    theirs = np.array([theirs[part] for part in range(parts["count"])])
    mine = np.array(ours["explanation"]["classes"][names[top]]["weights"])
    whole = answer(np.repeat(picture[None, :, :, None], 3, axis=3))[0]
    rank = lambda values: np.argsort(np.argsort(values))
    return {
        "probability": abs(float(whole[top]) - ours["explanation"]["probability"]),
        "rank_correlation": float(np.corrcoef(rank(theirs), rank(mine))[0, 1]),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("work", choices=["time", "command", "check"])
    parser.add_argument("--checkpoint", type=pathlib.Path, required=True)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--variant", action="append", required=True)
    parser.add_argument("--explanation", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    for variant in arguments.variant:
        if arguments.work == "command":
            command(arguments, variant)
            continue
        outcome = {"variant": variant, "version": f"{version('lime')}, {torch.__version__}"}
        try:
            work = measure if arguments.work == "time" else check
            outcome |= work(arguments, variant)
        except (RuntimeError, ValueError) as error:  # not every way runs every network
            outcome["error"] = str(error).strip().split("\n")[-1]
        print(json.dumps(outcome), flush=True)


if __name__ == "__main__":
    main()
