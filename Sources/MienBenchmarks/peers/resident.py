"""Runs a program and prints its time and peak memory as JSON; its output goes nowhere.

A process of its own for each program, because the system keeps one peak for all children.
"""

import json
import resource
import subprocess
import sys
import time

start = time.perf_counter()
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=False)
seconds = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024e-6
print(json.dumps({"seconds": seconds, "peak_rss_mb": peak}))
sys.exit(done.returncode)
