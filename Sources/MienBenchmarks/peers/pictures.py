"""Mien on many pictures and on videos: parts of compare.py."""

import csv
import json
import os
import pathlib
import subprocess
import sys
import time

from measure import in_turns, run, say, summary

PEERS = pathlib.Path(__file__).resolve().parent
WAYS = ["fp32-contiguous", "fp32-channels-last", "fp32-contiguous+frozen", "fp32-channels-last+frozen"]


def trained(comparison) -> tuple[pathlib.Path, pathlib.Path]:
    """Prepared drawn faces, and a vgg10 that has learnt from them; made once."""
    faces, data, network = (comparison.temporary / name for name in ("drawn.csv", "drawn", "network"))
    if not network.exists():
        run([comparison.mien, "synthesize", "--rows", 1000, "--seed", 1, "--out", faces])
        run([comparison.mien, "prepare", faces, "--out", data])
        run([comparison.mien, "train", "--data", data, "--run", network, "--model", "vgg10",
             "--epochs", 2])  # fmt: skip
    return data, network


def folder(comparison) -> dict:
    """A folder of faces against OpenCV and PyTorch, and against reading and answering alone."""
    say("a folder of pictures: drawn faces, and a vgg10 that has learnt from them")
    _, network = trained(comparison)
    count = 700 if comparison.quick else 5000
    rows, agreement, heats = {}, {}, {}
    for size in (48, 224):
        faces = comparison.temporary / f"faces-{size}"
        run([comparison.mien, "synthesize", "--rows", count, "--seed", 2, "--images", faces,
             "--size", size])  # fmt: skip
        out = comparison.temporary / "folder.csv"

        def ours() -> dict:
            done = run([comparison.mien, "predict", faces, "--checkpoint", network, "--faces", "whole",
                        "--csv", out, "--workers", comparison.threads])  # fmt: skip
            return rates(done, done.seconds)

        def theirs(way: str) -> dict:
            done = run([sys.executable, PEERS / "folder_peer.py", faces, "--checkpoint", network,
                        "--variant", way, "--out", out.with_suffix(".peer.csv"),
                        "--threads", comparison.threads], comparison.environment)  # fmt: skip
            found = done.json()
            return rates(done, done.seconds) | {
                "variant": found["variant"], "work": count / found["seconds"]
            }

        def rates(done, seconds: float) -> dict:
            return {"images_per_second": count / seconds, "load": done.load, "others": done.others}

        say(f"{size}x{size}: PyTorch's best way")
        speeds = {way: theirs(way)["work"] for way in WAYS}
        heats[str(size)] = speeds
        best = max(speeds, key=speeds.__getitem__)
        ours(), theirs(best)
        agreement[str(size)] = agree(out, out.with_suffix(".peer.csv"))
        say(f"  {speeds}; both say the same of {100 * agreement[str(size)]['labels']:.1f} %")
        # Of enlarged pictures they differ in how they make them small again.
        if agreement[str(size)]["labels"] < (0.999 if size == 48 else 0.95):
            raise SystemExit(f"Mien and its peer answer differently: {agreement}")
        turns = in_turns({"ours": ours, "theirs": lambda: theirs(best)}, comparison.rounds)
        work = [outcome | {"images_per_second": outcome["work"]} for outcome in turns["theirs"]]
        rows[f"folder-{size}"] = comparison.row(turns["ours"], turns["theirs"], "images_per_second")
        rows[f"folder-{size}-work"] = comparison.row(turns["ours"], work, "images_per_second")
    outcomes, _, _ = comparison.benchmark("folder/")
    return {
        "rows": rows, "agreement": agreement, "heats": heats, "pictures": count,
        "benchmarks": {outcome["name"]: outcome for outcome in outcomes},
    }


def agree(ours: pathlib.Path, theirs: pathlib.Path) -> dict:
    """The share of pictures with equal labels, and the largest difference of probabilities."""
    mine, other = ({row["path"].split("/")[-1]: row for row in csv.DictReader(file.open())}
                   for file in (ours, theirs))  # fmt: skip
    if mine.keys() != other.keys() or not mine:
        raise SystemExit(f"{len(mine)} pictures of ours, {len(other)} of theirs")
    keys = [key for key in next(iter(other.values())) if key.startswith("p_")]
    equal = sum(mine[name]["label"] == other[name]["label"] for name in mine)
    apart = max(abs(float(mine[n][key]) - float(other[n][key])) for n in mine for key in keys)
    return {"labels": equal / len(mine), "probabilities": apart}


def video(comparison) -> dict:
    """Frames a second of a drawn face, and memory and time along ten thousand frames."""
    say("a video: a drawn face, 640x480")
    short, long = (comparison.temporary / name for name in ("short.mp4", "long.mp4"))
    frames, many = (300, 1500) if comparison.quick else (1800, 10000)
    for file, count in ((short, frames), (long, many)):
        run([comparison.mien, "synthesize", "--video", file, "--frames", count, "--seed", 1])

    def ours() -> dict:
        done = run([comparison.mien, "predict", short, "--csv", comparison.temporary / "video.csv",
                    "--workers", comparison.threads])  # fmt: skip
        return {"frames_per_second": frames / done.seconds, "load": done.load, "others": done.others}

    turns = in_turns({"ours": ours}, comparison.rounds)["ours"]
    wanted = [turn | {"frames_per_second": 30, "variant": "30 frames a second"} for turn in turns]
    rows = {"video": comparison.row(turns, wanted, "frames_per_second")}
    say(f"{many} frames")
    return {"rows": rows, "along": along(comparison, long, step=250), "frames": many}


def along(comparison, file: pathlib.Path, step: int) -> dict:
    """Every `step` frames of a long video: the time since the frames before, and the memory held."""
    command = [comparison.mien, "predict", file, "--json", "--workers", comparison.threads]
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, text=True)
    status = pathlib.Path(f"/proc/{process.pid}/status")
    frames, milliseconds, memory = [], [], []
    last, start = None, time.perf_counter()
    for line in process.stdout:
        number = json.loads(line)["frame"]
        if number == last or (number + 1) % step:
            continue
        last, now = number, time.perf_counter()
        frames.append(number + 1)
        milliseconds.append(1e3 * (now - start) / step)
        start = now
        kilobytes = [row.split()[1] for row in status.read_text().splitlines() if row.startswith("VmRSS")]
        memory.append(int(kilobytes[0]) / 1024 if kilobytes else None)
    if process.wait() != 0:
        raise SystemExit(f"{file} was not answered: {process.returncode}")
    # At the very end the process may be gone already.
    known = [index for index, value in enumerate(memory) if value is not None]
    return {
        "frames": [frames[i] for i in known], "milliseconds": [milliseconds[i] for i in known],
        "rss_mb": [memory[i] for i in known],
    }
