"""Makes images.json: small files in every form that Imaging reads, with the pixels that they were
made from or that Pillow or OpenCV finds in them; forms that it refuses, with a word of the refusal;
and OpenCV's INTER_AREA at several sizes.

Run with Python 3, numpy, opencv-python, Pillow and tifffile; the versions are written into the file.
"""
import base64, io, json, pathlib
import cv2, numpy as np, tifffile
from PIL import Image, ImageOps, __version__ as pillow_version

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

# What OpenCV decodes.
rgba = np.dstack([rgb, alpha])
bits = (x + y) % 3 == 0
def lossless(name, form, image, pixels, **options):
    case(name, save(image, form, **options), pixels, 0)
for form in ["BMP", "TIFF"]:
    lossless(f"{form} grey", form, Image.fromarray(grey), grey)
    lossless(f"{form} rgb", form, Image.fromarray(rgb), rgb)
    lossless(f"{form} palette", form, p, np.asarray(p.convert("RGB")))
    lossless(f"{form} 1 bit", form, Image.fromarray(bits), (bits * 255).astype(np.uint8))
lossless("webp lossless", "WEBP", Image.fromarray(rgb), rgb, lossless=True)
lossless("webp alpha", "WEBP", Image.fromarray(rgba), over_white(rgb, alpha), lossless=True,
         exact=True)
data = save(Image.fromarray(smooth), "WEBP", quality=95)
case("webp lossy", data, np.asarray(Image.open(io.BytesIO(data)).convert("RGB")), 2)
lossless("tiff lzw", "TIFF", Image.fromarray(rgb), rgb, compression="tiff_lzw")
def tiff(name, samples, pixels, tolerance=0, **options):
    out = io.BytesIO()
    tifffile.imwrite(out, samples, metadata=None, **options)
    case(name, out.getvalue(), pixels, tolerance)
def wide(samples): return samples.astype(np.uint16) * 257
tiff("tiff white is zero", 255 - grey, grey, photometric="miniswhite")
tiff("tiff planar", np.moveaxis(rgb, -1, 0), rgb, photometric="rgb", planarconfig="separate")
tiff("tiff 16 bit grey", g16, np.round(g16 / 257).astype(np.uint8), photometric="minisblack")
tiff("tiff 16 bit rgb", wide(rgb), rgb, photometric="rgb")
multiplied = np.round(rgb * (alpha[..., None] / 255.0)).astype(np.uint8)
for depth, spread in [("8", lambda a: a), ("16", wide)]:
    tiff(f"tiff {depth} bit alpha", spread(rgba), over_white(rgb, alpha), 1, photometric="rgb",
         extrasamples=["unassalpha"])
    tiff(f"tiff {depth} bit multiplied by alpha", spread(np.dstack([multiplied, alpha])),
         over_white(rgb, alpha), 1, photometric="rgb", extrasamples=["assocalpha"])
inks = np.dstack([rgb, grey // 3])
tiff("tiff cmyk", inks,
     np.round((255.0 - inks[..., :3]) * (255.0 - inks[..., 3:]) / 255).astype(np.uint8), 1,
     photometric="separated")
lossless("jp2 grey", "JPEG2000", Image.fromarray(grey), grey)
lossless("jp2 rgb", "JPEG2000", Image.fromarray(rgb), rgb)
lossless("jp2 alpha", "JPEG2000", Image.fromarray(rgba), over_white(rgb, alpha))
lossless("j2k codestream", "JPEG2000", Image.fromarray(rgb), rgb, no_jp2=True)
lossless("pgm", "PPM", Image.fromarray(grey), grey)
lossless("ppm", "PPM", Image.fromarray(rgb), rgb)
lossless("pbm", "PPM", Image.fromarray(bits), (bits * 255).astype(np.uint8))
text = " ".join(map(str, grey.flatten()))
case("pgm as text", f"P2\n# drawn\n13 11\n255\n{text}\n".encode(), grey, 0)
case("pgm 16 bit", b"P5 13 11 65535\n" + wide(grey).astype(">u2").tobytes(), grey, 0)

# How the camera was held. The picture is stored so that it is upright once it is turned.
for orientation in range(1, 9):
    exif = Image.Exif()
    exif[0x0112] = orientation
    def upright(data): return np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(data))))
    data = save(Image.fromarray(smooth), "JPEG", quality=90, exif=exif)
    case(f"jpeg orientation {orientation}", data, upright(data), 2)
    for form, image in [("PNG", grey), ("WEBP", rgb), ("TIFF", rgb)]:
        options = dict(lossless=True) if form == "WEBP" else {}
        data = save(Image.fromarray(image), form, exif=exif, **options)
        assert form == "PNG" or orientation < 5 or upright(data).shape[:2] == (13, 11)
        case(f"{form} orientation {orientation}", data, upright(data), 0)

refused = []
def refuse(name, data, word):
    refused.append(dict(name=name, file=base64.b64encode(data).decode(), word=word))
two = dict(save_all=True, append_images=[Image.fromarray(255 - rgb)])
refuse("gif", save(Image.fromarray(rgb), "GIF", **two), "a GIF image")
refuse("animated webp", save(Image.fromarray(rgb), "WEBP", **two), "an animated WebP image")
refuse("avif", save(Image.fromarray(rgb), "AVIF"), "an AVIF image")
refuse("float tiff", save(Image.fromarray(grey.astype(np.float32)), "TIFF"), "floating-point")
refuse("tiff grey with alpha", save(la, "TIFF"), "2 samples of 8 bits")
refuse("pgm of 100 levels", b"P5 13 11 100\n" + bytes(13 * 11), "levels up to 100")
def refuse_tiff(name, samples, word, **options):
    out = io.BytesIO()
    tifffile.imwrite(out, samples, metadata=None, **options)
    refuse(name, out.getvalue(), word)
refuse_tiff("tiff 16 bit planar", np.moveaxis(wide(rgb), -1, 0), "planar", photometric="rgb",
            planarconfig="separate")
refuse_tiff("tiff 16 bit white is zero", wide(grey), "photometric 0", photometric="miniswhite")
refuse_tiff("tiff signed", grey.astype(np.int8), "signed", photometric="minisblack")
refuse_tiff("bigtiff", grey, "a BigTIFF image", photometric="minisblack", bigtiff=True)

# An animated PNG: its default image is what counts.
data = save(Image.fromarray(rgb), "PNG", **two)
assert b"acTL" in data
case("png animated", data, rgb, 0)

photo = rng.integers(0, 256, (24, 36), dtype=np.uint8)
resized = []
for width, height in [(12, 8), (18, 12), (36, 6), (17, 11), (5, 7), (35, 23), (1, 1)]:
    resized.append(dict(width=width, height=height,
        pixels=cv2.resize(photo, (width, height), interpolation=cv2.INTER_AREA).flatten().tolist()))
up = [dict(width=w, height=h,
        pixels=cv2.resize(photo, (w, h), interpolation=cv2.INTER_LINEAR).flatten().tolist())
      for w, h in [(50, 30)]]

json.dump(dict(made_by="make_images.py", numpy=np.__version__, opencv=cv2.__version__,
    pillow=pillow_version, tifffile=tifffile.__version__, cases=cases, refused=refused,
    photo=dict(width=36, height=24, pixels=photo.flatten().tolist(), area=resized, linear=up)),
    open(pathlib.Path(__file__).with_name("images.json"), "w"), separators=(",", ":"))
