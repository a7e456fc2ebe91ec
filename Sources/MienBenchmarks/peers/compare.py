"""`make bench`: Mien and its peers in one run, and what comes of it in docs/performance.md.

Each measurement is a process of its own that warms up first; the two sides take turns, at least five
times. First the two are checked to compute the same. Parts that are not chosen keep the figures of
an earlier run, with their own date.
"""

import argparse
import datetime
import json
import pathlib
import sys
import tempfile

import page
import pictures
import sounds
from measure import Finished, in_turns, machine, ratio, run, say, summary

PEERS = pathlib.Path(__file__).resolve().parent
ROOT = PEERS.parents[2]
# lime and PyTorch as they come: the package asks about ten pictures at once.
PLAIN_LIME = "fp32-contiguous@10"
PARTS = ["ratios", "prepare", "explain", "folder", "video", "sounds", "layers", "growth"]
# How prepare_peers.py names the ways of each peer; its time is that of its best.
PREPARE_WAYS = {
    "duckdb": ["duckdb", "duckdb-bytes"], "polars": ["polars", "polars-bytes"],
    "pandas": ["pandas"],
}


class Comparison:
    """The settings of one run, and its parts."""

    folder, video, sounds = pictures.folder, pictures.video, sounds.sounds

    def __init__(self, arguments: argparse.Namespace, temporary: pathlib.Path):
        self.threads = arguments.threads
        self.quick = arguments.quick
        self.csv = arguments.csv
        self.sound_folder = arguments.sounds
        self.mien = ROOT / ".build/release/mien"
        self.benchmarks = ROOT / ".build/release/MienBenchmarks"
        self.temporary = temporary
        self.rounds = 2 if self.quick else 5
        # Compiled code is kept for the later rounds of this run.
        self.environment = {
            "TORCHINDUCTOR_CACHE_DIR": str(temporary / "inductor"),
            "OMP_NUM_THREADS": str(self.threads),
            "POLARS_MAX_THREADS": str(self.threads),
        }

    def runs(self, batch_size: int) -> int:
        """How often a batch is timed in one process: small ones often, they take a millisecond."""
        return (3 if self.quick else 9) * max(1, 64 // batch_size)

    def ours(
        self, work: str, batch_size: int = 128, threads: int | None = None, words: tuple = ()
    ) -> dict:
        return run(
            [
                self.mien, "bench", work, "--batch-size", batch_size, "--json",
                "--runs", self.runs(batch_size), "--workers", threads or self.threads, *words,
            ]
        ).json()  # fmt: skip

    def theirs(self, work: str, variants: list[str], batch_size: int = 128) -> list[dict]:
        """PyTorch's speed in each variant, all in one process."""
        done = run(
            [
                sys.executable, PEERS / "torch_peer.py", work, "--batch-size", batch_size,
                "--runs", self.runs(batch_size), "--threads", self.threads,
                *(word for variant in variants for word in ("--variant", variant)),
            ],
            self.environment,
        )  # fmt: skip
        return [
            json.loads(line) | {"load": done.load, "others": done.others}
            for line in done.output.splitlines()
        ]

    def heat(self, work: str, batch_size: int) -> dict:
        """The fastest way for PyTorch to do it in each precision, and how fast all were."""
        speeds: dict[str, float] = {}

        def measure(variants: list[str]) -> None:
            for outcome in self.theirs(work, variants, batch_size):
                speed = outcome.get("images_per_second")
                if speed is not None:
                    speeds[outcome["variant"]] = speed
                say(f"  {outcome['variant']}: {speed or outcome['error']}")

        def best(precision: str) -> str:
            return max((s for s in speeds if s.startswith(precision)), key=speeds.__getitem__)

        kinds = ["fp32", "bf16"] + (["bf16-whole"] if work == "infer" else [])
        measure([f"{kind}-{layout}" for kind in kinds for layout in ("contiguous", "channels-last")])
        # Compiling takes most of a minute.
        ways = (["frozen"] if work == "infer" else []) + ([] if self.quick else ["compile"])
        eager = [best("fp32"), best("bf16")]
        if ways:
            measure([f"{variant}+{way}" for variant in eager for way in ways])
        return {"fp32": best("fp32"), "bf16": best("bf16"), "all": speeds}

    def ratios(self) -> dict:
        say("do both compute the same?")
        # In a process of its own: a child's peak memory counts its parent's, which must stay small.
        agreement = run([sys.executable, PEERS / "agreement.py", self.mien]).output
        result: dict = {"agreement": json.loads(agreement), "rows": {}, "heats": {}}
        works = [("step", 128), ("infer", 128), ("infer", 8), ("infer", 1)]
        if self.quick:
            works.remove(("infer", 8))
        for work, batch_size in works:
            say(f"{work} at {batch_size}: PyTorch's best way")
            heat = self.heat(work, batch_size)
            result["heats"][f"{work}-{batch_size}"] = heat["all"]
            sides = {
                "ours": lambda: self.ours(work, batch_size),
                "fp32": lambda: self.theirs(work, [heat["fp32"]], batch_size)[0],
                "bf16": lambda: self.theirs(work, [heat["bf16"]], batch_size)[0],
            }
            if work == "infer" and batch_size != 8:
                words = ("--precision", "bf16")
                sides["ours-bf16"] = lambda: self.ours(work, batch_size, words=words)
            result["rows"] |= self.rows(f"{work}-{batch_size}", in_turns(sides, self.rounds))
        say("one worker and two")
        sides = {
            "ours": lambda: self.ours("step", threads=2),
            "theirs": lambda: self.ours("step", threads=1),
        }
        turns = in_turns(sides, self.rounds)
        turns["theirs"] = [outcome | {"variant": "1 worker"} for outcome in turns["theirs"]]
        result["rows"]["workers"] = self.row(turns["ours"], turns["theirs"], "images_per_second")
        return result

    def rows(self, name: str, turns: dict[str, list[dict]]) -> dict:
        found = {
            f"{name}-{peer}": self.row(turns["ours"], turns[peer], "images_per_second")
            for peer in ("fp32", "bf16")
        }
        if "ours-bf16" in turns:
            found[f"{name}-bf16-bf16"] = self.row(
                turns["ours-bf16"], turns["bf16"], "images_per_second"
            )
        if name.startswith("step"):
            found["memory"] = self.row(turns["ours"], turns["fp32"], "peak_rss_mb")
        return found

    @staticmethod
    def row(
        ours: list[dict], theirs: list[dict], key: str, smaller_is_better: bool = False
    ) -> dict:
        mine, other = [o[key] for o in ours], [t[key] for t in theirs]
        both = ours + theirs
        return {
            "ours": summary(mine),
            "theirs": summary(other),
            "ratio": ratio(mine, other, smaller_is_better),
            "rounds": len(mine),
            "against": theirs[0].get("variant", ""),
            "version": theirs[0].get("version", ""),
            "load": max(outcome["load"] for outcome in both),
            "others": summary([outcome["others"] for outcome in both])["median"],
        }

    def prepare(self) -> dict | None:
        """Mien to shards against its peers to an array, on the CSV that was given."""
        script = PEERS / "prepare_peers.py"
        if self.csv is None or not script.exists():
            reason = "no CSV was given" if self.csv is None else f"{script.name} is not there"
            say(f"prepare is not compared: {reason}")
            return None
        say("prepare, in turns with its peers")

        def ours() -> dict:
            out = self.temporary / "prepared"
            done = run([self.mien, "prepare", self.csv, "--out", out, "--workers", self.threads])
            return {"seconds": done.seconds, "load": done.load, "others": done.others}

        rows = {}
        for peer, ways in PREPARE_WAYS.items():
            def theirs() -> dict:
                done = run([sys.executable, script, self.csv, "--json", "--runs", 1, "--only", *ways],
                           self.environment)
                peers = json.loads(done.output)["peers"]
                return {"peers": peers, "load": done.load, "others": done.others}

            sides = {"ours": ours, "theirs": theirs}
            if not self.quick:
                # Memory that lay idle is slow at its first touch, for both.
                in_turns(sides, 1)
            turns = in_turns(sides, 1 if self.quick else 7)
            seconds = [seconds_of(outcome["peers"], peer) for outcome in turns["theirs"]]
            mine = [outcome["seconds"] for outcome in turns["ours"]]
            both = turns["ours"] + turns["theirs"]
            rows[f"prepare-{peer}"] = {
                "ours": summary(mine),
                "theirs": summary(seconds),
                "ratio": ratio(mine, seconds, smaller_is_better=True),
                "rounds": len(mine),
                "against": peer,
                "load": max(outcome["load"] for outcome in both),
                "others": summary([outcome["others"] for outcome in both])["median"],
            }
        return {"rows": rows, "source": self.csv.name, "bytes": self.csv.stat().st_size}

    def explain(self) -> dict:
        """LIME against the Python package on the same network, and a split against one face."""
        say("explain: drawn faces, and a vgg10 that has learnt from them")
        data, network = pictures.trained(self)

        def peer(work: str, variants: list[str], *words) -> Finished:
            return run(
                [
                    sys.executable, PEERS / "lime_peer.py", work, "--checkpoint", network,
                    "--data", data, "--threads", self.threads, *words,
                    *(word for variant in variants for word in ("--variant", variant)),
                ],
                self.environment,
            )  # fmt: skip

        def mien(out: str, *words) -> Finished:
            return run(
                [
                    self.mien, "explain", "--checkpoint", network, "--data", data,
                    "--split", "Training", "--samples", 1000, "--parts", 50,
                    "--workers", self.threads, "--out", self.temporary / out, *words,
                ]
            )  # fmt: skip

        say("do both find the same?")
        mien("check", "--index", 0, "--baseline", "part-mean", "--masks", "independent", "--json")
        found = next((self.temporary / "check").glob("*-0-lime.json"))
        agreement = peer("check", ["fp32-contiguous@10"], "--explanation", found).json()
        if not (agreement["probability"] <= 1e-4 and agreement["rank_correlation"] >= 0.8):
            raise SystemExit(f"lime and Mien explain the same face differently: {agreement}")

        say("lime on PyTorch: its best way")
        ways = [f"fp32-{layout}@{n}" for layout in ("contiguous", "channels-last") for n in (10, 100)]
        ways += ["fp32-channels-last+frozen@100"]
        ways += [] if self.quick else ["fp32-channels-last+compile@100"]
        speeds = {}
        for line in peer("time", ways).output.splitlines():
            outcome = json.loads(line)
            say(f"  {outcome['variant']}: {outcome.get('milliseconds') or outcome['error']}")
            if "milliseconds" in outcome:
                speeds[outcome["variant"]] = outcome["milliseconds"]
        best = min(speeds, key=speeds.__getitem__)
        # Compiling takes longer than any explanation, so a command does without.
        best_of_command = min((s for s in speeds if "compile" not in s), key=speeds.__getitem__)

        def ours_alone(*words) -> dict:
            # A few runs in each process: rounds are what is many.
            return run([self.benchmarks, "--explain", network, data, "--quick", *words]).json()

        def theirs_alone(variant: str) -> dict:
            return peer("time", [variant]).json()

        def timed(done: Finished, faces: int, **words) -> dict:
            return words | {
                "seconds": done.seconds / faces, "load": done.load, "others": done.others
            }

        many = 20 if self.quick else 100
        rounds = 2 if self.quick else 7
        sides = {
            "ours": ours_alone,
            "theirs": lambda: theirs_alone(best),
            "plain": lambda: theirs_alone(PLAIN_LIME),
            "bf16": lambda: ours_alone("--bf16"),
            "command": lambda: timed(mien("one", "--index", 0), 1, variant="one face alone"),
            "peer": lambda: timed(
                peer("command", [best_of_command], "--out", self.temporary / "peer"), 1,
                variant=best_of_command,
            ),
            "split": lambda: timed(mien("split", "--limit", many), many),
        }  # fmt: skip
        turns = in_turns(sides, rounds)
        for side in ("ours", "theirs", "plain", "bf16"):
            for outcome in turns[side]:
                outcome["seconds"] = outcome["milliseconds"] / 1e3
        pairs = {
            "explain-plain": ("ours", "plain"), "explain-itself": ("ours", "theirs"),
            "explain-bf16": ("bf16", "theirs"), "explain-command": ("command", "peer"),
            "explain-split": ("split", "command"),
        }
        rows = {
            name: self.row(turns[ours], turns[theirs], "seconds", smaller_is_better=True)
            for name, (ours, theirs) in pairs.items()
        }
        return {"rows": rows, "agreement": agreement, "heats": speeds, "faces": many}

    def benchmark(self, name: str) -> tuple[list[dict], float, float]:
        command = [self.benchmarks, "--json", name] + (["--quick"] if self.quick else [])
        done = run(command)
        return json.loads(done.output), done.load, done.others

    def layers(self) -> dict:
        """Each layer's passes, the whole step, and an epoch."""
        found, loads, others = {}, [], []
        for name in (
            "gemm/", "convolution/", "pooling/max/", "batch-norm/", "step/vgg10",
            "inference/vgg10", "epoch/",
        ):  # fmt: skip
            say(f"benchmarks: {name}")
            outcomes, load, other = self.benchmark(name)
            found |= {outcome["name"]: outcome for outcome in outcomes}
            loads.append(load)
            others.append(other)
        return {"benchmarks": found, "load": max(loads), "others": summary(others)["median"]}

    def growth(self) -> dict:
        say("growth of training and inference")
        outcomes, load, others = self.benchmark("growth/")
        memory = {}
        for batch_size in (1, 8, 32, 128, 512):
            memory[batch_size] = self.ours("step", batch_size)["peak_rss_mb"]
        return {
            "benchmarks": {outcome["name"]: outcome for outcome in outcomes},
            "memory": memory,
            "prepare": self.growth_of_prepare(),
            "load": load,
            "others": others,
        }

    def growth_of_prepare(self) -> list[dict]:
        """Seconds and memory for a file of drawn faces, repeated up to ten times."""
        rows = 1000 if self.quick else 4000
        faces = self.temporary / "faces.csv"
        run([self.mien, "synthesize", "--rows", rows, "--seed", 1, "--out", faces])
        header, _, body = faces.read_bytes().partition(b"\n")
        result = []
        for times in (1, 2, 4, 7, 10):
            say(f"prepare, {times} times {rows} rows")
            repeated = self.temporary / "repeated.csv"
            with repeated.open("wb") as out:
                out.write(header + b"\n")
                for _ in range(times):
                    out.write(body)
            seconds, memory = [], 0.0
            for _ in range(1 if self.quick else 3):
                out = self.temporary / "grown"
                # GNU time would do; a wrapper of our own needs no package.
                done = run([sys.executable, PEERS / "resident.py", self.mien, "prepare", repeated,
                            "--out", out, "--workers", self.threads])  # fmt: skip
                outcome = done.json()
                seconds.append(outcome["seconds"])
                memory = max(memory, outcome["peak_rss_mb"])
            result.append(
                {
                    "rows": times * rows,
                    "bytes": repeated.stat().st_size,
                    "seconds": summary(seconds)["median"],
                    "peak_rss_mb": memory,
                }
            )
        return result


def seconds_of(outcomes: list[dict], peer: str) -> float | None:
    """The time of the best of a peer's ways, as prepare_peers.py names them: duckdb, duckdb-bytes."""
    return min(
        (o["median_seconds"] for o in outcomes if o["name"].split("-")[0] == peer), default=None
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="few runs, for a look")
    parser.add_argument("--threads", type=int, default=2, help="of both sides (default: 2)")
    parser.add_argument("--csv", type=pathlib.Path, help="FER-2013, unpacked, for prepare's peers")
    parser.add_argument("--sounds", type=pathlib.Path,
                        help="a folder with ravdess/ and music/, of FLAC files, for librosa")
    parser.add_argument("--only", choices=PARTS, action="append", help="parts (default: all)")
    parser.add_argument("--docs", type=pathlib.Path, default=ROOT / "docs")
    arguments = parser.parse_args()
    if arguments.csv is not None and not arguments.csv.exists():
        parser.error(f"{arguments.csv} is not there")
    if arguments.sounds is not None and not arguments.sounds.is_dir():
        parser.error(f"{arguments.sounds} is not there")

    figures = arguments.docs / "performance.json"
    results = json.loads(figures.read_text()) if figures.exists() else {}
    with tempfile.TemporaryDirectory(prefix="mien-bench-") as temporary:
        comparison = Comparison(arguments, pathlib.Path(temporary))
        for part in arguments.only or PARTS:
            outcome = getattr(comparison, part)()
            if outcome is None:
                continue
            results[part] = outcome | {
                "machine": machine(arguments.threads),
                "date": datetime.date.today().isoformat(),
                "quick": arguments.quick,
                "command": "make bench" + (" QUICK=1" if arguments.quick else "")
                + ("" if arguments.threads == 2 else f" THREADS={arguments.threads}"),
            }
            # After each part, so that a run that is stopped has not been for nothing.
            figures.write_text(json.dumps(results, indent=1, sort_keys=True) + "\n")
    page.write(results, arguments.docs)
    say(f"wrote {arguments.docs / 'performance.md'}")


if __name__ == "__main__":
    main()
