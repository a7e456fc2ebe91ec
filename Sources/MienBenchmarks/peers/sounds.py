"""Mien on sounds against librosa: a part of compare.py."""

import csv
import json
import pathlib
import sys

from measure import in_turns, run, say

PEERS = pathlib.Path(__file__).resolve().parent
WORKS = {"ser15-files": "ser15_files", "ser15-samples": "ser15_samples", "gtzan58-files": "gtzan58_files"}


def sounds(comparison) -> dict | None:
    """Features of speech and of music, from files and from samples that were decoded before."""
    if comparison.sound_folder is None:
        say("sounds are not compared: no folder was given")
        return None
    say("sounds: does librosa find the same?")
    files = chosen(comparison.sound_folder, 1 if comparison.quick else 4)
    agreement = agree(comparison, {kind: paths[::12] for kind, paths in files.items()})
    if max(agreement.values()) > 1e-4:
        raise SystemExit(f"Mien and librosa find different features: {agreement}")
    listed = comparison.temporary / "sounds.json"
    listed.write_text(json.dumps(files))

    def timed(command: list) -> dict:
        done = run(command, comparison.environment)
        return done.json()

    effort = ["--quick"] if comparison.quick else []
    sides = {
        "ours": lambda: timed([comparison.benchmarks, "--sounds", listed, *effort]),
        "theirs": lambda: timed([sys.executable, PEERS / "sound_peer.py", "time", listed,
                                 "--processes", comparison.threads,
                                 "--rounds", 1 if comparison.quick else 3]),
    }  # fmt: skip
    turns = in_turns(sides, comparison.rounds)
    counts = {"ser15": len(files["speech"]), "gtzan58": len(files["music"])}
    rows = {}
    for name, key in WORKS.items():
        count = counts[name.split("-")[0]]
        speeds = {
            side: [outcome | {"sounds_per_second": count / outcome[key]} for outcome in outcomes]
            for side, outcomes in turns.items()
        }
        rows[name] = comparison.row(speeds["ours"], speeds["theirs"], "sounds_per_second")
    outcomes, _, _ = comparison.benchmark("signal/")
    return {
        "rows": rows, "agreement": agreement, "counts": counts,
        "benchmarks": {outcome["name"]: outcome for outcome in outcomes},
    }  # fmt: skip


def chosen(folder: pathlib.Path, share: int) -> dict[str, list[str]]:
    """Some files of speech and of music, spread over the folders."""
    result = {}
    for kind, name, count in (("speech", "ravdess", 60 * share), ("music", "music", 6 * share)):
        files = sorted(str(file) for file in (folder / name).rglob("*.flac"))
        if not files:
            raise SystemExit(f"{folder / name}: no FLAC file")
        result[kind] = files[:: max(1, len(files) // count)][:count]
    return result


def agree(comparison, files: dict[str, list[str]]) -> dict[str, float]:
    """The largest difference by set, relative to the size of a column or, of a mean, to its deviation."""
    listed = comparison.temporary / "check.json"
    listed.write_text(json.dumps(files))
    theirs = run([sys.executable, PEERS / "sound_peer.py", "check", listed], comparison.environment).json()
    result = {}
    for name, kind in (("ser15", "speech"), ("gtzan58", "music")):
        table = comparison.temporary / f"{name}.csv"
        run([comparison.mien, "features", "--set", name, "--out", table, *files[kind]])
        worst = 0.0
        for row in csv.DictReader(table.open()):
            columns = [column for column in row if column not in ("filename", "label")]
            expected = dict(zip(columns, theirs[name][row["filename"]], strict=True))
            for column in columns:
                spread = expected.get(column.replace("_mean", "_std"), 0)
                spread = max(spread, expected.get(column.replace("_mean", "_var"), 0) ** 0.5)
                size = max(abs(expected[column]), spread if column.endswith("_mean") else 0, 1e-12)
                worst = max(worst, abs(float(row[column]) - expected[column]) / size)
        result[name] = worst
    return result
