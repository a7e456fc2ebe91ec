/// Calls `found` for every peak of sixteen spectra, one in each lane: a bin of `range` that is above
/// the bin before, not below the bin behind, and above `share` of the largest of its spectrum.
///
/// The parabola through the three bins gives the place in between and the height there. Of the
/// frames only the first `count` are asked.
///
/// - Parameters:
///   - range: bins that are looked at, not the first and not the last.
///   - spectra: [bins, 16].
///   - found: the peak's bin, how far behind it the parabola's top lies, and how high that is.
public func findPeaks(
  count: Int, bins: Int, in range: Range<Int>, above share: Float,
  _ spectra: UnsafePointer<Float>, _ found: (_ bin: Int, _ shift: Float, _ height: Float) -> Void
) {
  var largest = spectra.lanes(0)
  for k in 1..<bins {
    let s = spectra.lanes(16 * k)
    largest = largest.replacing(with: s, where: largest .< s)
  }
  let reference = share * largest
  for k in range {
    let (before, here, behind) = (
      spectra.lanes(16 * k - 16), spectra.lanes(16 * k), spectra.lanes(16 * k + 16)
    )
    // Most bins are far below the largest, in all sixteen.
    let margin = here - reference
    guard margin.max() > 0 else { continue }
    for lane in 0..<count
    where margin[lane] > 0 && here[lane] > before[lane] && here[lane] >= behind[lane] {
      let curvature = behind[lane] + before[lane] - 2 * here[lane]
      let slope = (behind[lane] - before[lane]) / 2
      let shift = abs(slope) >= abs(curvature) ? 0 : -slope / curvature
      found(k, shift, here[lane] + 0.5 * slope * shift)
    }
  }
}
