// `import Mien` is enough: what its interface speaks of comes with it.
@_exported public import TensorCore
