"""librosa on sound files, one process a core, each with one thread.

    sound_peer.py time FILES.json --processes 2 --rounds 3
    sound_peer.py check FILES.json

`time` prints a JSON object with the seconds for all files, the median of the rounds, after each process has
had a file of each kind: importing and compiling are not in them. `check` prints the features of the
files, by set and path. What several features are made of, the spectrum and the mel bands, is made once.
"""

import argparse
import json
import multiprocessing
import os
import statistics
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import librosa  # noqa: E402
import numpy as np  # noqa: E402
import soundfile  # noqa: E402

clips: dict[str, tuple] = {}


def read(path: str) -> tuple:
    samples, rate = soundfile.read(path, dtype="float32")
    return (samples if samples.ndim == 1 else samples.mean(axis=1)), rate


def ser15(samples: np.ndarray, rate: int) -> list[float]:
    mel = librosa.power_to_db(librosa.feature.melspectrogram(y=samples, sr=rate))
    rows = [
        *librosa.feature.mfcc(S=mel, n_mfcc=13),
        librosa.feature.zero_crossing_rate(samples)[0], librosa.feature.rms(y=samples)[0],
    ]  # fmt: skip
    return [float(value) for row in rows for value in (row.mean(), row.std())]


def gtzan58(samples: np.ndarray, rate: int) -> list[float]:
    complex_spectrum = librosa.stft(samples)
    magnitude = np.abs(complex_spectrum)
    power = magnitude**2
    mel = librosa.power_to_db(librosa.feature.melspectrogram(S=power, sr=rate))
    parts = [librosa.istft(part, length=len(samples))
             for part in librosa.decompose.hpss(complex_spectrum)]  # fmt: skip
    feature = librosa.feature
    series = [
        feature.chroma_stft(S=power, sr=rate), feature.rms(y=samples),
        feature.spectral_centroid(S=magnitude, sr=rate), feature.spectral_bandwidth(S=magnitude, sr=rate),
        feature.spectral_rolloff(S=magnitude, sr=rate), feature.zero_crossing_rate(samples), *parts,
    ]  # fmt: skip
    onsets = librosa.onset.onset_strength(S=mel, sr=rate)
    tempo = feature.tempo(onset_envelope=onsets, sr=rate)[0]
    cepstrum = feature.mfcc(S=mel, n_mfcc=20)
    both = lambda x: [float(x.mean(dtype=np.float64)), float(x.var(dtype=np.float64))]
    return [float(len(samples)), *(v for x in series for v in both(x)), float(tempo),
            *(v for row in cepstrum for v in both(row))]  # fmt: skip


def ser15_files(path: str) -> list[float]:
    return ser15(*read(path))


def ser15_samples(path: str) -> list[float]:
    return ser15(*clips[path])


def gtzan58_files(path: str) -> list[float]:
    samples, rate = read(path)
    return gtzan58(librosa.resample(samples, orig_sr=rate, target_sr=22050), 22050)


def warm(files: dict) -> None:
    clips.update((path, read(path)) for path in files["speech"])
    ser15_samples(files["speech"][0])
    gtzan58_files(files["music"][0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("work", choices=["time", "check"])
    parser.add_argument("files")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    with open(arguments.files) as file:
        files = json.load(file)
    if arguments.work == "check":
        print(json.dumps({
            "ser15": {path: ser15_files(path) for path in files["speech"]},
            "gtzan58": {path: gtzan58_files(path) for path in files["music"]},
        }))  # fmt: skip
        return
    works = [(ser15_files, "speech"), (ser15_samples, "speech"), (gtzan58_files, "music")]
    result = {"variant": f"librosa {librosa.__version__}"}
    with multiprocessing.Pool(arguments.processes, warm, (files,)) as pool:
        for work, kind in works:
            seconds = []
            for number in range(arguments.rounds + 1):
                start = time.perf_counter()
                pool.map(work, files[kind], chunksize=1)
                if number > 0:  # the first waits for processes that are still warming up
                    seconds.append(time.perf_counter() - start)
            result[work.__name__] = statistics.median(seconds)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
