"""Prints the share of a folder's 256x256 images in which OpenCV's frontal Haar cascade finds the face
that is drawn around the middle."""
import pathlib
import sys

import cv2

cascade = cv2.CascadeClassifier(cv2.data.haarcascades + "haarcascade_frontalface_default.xml")
files = sorted(pathlib.Path(sys.argv[1]).rglob("*.png"))
found = 0
for file in files:
    boxes = cascade.detectMultiScale(cv2.imread(str(file), 0), 1.1, 4)
    found += any(
        abs(x + w / 2 - 128) < 45 and abs(y + h / 2 - 128) < 50 and 90 < w < 230
        for x, y, w, h in boxes
    )
print(found / len(files))
