"""Makes images.json: small files in every form of PNG and JPEG that Imaging reads, with the pixels
that Pillow or OpenCV finds in them, and OpenCV's INTER_AREA at several sizes.

Run with Python 3, numpy, opencv-python and Pillow; the versions are written into the file.
"""
import base64, io, json, pathlib
import cv2, numpy as np
from PIL import Image, __version__ as pillow_version

rng = np.random.default_rng(7)
y, x = np.mgrid[0:11, 0:13]
grey = ((x * 17 + y * 9) % 256).astype(np.uint8)
rgb = np.stack([grey, 255 - grey, (x * y * 3 % 256).astype(np.uint8)], -1)
alpha = ((x * 20) % 256).astype(np.uint8)

def save(image, form, **options):
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()

def over_white(pixels, a):
    a = a.astype(float)[..., None] if pixels.ndim == 3 else a.astype(float)
    return np.floor((pixels * a + 255 * (255 - a) + 127) / 255).astype(np.uint8)

cases = []
def case(name, data, pixels, tolerance):
    cases.append(dict(name=name, file=base64.b64encode(data).decode(), width=pixels.shape[1],
        height=pixels.shape[0], channels=1 if pixels.ndim == 2 else 3, tolerance=tolerance,
        pixels=pixels.flatten().tolist()))

case("png grey", save(Image.fromarray(grey), "PNG"), grey, 0)
case("png rgb", save(Image.fromarray(rgb), "PNG"), rgb, 0)
case("png grey 1 bit", save(Image.fromarray((x + y) % 3 == 0), "PNG"),
     (((x + y) % 3 == 0) * 255).astype(np.uint8), 0)
p = Image.fromarray(rgb).quantize(16)
case("png palette", save(p, "PNG"), np.asarray(p.convert("RGB")), 0)
g16 = (grey.astype(np.uint16) << 8 | 200)
case("png grey 16 bit", cv2.imencode(".png", g16)[1].tobytes(),
     np.round(g16 / 257).astype(np.uint8), 0)
case("png rgba", save(Image.fromarray(np.dstack([rgb, alpha])), "PNG"), over_white(rgb, alpha), 0)
la = Image.merge("LA", [Image.fromarray(grey), Image.fromarray(alpha)])
case("png grey and alpha", save(la, "PNG"), over_white(grey, alpha), 0)

# Pillow cannot write Adam7, so: filter 0 rows of the seven passes, by hand.
import struct, zlib
rows = b""
for x0, y0, dx, dy in [(0,0,8,8),(4,0,8,8),(0,4,4,8),(2,0,4,4),(0,2,2,4),(1,0,2,2),(0,1,1,2)]:
    part = grey[y0::dy, x0::dx]
    if part.size: rows += b"".join(b"\0" + r.tobytes() for r in part)
def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
adam7 = (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 13, 11, 8, 0, 0, 0, 1))
         + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
assert (np.asarray(Image.open(io.BytesIO(adam7))) == grey).all()
case("png interlaced", adam7, grey, 0)

smooth = cv2.GaussianBlur(rgb, (0, 0), 2)
def jpeg(name, image, tolerance, **options):
    data = save(image, "JPEG", **options)
    case(name, data, np.asarray(Image.open(io.BytesIO(data))), tolerance)
jpeg("jpeg grey", Image.fromarray(smooth[..., 0]), 1, quality=90)
jpeg("jpeg colour", Image.fromarray(smooth), 2, quality=90)
jpeg("jpeg progressive", Image.fromarray(smooth), 2, quality=90, progressive=True)
cmyk = Image.merge("CMYK", [Image.fromarray(c) for c in
    (smooth[..., 0], smooth[..., 1], smooth[..., 2], smooth[..., 0] // 3)])
data = save(cmyk, "JPEG", quality=95)
inks = np.asarray(Image.open(io.BytesIO(data))).astype(float)
case("jpeg cmyk", data,
     np.round((255 - inks[..., :3]) * (255 - inks[..., 3:]) / 255).astype(np.uint8), 1)

photo = rng.integers(0, 256, (24, 36), dtype=np.uint8)
resized = []
for width, height in [(12, 8), (18, 12), (36, 6), (17, 11), (5, 7), (35, 23), (1, 1)]:
    resized.append(dict(width=width, height=height,
        pixels=cv2.resize(photo, (width, height), interpolation=cv2.INTER_AREA).flatten().tolist()))
up = [dict(width=w, height=h,
        pixels=cv2.resize(photo, (w, h), interpolation=cv2.INTER_LINEAR).flatten().tolist())
      for w, h in [(50, 30)]]

json.dump(dict(made_by="make_images.py", numpy=np.__version__, opencv=cv2.__version__,
    pillow=pillow_version, cases=cases,
    photo=dict(width=36, height=24, pixels=photo.flatten().tolist(), area=resized, linear=up)),
    open(pathlib.Path(__file__).with_name("images.json"), "w"), separators=(",", ":"))
