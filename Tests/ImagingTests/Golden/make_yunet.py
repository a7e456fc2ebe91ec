"""Writes three networks of the form that OpenCV 4.6's FaceDetectorYN reads, of known answers:

squares.onnx   finds a face of 64 x 64 pixels around each bright cell of a lattice of 32 pixels
short.onnx     the same, but one answer is too short
other.onnx     a network of another kind

    python make_yunet.py

Python 3.11 with onnx 1.23.2 and numpy 2.2. The answers are laid out as YuNet's of March 2022: at
strides of 8, 16, 32 and 64 pixels 3, 2, 2 and 3 faces a place, each with 14 numbers in `loc` (the
box's middle and size, then five points, as tenths of the face assumed there), two in `conf` (no face,
face) and one in `iou`.
"""
import pathlib
import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper

HERE = pathlib.Path(__file__).parent
FACES = {8: 3, 16: 2, 32: 2, 64: 3}
# Right eye, left eye, nose, right and left corner of the mouth, from the middle, as shares of 64.
POINTS = [(-0.2, -0.11), (0.2, -0.11), (0, 0.1), (-0.15, 0.35), (0.15, 0.35)]


def network(short=False):
    nodes, weights, parts = [], [], {"loc": [], "conf": [], "iou": []}

    def constant(name, values):
        weights.append(numpy_helper.from_array(np.asarray(values), name))
        return name

    for stride, faces in FACES.items():
        pooled = f"mean_{stride}"
        nodes.append(helper.make_node(
            "AveragePool", ["input"], [pooled], kernel_shape=[stride] * 2, strides=[stride] * 2))
        for output, width in [("loc", 14), ("conf", 2), ("iou", 1)]:
            kernel = np.zeros((faces * width, 3, 1, 1), np.float32)
            bias = np.zeros(faces * width, np.float32)
            if output == "loc":
                for face in range(faces):
                    bias[face * 14 + 4:face * 14 + 14] = 10 * np.ravel(POINTS)
            elif output == "iou":
                bias[:] = 20
            else:
                bias[1::2] = -20
                if stride == 32:  # the first of its two faces: brighter than 225 in the mean
                    kernel[1], bias[1] = 1 / 3, -225
            name = f"{output}_{stride}"
            nodes.append(helper.make_node(
                "Conv", [pooled, constant(name + "_w", kernel), constant(name + "_b", bias)],
                [name + "_conv"], kernel_shape=[1, 1]))
            nodes.append(helper.make_node("Transpose", [name + "_conv"], [name + "_last"], perm=[0, 2, 3, 1]))
            shape = constant(name + "_shape", np.array([1, -1, width], np.int64))
            nodes.append(helper.make_node("Reshape", [name + "_last", shape], [name]))
            if not (short and output == "iou" and stride == 64):
                parts[output].append(name)
    for output, names in parts.items():
        joined = output if output == "loc" else output + "_all"
        nodes.append(helper.make_node("Concat", names, [joined], axis=1))
        if output != "loc":
            nodes.append(helper.make_node("Sigmoid", [joined], [output]))
    outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, None, width])
               for name, width in [("loc", 14), ("conf", 2), ("iou", 1)]]
    image = helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, 3, 320, 320])
    return helper.make_graph(nodes, "squares", [image], outputs, weights)


def other():
    value = lambda name: helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 3, 8, 8])
    return helper.make_graph([helper.make_node("Relu", ["input"], ["output"])], "other",
                             [value("input")], [value("output")])


for name, graph in [("squares", network()), ("short", network(short=True)), ("other", other())]:
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 11)], ir_version=7)
    checker.check_model(model)
    (HERE / f"{name}.onnx").write_bytes(model.SerializeToString())
