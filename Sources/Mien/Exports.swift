// `import Mien` is enough: what its interface speaks of comes with it.
@_exported public import Datasets
@_exported public import Evaluation
@_exported public import Imaging
@_exported public import NeuralNetwork
@_exported public import Reporting
@_exported public import TensorCore
@_exported public import Training
