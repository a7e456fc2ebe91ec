"""Asks a file that `mien export --format onnx` wrote about faces.

    python run_in_onnxruntime.py FILE.onnx inputs-00000.npy > probabilities.csv

The faces are grey levels from 0 to 255, N x H x W x C, as `mien prepare` leaves them. Needs
onnxruntime and numpy, and nothing of Mien.
"""
import csv
import json
import sys

import numpy
import onnxruntime

session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
told = session.get_modelmeta().custom_metadata_map
if told["preprocessing"] != "none":
    print(told["preprocessing"], file=sys.stderr)
levels = numpy.load(sys.argv[2]).astype(numpy.float32)
levels = numpy.moveaxis(levels, -1, 1)
(probabilities,) = session.run(["probabilities"], {"levels": levels})
table = csv.writer(sys.stdout, lineterminator="\n")
table.writerow(json.loads(told["classes"]))
table.writerows(probabilities.tolist())
