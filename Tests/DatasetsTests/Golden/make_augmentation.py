"""Makes augmentation.json: what OpenCV's warpAffine (bilinear, BORDER_REFLECT_101) and GaussianBlur
make of a small picture.

Run with Python 3, numpy and opencv-python-headless; the versions are written into the file. Both work
on 32-bit floats. OpenCV rounds places to 1/32 pixel before it interpolates, so results differ from exact
ones by up to 1/32 of the steepest slope each way; the picture is smooth, and `slope` says how steep.
"""
import json, pathlib
import cv2, numpy as np

height, width = 20, 24
rng = np.random.default_rng(11)
picture = cv2.GaussianBlur(rng.integers(0, 256, (height, width)).astype(np.float32), (0, 0), 1.5)
picture = np.clip((picture - picture.min()) * 255 / np.ptp(picture), 0, 255).round().astype(np.uint8)
wide = picture.astype(np.float32)
slope = max(np.abs(np.diff(wide, axis=0)).max(), np.abs(np.diff(wide, axis=1)).max())

centre = ((width - 1) / 2, (height - 1) / 2)
warped = []
for angle, scale, mirrored, right, down in [
    (0, 1, False, 0, 0), (13, 1, False, 0, 0), (-27.5, 1, False, 0, 0), (90, 1, False, 0, 0),
    (0, 1.3, False, 0, 0), (0, 0.7, False, 0, 0), (17, 0.8, True, 3, -2), (-160, 1.7, True, -4, 5),
]:
    m = np.vstack([cv2.getRotationMatrix2D(centre, angle, scale), [0, 0, 1]])
    if mirrored: m = m @ np.array([[-1, 0, width - 1], [0, 1, 0], [0, 0, 1.0]])
    m = np.array([[1, 0, right], [0, 1, down], [0, 0, 1.0]]) @ m
    out = cv2.warpAffine(wide, m[:2], (width, height), flags=cv2.INTER_LINEAR,
                         borderMode=cv2.BORDER_REFLECT_101)
    warped.append(dict(angle=angle, scale=scale, mirrored=mirrored, right=right, down=down,
                       levels=[round(float(v), 4) for v in out.flatten()]))

blurred = []
for sigma in [0.4, 1, 2.3]:
    radius = int(np.ceil(4 * sigma))
    out = cv2.GaussianBlur(wide, (2 * radius + 1, 2 * radius + 1), sigma,
                           borderType=cv2.BORDER_REFLECT_101)
    blurred.append(dict(sigma=sigma, levels=[round(float(v), 4) for v in out.flatten()]))

path = pathlib.Path(__file__).with_name("augmentation.json")
path.write_text(json.dumps(dict(
    versions=dict(opencv=cv2.__version__, numpy=np.__version__), height=height, width=width,
    slope=float(slope), pixels=picture.flatten().tolist(), warped=warped, blurred=blurred)) + "\n")
