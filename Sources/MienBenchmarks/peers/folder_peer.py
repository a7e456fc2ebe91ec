"""OpenCV and PyTorch on a folder of pictures that are faces, in a process of its own.

    folder_peer.py FOLDER --checkpoint RUN --variant fp32-channels-last+frozen --out F.csv

reads each picture with OpenCV, brings it to 48x48 grey levels, asks a vgg10 that Mien trained and writes a row
a picture: its path, the class and the probabilities. Pictures are read by as many threads as the network
has, a batch ahead of it. Prints a JSON object with the seconds from the first picture to the last row;
what it takes to load the libraries and the network is not in them.
"""

import argparse
import concurrent.futures
import csv
import json
import pathlib
import time

import cv2
import numpy as np
import torch

from trained import classifier

SIDE, BATCH = 48, 128


def read(file: pathlib.Path) -> np.ndarray:
    picture = cv2.imread(str(file), cv2.IMREAD_GRAYSCALE)
    if picture.shape != (SIDE, SIDE):
        picture = cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return picture


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--checkpoint", type=pathlib.Path, required=True)
    parser.add_argument("--variant", required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    cv2.setNumThreads(1)
    names = json.loads((arguments.checkpoint / "config.json").read_text())["classes"]
    answer = classifier(arguments.checkpoint, arguments.variant, BATCH)
    answer(np.zeros((BATCH, SIDE, SIDE), np.uint8))  # lays out weights

    start = time.perf_counter()
    files = sorted(arguments.folder.rglob("*.png"))
    groups = [files[i : i + BATCH] for i in range(0, len(files), BATCH)]
    with concurrent.futures.ThreadPoolExecutor(arguments.threads) as pool, arguments.out.open("w") as out:
        rows = csv.writer(out)
        rows.writerow(["path", "label"] + [f"p_{name}" for name in names])
        coming = [pool.submit(read, file) for file in groups[0]]
        for group, following in zip(groups, groups[1:] + [[]]):
            pictures = np.stack([picture.result() for picture in coming])
            coming = [pool.submit(read, file) for file in following]
            if len(pictures) < BATCH:  # a frozen network knows one size
                pictures = np.concatenate([pictures, np.zeros((BATCH - len(pictures), SIDE, SIDE), np.uint8)])
            for file, values in zip(group, answer(pictures)):
                label = names[int(values.argmax())]
                rows.writerow([file.relative_to(arguments.folder), label, *values])
    print(json.dumps({"seconds": time.perf_counter() - start, "pictures": len(files),
                      "variant": f"OpenCV {cv2.__version__}, PyTorch {arguments.variant}"}))


if __name__ == "__main__":
    main()
