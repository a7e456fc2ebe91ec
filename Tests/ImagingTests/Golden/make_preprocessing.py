"""Makes preprocessing.json: what OpenCV makes of two small grey pictures, one of a size that CLAHE's
tiles divide and one of a size that they don't, by each choice of preprocessing.

Run with Python 3, numpy and opencv-python-headless; the versions are written into the file.
"""
import json, pathlib
import cv2, numpy as np

rng = np.random.default_rng(5)
def picture(height, width):
    smooth = cv2.GaussianBlur(rng.normal(size=(height, width)), (0, 0), 3)
    smooth = (smooth - smooth.min()) / np.ptp(smooth)
    return np.clip(60 + 90 * smooth + rng.normal(size=(height, width)) * 8, 0, 255).astype(np.uint8)

def clahe(image, clip, tiles): return cv2.createCLAHE(clip, (tiles, tiles)).apply(image)
def bilateral(image, size, level, sigma):
    return cv2.bilateralFilter(image, size, level, sigma, borderType=cv2.BORDER_REFLECT_101)

cases = []
for image in [picture(24, 24), picture(19, 22)]:
    def case(settings, result):
        cases.append(dict(settings=settings, height=image.shape[0], width=image.shape[1],
            pixels=image.flatten().tolist(), result=result.flatten().tolist()))
    case({}, image)
    case(dict(equalisation="histogram"), cv2.equalizeHist(image))
    case(dict(equalisation="clahe"), clahe(image, 2, 4))
    case(dict(equalisation="clahe", clip_limit=5, tiles=3), clahe(image, 5, 3))
    case(dict(denoising="median"), cv2.medianBlur(image, 3))
    case(dict(denoising="median", size=5), cv2.medianBlur(image, 5))
    case(dict(denoising="gaussian", sigma=0.8),
         cv2.GaussianBlur(image, (0, 0), 0.8, borderType=cv2.BORDER_REFLECT_101))
    case(dict(denoising="bilateral"), bilateral(image, 3, 25, 1))
    case(dict(denoising="bilateral", size=7, sigma=2, level_sigma=40), bilateral(image, 7, 40, 2))
    case(dict(denoising="median", equalisation="clahe"), clahe(cv2.medianBlur(image, 3), 2, 4))

path = pathlib.Path(__file__).with_name("preprocessing.json")
path.write_text(json.dumps(dict(
    versions=dict(opencv=cv2.__version__, numpy=np.__version__), cases=cases)) + "\n")
