"""Makes features.json: what librosa says of sounds that a formula makes, and of a few real clips of
RAVDESS and of the Dortmund music, as summary figures (no samples): per feature the mean and the
deviation of each row, the least and the largest number, and some numbers in between.

Run with Python 3, numpy and librosa; the versions are written into the file. The clips are looked
for in the folder that is given as the argument.
"""
import json, pathlib, sys, warnings
import librosa, numpy as np, scipy, soundfile, soxr

warnings.simplefilter("ignore")
data = pathlib.Path(sys.argv[1])

# The same formulas stand in TestSounds.swift.
def seconds(rate, duration): return np.arange(int(rate * duration)) / rate
def noise(count, seed):
    state, numbers = seed, np.empty(count)
    for index in range(count):
        state = (state * 1664525 + 1013904223) % 2**32
        numbers[index] = (state >> 8) / 2**24 - 0.5
    return numbers
def sine(rate, duration, frequency): return np.sin(2 * np.pi * frequency * seconds(rate, duration))
def chirp(rate, duration, low, high):
    t = seconds(rate, duration)
    return np.sin(2 * np.pi * (low * t + (high - low) * t * t / (2 * duration)))
def clicks(rate, duration, distance):
    x = np.zeros(int(rate * duration))
    x[::distance] = 1
    return x

sounds = {
    "sine": (22050, 0.5 * sine(22050, 1.5, 443) + 0.01 * noise(33075, 1)),
    "chirp": (16000, 0.5 * chirp(16000, 2, 100, 4000) + 0.01 * noise(32000, 2)),
    "clicks": (22050, 0.8 * clicks(22050, 6, 10240) + 0.01 * noise(132300, 3)),
    "noise": (16000, noise(20011, 4)),
    "mixture": (22050, 0.3 * sine(22050, 4, 262) + 0.2 * sine(22050, 4, 331)
                + 0.5 * clicks(22050, 4, 8000) + 0.02 * noise(88200, 5)),
    "brief": (16000, 0.5 * sine(16000, 0.02, 700)),
}
clips = {
    "ravdess/Actor_01/03-01-01-01-01-01-01.flac": None,
    "ravdess/Actor_08/03-01-05-02-02-01-08.flac": None,
    "ravdess/Actor_15/03-01-08-02-01-02-15.flac": 22050,
    "music/blues": 22050, "music/electronic": 22050, "music/jazz": 22050,
}

def summary(x):
    x = np.atleast_2d(np.asarray(x, dtype=np.float64))
    rows, frames = x.shape
    picks = [(int(r * (rows - 1)), int(f * (frames - 1)))
             for r, f in [(0, 0), (0.3, 0.2), (0.5, 0.5), (0.8, 0.7), (1, 1)]]
    return dict(rows=rows, frames=frames, mean=x.mean(axis=1).tolist(),
                deviation=x.std(axis=1).tolist(), least=float(x.min()), largest=float(x.max()),
                picks=[[r, f, float(x[r, f])] for r, f in picks])

def features(y, sr):
    f = librosa.feature
    S = np.abs(librosa.stft(y))
    mel = f.melspectrogram(y=y, sr=sr)
    out = dict(
        power=(S ** 2)[::64], mel=mel[::8], log_mel=librosa.power_to_db(f.melspectrogram(y=y, sr=sr, n_mels=64)),
        mfcc13=f.mfcc(y=y, sr=sr, n_mfcc=13), mfcc20=f.mfcc(y=y, sr=sr), mfcc40=f.mfcc(y=y, sr=sr, n_mfcc=40),
        rms=f.rms(y=y), zero_crossing_rate=f.zero_crossing_rate(y),
        spectral_centroid=f.spectral_centroid(y=y, sr=sr),
        spectral_bandwidth=f.spectral_bandwidth(y=y, sr=sr),
        spectral_rolloff=f.spectral_rolloff(y=y, sr=sr), spectral_flatness=f.spectral_flatness(y=y),
        spectral_contrast=f.spectral_contrast(y=y, sr=sr), chroma_stft=f.chroma_stft(y=y, sr=sr),
        onset_strength=librosa.onset.onset_strength(y=y, sr=sr))
    if S.shape[1] >= 9: out["mfcc20_delta"] = f.delta(out["mfcc20"])
    harmonic, percussive = librosa.effects.hpss(y)
    result = {name: summary(x) for name, x in out.items()}
    for name, part in [("harmonic", harmonic), ("percussive", percussive)]:
        result[name] = summary(part)
    _, (start, end) = librosa.effects.trim(y)
    return dict(rate=int(sr), samples=len(y), tempo=float(f.tempo(y=y, sr=sr)[0]),
                tuning=float(librosa.estimate_tuning(S=S ** 2, sr=sr)), trim=[int(start), int(end)],
                features=result)

golden = dict(versions=dict(
    librosa=librosa.__version__, numpy=np.__version__, scipy=scipy.__version__, soxr=soxr.__version__,
    soundfile=soundfile.__version__), sounds={}, clips={})
for name, (rate, y) in sounds.items():
    golden["sounds"][name] = features(y.astype(np.float32), rate)
for path, rate in clips.items():
    file = data / path
    if file.is_dir(): file = sorted(file.glob("*.flac"))[7]
    y, sr = librosa.load(file, sr=rate)
    clip = golden["clips"][str(file.relative_to(data))] = features(y, sr)
    # Above half the file's own rate there is nothing but the rounding of the transform, librosa's or
    # any other, and of that these two speak.
    if sr > soundfile.info(file).samplerate:
        del clip["features"]["spectral_flatness"], clip["features"]["spectral_contrast"]

def rounded(x):
    if isinstance(x, float): return float(f"{x:.8g}")
    if isinstance(x, dict): return {k: rounded(v) for k, v in x.items()}
    return [rounded(v) for v in x] if isinstance(x, list) else x
path = pathlib.Path(__file__).with_name("features.json")
path.write_text(json.dumps(rounded(golden)) + "\n")
