"""Measures what docs/decisions/0012 says: how often OpenCV's frontal cascades find drawn faces in
larger pictures, how often they find faces where there are none, and how their boxes lie in
FER-2013's frames.

    mien synthesize --rows 210 --seed 1 --images DRAWN --size 256
    python measure_faces.py DRAWN [PREPARED_FER2013]

Python 3 with opencv-python 4.12 and numpy, scikit-image and scikit-learn for their pictures; the
cascades are those of Debian's opencv-data.
"""
import pathlib, sys, time
import cv2, numpy as np, skimage, sklearn

CASCADES = "/usr/share/opencv4/haarcascades/haarcascade_frontalface_{}.xml"
SIZES = [(640, 480), (480, 640), (1280, 960), (1600, 900)]
SHARES = [0.12, 0.2, 0.35, 0.6]  # the square of a drawn face, of the picture's longer side
science = pathlib.Path(skimage.__file__).parent / "data"
names = ("brick.png cell.png chelsea.png coffee.png grass.png gravel.png hubble_deep_field.jpg ihc.png moon.png "
         "motorcycle_left.png page.png retina.jpg rocket.jpg text.png").split()
learn = pathlib.Path(sklearn.__file__).parent / "datasets/images"
photos = [cv2.imread(str(p), 0)
          for p in [*(science / n for n in names), learn / "china.jpg", learn / "flower.jpg"]]
cv2.setNumThreads(1)

def background(rng, w, h):
    """White noise, noise at seven scales, a rough chessboard, or a photograph without a face."""
    kind = rng.integers(4)
    if kind == 0:
        b = rng.normal(128, 40, (h, w))
    elif kind == 1:
        b = np.full((h, w), 128.0)
        for octave in range(7):
            k = 2 ** octave
            n = rng.normal(0, 1, (max(2, h // (128 // k) + 2), max(2, w // (128 // k) + 2)))
            b += cv2.resize(n, (w, h), interpolation=cv2.INTER_CUBIC) * 60 / (octave + 1)
    elif kind == 2:
        y, x = np.mgrid[:h, :w]
        p, a = rng.uniform(10, 60), rng.uniform(0, np.pi)
        u, v = x * np.cos(a) + y * np.sin(a), x * np.sin(a) - y * np.cos(a)
        b = 128 + 60 * np.sign(np.sin(u * 2 * np.pi / p) * np.sin(v * 2 * np.pi / p))
        b += rng.normal(0, 10, (h, w))
    else:
        photo = photos[rng.integers(len(photos))]
        f = max(w / photo.shape[1], h / photo.shape[0]) * rng.uniform(1, 1.5)
        photo = cv2.resize(photo, None, fx=f, fy=f)
        y, x = rng.integers(photo.shape[0] - h + 1), rng.integers(photo.shape[1] - w + 1)
        b = photo[y:y + h, x:x + w].astype(float)
    return np.clip(b, 0, 255).astype(np.uint8)

def scenes(folder):
    for i, file in enumerate(sorted(pathlib.Path(folder).rglob("*.png"))):
        rng = np.random.default_rng(i)
        w, h = SIZES[rng.integers(4)]
        b = background(rng, w, h)
        s = int(min(SHARES[i % 4] * max(w, h), w, h))
        x, y = int(rng.integers(w - s + 1)), int(rng.integers(h - s + 1))
        face = cv2.imread(str(file), 0)
        b[y:y + s, x:x + s] = cv2.resize(
            face, (s, s), interpolation=cv2.INTER_AREA if s < 256 else cv2.INTER_CUBIC)
        yield b, (x, y, s)

def empty_scenes(count):
    for i in range(count):
        rng = np.random.default_rng(10_000 + i)
        yield background(rng, *SIZES[rng.integers(4)])

def reduced(image, side=640):
    f = side / max(image.shape)
    if f >= 1: return image, 1.0
    size = (round(image.shape[1] * f), round(image.shape[0] * f))
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA), f

def is_hit(box, target):
    (x, y, w, h), (X, Y, s) = box, target
    return (abs(x + w / 2 - X - s / 2) < 0.15 * s and abs(y + h / 2 - Y - s / 2) < 0.18 * s
            and 0.35 * s < w < 0.9 * s)

def detection(folder):
    filled, empty = list(scenes(folder)), list(empty_scenes(120))
    print("cascade factor equalised neighbours found beside empty ms")
    for name in ["default", "alt", "alt2"]:
        cascade = cv2.CascadeClassifier(CASCADES.format(name))
        for factor in [1.1, 1.2]:
            for equalised in [False, True]:
                start, raw = time.time(), []
                for image in [scene for scene, _ in filled] + empty:
                    small, f = reduced(image)
                    if equalised: small = cv2.equalizeHist(small)
                    raw.append((cascade.detectMultiScale(small, factor, 0, 0, (40, 40)), f))
                ms = (time.time() - start) / len(raw) * 1000
                for neighbours in [3, 4, 5, 6, 8]:
                    # What detectMultiScale does with its last steps.
                    boxes = [[tuple(v / f for v in box)
                              for box in cv2.groupRectangles(list(r), neighbours, 0.2)[0]] if len(r)
                             else [] for r, f in raw]
                    hits = [[is_hit(box, t) for box in found]
                            for found, (_, t) in zip(boxes, filled)]
                    print(name, factor, equalised, neighbours, sum(map(any, hits)),
                          sum(len(h) - sum(h) for h in hits),
                          sum(len(found) > 0 for found in boxes[len(filled):]), f"{ms:.0f}", flush=True)

def framing(folder):
    """Frames of FER-2013, each continued by 64 replicated pixels after enlarging to 160."""
    frames = np.load(pathlib.Path(folder) / "inputs-00000.npy")[:300, :, :, 0]
    for name, neighbours in [("default", 8), ("alt", 5), ("alt2", 5)]:
        cascade, found = cv2.CascadeClassifier(CASCADES.format(name)), []
        for frame in frames:
            large = cv2.resize(frame, (160, 160), interpolation=cv2.INTER_CUBIC)
            large = cv2.copyMakeBorder(large, 64, 64, 64, 64, cv2.BORDER_REPLICATE)
            boxes = cascade.detectMultiScale(large, 1.1, neighbours, 0, (60, 60))
            if len(boxes):
                x, y, w, h = max(boxes, key=lambda box: box[2])
                found.append((w / 160, (x + w / 2 - 64) / 160, (y + h / 2 - 64) / 160))
        quartiles = np.percentile(found, [25, 50, 75], axis=0).round(3)
        print(name, f"{len(found)} of {len(frames)};",
              "width, centre x, centre y of the box as shares of the frame, quartiles:",
              quartiles.tolist(), flush=True)

if __name__ == "__main__":
    detection(sys.argv[1])
    if len(sys.argv) > 2: framing(sys.argv[2])
