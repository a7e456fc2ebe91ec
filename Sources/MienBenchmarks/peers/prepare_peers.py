#!/usr/bin/env python3
"""Reads a FER-format CSV into a float32 array [rows, pixels] as Python users would.

Usage: prepare_peers.py CSV [--json] [--runs N] [--only NAME ...]

The peers take turns, so that whatever else the machine does slows them down alike; each runs in a
process of its own, whose start and imports are not counted. Of the ways that each library offers,
the faster ones are here; DuckDB's time is that of its best.
"""

import argparse
import importlib.metadata
import json
import os
import platform
import statistics
import subprocess
import sys
import time


def pandas_numpy(path):
    import numpy
    import pandas

    start = time.perf_counter()
    pixels = pandas.read_csv(path, usecols=["pixels"])["pixels"]
    array = numpy.stack([numpy.array(row.split(), dtype=numpy.float32) for row in pixels])
    return array, time.perf_counter() - start


def polars(path):
    import polars as pl

    start = time.perf_counter()
    pixels = pl.scan_csv(path).select(
        pl.col("pixels").str.split(" ").cast(pl.List(pl.Float32))
    )
    column = pixels.collect()["pixels"]
    array = column.explode().to_numpy().reshape(len(column), -1)
    return array, time.perf_counter() - start


def polars_bytes(path):
    """Through bytes, which are a quarter of the floats' memory."""
    import numpy
    import polars as pl

    start = time.perf_counter()
    pixels = pl.scan_csv(path).select(pl.col("pixels").str.split(" ").cast(pl.List(pl.UInt8)))
    column = pixels.collect()["pixels"]
    array = column.explode().to_numpy().astype(numpy.float32).reshape(len(column), -1)
    return array, time.perf_counter() - start


def from_duckdb(path, number):
    import duckdb
    import numpy

    start = time.perf_counter()
    table = duckdb.execute(
        f"SELECT string_split(pixels, ' ')::{number}[] AS pixels FROM read_csv(?)", [path]
    ).to_arrow_table()
    flat = table["pixels"].combine_chunks().flatten().to_numpy()
    array = flat.astype(numpy.float32, copy=False).reshape(table.num_rows, -1)
    return array, time.perf_counter() - start


def duckdb_floats(path):
    return from_duckdb(path, "FLOAT")


def duckdb_bytes(path):
    """Through bytes, which are a quarter of the floats' memory."""
    return from_duckdb(path, "UTINYINT")


PEERS = {
    "pandas": pandas_numpy,
    "polars": polars,
    "polars-bytes": polars_bytes,
    "duckdb": duckdb_floats,
    "duckdb-bytes": duckdb_bytes,
}
PACKAGES = ["pandas", "numpy", "polars", "duckdb", "pyarrow"]


def run_once(name, path):
    """In a process of its own: seconds, shape, and a sum that all peers must agree on."""
    array, seconds = PEERS[name](path)
    assert array.dtype == "float32", array.dtype
    return {"seconds": seconds, "shape": list(array.shape), "sum": float(array.sum(dtype="f8"))}


def measure(names, path, runs):
    outcomes = {name: [] for name in names}
    for _ in range(runs):
        for name in names:
            done = subprocess.run(
                [sys.executable, __file__, path, "--once", name],
                check=True, capture_output=True, text=True,
            )
            outcomes[name].append(json.loads(done.stdout))
    if len({(tuple(run["shape"]), run["sum"]) for all_runs in outcomes.values() for run in all_runs}) != 1:
        sys.exit("prepare_peers: the peers' arrays differ")
    return outcomes


def summary(name, runs):
    seconds = [run["seconds"] for run in runs]
    return {
        "name": name, "shape": runs[0]["shape"], "median_seconds": statistics.median(seconds),
        "least_seconds": min(seconds), "most_seconds": max(seconds), "runs": len(seconds),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("csv")
    parser.add_argument("--json", action="store_true", help="JSON on the standard output")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", nargs="+", choices=list(PEERS), default=list(PEERS))
    parser.add_argument("--once", choices=list(PEERS), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.once:
        print(json.dumps(run_once(arguments.once, arguments.csv)))
        return
    load_before = os.getloadavg()[0]
    outcomes = measure(arguments.only, arguments.csv, max(1, arguments.runs))
    report = {
        "csv_bytes": os.path.getsize(arguments.csv),
        "python": platform.python_version(),
        "versions": {package: importlib.metadata.version(package) for package in PACKAGES},
        "processors": os.cpu_count(),
        "load_before": load_before,
        "load_after": os.getloadavg()[0],
        "peers": [summary(name, runs) for name, runs in outcomes.items()],
    }
    if arguments.json:
        print(json.dumps(report, indent=2))
        return
    versions = ", ".join(f"{name} {version}" for name, version in report["versions"].items())
    print(f"Python {report['python']}, {versions}; load {load_before:.1f}")
    for peer in report["peers"]:
        print(
            f"{peer['name']:14} {peer['median_seconds']:7.2f} s"
            f"  ({peer['least_seconds']:.2f} to {peer['most_seconds']:.2f})"
        )


if __name__ == "__main__":
    main()
