"""Measures what docs/decisions/0021 says: how often answers about a drawn face are right, smoothed over
time in several ways, and how often their label changes.

    python measure_smoothing.py MIEN FOLDER CHECKPOINT...

MIEN is the program; it draws videos of 1,800 frames into FOLDER, at two levels of noise and of six seeds,
and answers them without smoothing. The half life is chosen on seeds 1 to 3 and reported on 4 to 6.
Python 3 with numpy and pandas.
"""
import pathlib, subprocess, sys
import numpy as np, pandas as pd

mien, folder, checkpoints = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3:]
FRAMES = 1800

def overlap(a, b):
    w = max(0, min(a.x + a.width, b.x + b.width) - max(a.x, b.x))
    h = max(0, min(a.y + a.height, b.y + b.height) - max(a.y, b.y))
    return w * h / (a.width * a.height + b.width * b.height - w * h)

def answers(checkpoint, number, noise, seed):
    """Times, probabilities and true classes of the frames in which the face is found."""
    video = folder / f"{noise}-{seed}.mp4"
    if not video.exists():
        subprocess.run([mien, "synthesize", "--video", video, "--frames", str(FRAMES), "--seed", str(seed),
                        "--noise", str(noise)], check=True)
    csv = folder / f"{noise}-{seed}-{number}.csv"
    if not csv.exists():
        subprocess.run([mien, "predict", "--checkpoint", checkpoint, "--smooth", "0", "--csv", csv, video],
                       check=True)
    rows = pd.read_csv(csv).dropna(subset=["face"])
    truth = pd.read_csv(video.with_suffix(".truth.csv")).set_index("frame")
    rows["overlap"] = [overlap(truth.loc[row.frame], row) for row in rows.itertuples()]
    rows = rows[rows.overlap > 0.3].sort_values("overlap").groupby("frame").tail(1).sort_values("frame")
    columns = [name for name in rows if name.startswith("p_")]
    classes = ["p_" + label for label in truth.loc[rows.frame].label]
    return rows.time.to_numpy(), rows[columns].to_numpy(), np.array([columns.index(c) for c in classes])

def smoothed(times, values, half_life, ahead):
    """Means in which half a half life counts half; `ahead` is how far they look into the future."""
    if half_life == 0: return values
    apart = times[None, :] - times[:, None]
    weights = 0.5 ** (np.abs(apart) / half_life) * (apart <= ahead)
    return weights @ values / weights.sum(axis=1, keepdims=True)

WAYS = [("each frame", 0, 0)] + [(f"{h} s, back only", h, 0) for h in (0.1, 0.3)] + \
       [(f"{h} s, both ways", h, min(1, 3 * h)) for h in (0.05, 0.1, 0.15, 0.2, 0.3)]

folder.mkdir(parents=True, exist_ok=True)
for number, checkpoint in enumerate(checkpoints):
    for noise in (6, 20):
        for words, seeds in [("chosen", (1, 2, 3)), ("reported", (4, 5, 6))]:
            videos = [answers(checkpoint, number, noise, seed) for seed in seeds]
            found = sum(len(times) for times, _, _ in videos) / (FRAMES * len(seeds))
            print(f"{checkpoint}, noise {noise}, {words} on seeds {seeds}, found {found:.3f}")
            for name, half_life, ahead in WAYS:
                right, changes, loss = [], [], []
                for times, values, truth in videos:
                    means = smoothed(times, values, half_life, ahead)
                    labels = means.argmax(axis=1)
                    right.append((labels == truth).mean())
                    changes.append((labels[1:] != labels[:-1]).sum())
                    loss.append(-np.log(np.maximum(means[np.arange(len(truth)), truth], 1e-9)).mean())
                each = " ".join(f"{100 * share:.1f}" for share in right)
                print(f"  {name:18} right {100 * np.mean(right):.1f} % ({each})  "
                      f"changes {np.mean(changes):.0f}  log loss {np.mean(loss):.3f}", flush=True)
