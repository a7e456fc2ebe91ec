/// One of the choices of `ExplainerSettings`, or the parts that a picture is cut into: so that a
/// method can say which of them mean something to it, and whoever makes one that does not can be told.
public enum ExplainerSetting: String, CaseIterable, Sendable {
  case samples, masks, distance, penalty, baseline, layer, steps, noise, copies, window, stride
  case cells, parts
  case automaticSamples = "automatic samples"
  case kernelWidth = "kernel width"
  case hidesParts = "hides parts"
  case shownShare = "shown share"
}
