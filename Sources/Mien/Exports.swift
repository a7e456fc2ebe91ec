// `import Mien` is enough: what its interface speaks of comes with it.
@_exported public import AudioFeatures
@_exported public import Datasets
@_exported public import Evaluation
@_exported public import Explainers
@_exported public import Imaging
@_exported public import NeuralNetwork
@_exported public import Reporting
@_exported public import TensorCore
@_exported public import Training

// Of the kernels only what settings speak of: how many threads, and extents of windows.
@_exported public import enum Kernels.Workers
@_exported public import struct Kernels.Extent2D
