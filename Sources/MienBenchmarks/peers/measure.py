"""Running programs in turns, and what else the machine did meanwhile."""

import dataclasses
import json
import os
import pathlib
import platform
import resource
import statistics
import subprocess
import sys
import time

TICKS = os.sysconf("SC_CLK_TCK")


@dataclasses.dataclass
class Finished:
    """A process that ended well."""

    seconds: float
    output: str
    # The load average before it, and the cores that others kept busy while it ran.
    load: float
    others: float

    def json(self) -> dict:
        """Its one JSON object, with what the machine did."""
        return json.loads(self.output) | {"load": self.load, "others": self.others}


def busy_seconds() -> float:
    """The time that all cores have been busy or taken away since the start (Linux)."""
    try:
        cells = pathlib.Path("/proc/stat").read_text().split("\n")[0].split()[1:]
    except OSError:
        return float("nan")
    user, nice, system, _idle, _wait, irq, softirq, steal = map(int, cells[:8])
    return (user + nice + system + irq + softirq + steal) / TICKS


def run(command: list, environment: dict[str, str] | None = None) -> Finished:
    """Runs a program to its end. Ends this one where it fails."""
    load = os.getloadavg()[0]
    busy, start = busy_seconds(), time.perf_counter()
    process = subprocess.Popen(
        [str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | (environment or {}),
    )  # fmt: skip
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    output, errors = process.communicate()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = time.perf_counter() - start
    if process.returncode != 0:
        words = " ".join(str(word) for word in command)
        raise SystemExit(f"{words} ended with {process.returncode}: {errors.strip()[-2000:]}")
    own = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    others = max(0.0, (busy_seconds() - busy - own) / seconds)
    return Finished(seconds, output, load, others)


def in_turns(sides: dict, rounds: int) -> dict[str, list]:
    """Calls each side's function once a round, so that the machine's moods strike all alike."""
    results: dict[str, list] = {name: [] for name in sides}
    for number in range(rounds):
        for name, measure in sides.items():
            results[name].append(measure())
        say(f"  round {number + 1} of {rounds}")
    return results


def summary(values: list[float]) -> dict:
    """The median, the least and the largest."""
    return {"median": statistics.median(values), "least": min(values), "most": max(values)}


def ratio(ours: list[float], theirs: list[float], smaller_is_better: bool = False) -> dict:
    """How many times as good we are, round by round: the median, the least and the largest."""
    if len(ours) != len(theirs) or not ours:
        raise ValueError(f"{len(ours)} rounds of ours, {len(theirs)} of theirs")
    pairs = zip(theirs, ours) if smaller_is_better else zip(ours, theirs)
    return summary([upper / lower for upper, lower in pairs])


def machine(threads: int) -> dict:
    """What was measured on."""
    fields = {}
    try:
        for line in pathlib.Path("/proc/cpuinfo").read_text().split("\n\n")[0].split("\n"):
            key, _, value = line.partition(":")
            fields[key.strip()] = value.strip()
    except OSError:
        pass
    flags = fields.get("flags", "").split()
    known = [flag for flag in ("avx2", "avx512f", "avx512_bf16", "amx_bf16") if flag in flags]
    name = fields.get("model name", platform.machine())
    numbers = f"family {fields.get('cpu family')}, model {fields.get('model')}"
    model = f"{name} ({numbers}; {' '.join(known)})" if fields else name
    return {"cpu": model, "cores": os.cpu_count(), "threads": threads, "system": platform.platform()}


def say(line: str) -> None:
    """Progress, on stderr."""
    print(line, file=sys.stderr, flush=True)
