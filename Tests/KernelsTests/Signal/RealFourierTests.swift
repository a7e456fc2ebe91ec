import Kernels
import TestSupport
import Testing

/// Sixteen signals in lanes, [length, 16].
private func signals(_ length: Int, seed: UInt64) -> [Float] {
  randomNumbers(length * 16, seed: seed)
}

@Suite struct RealFourierTests {
  static let lengths = [4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096]

  @Test("sixteen spectra are those of the definition", arguments: lengths.filter { $0 <= 2048 })
  func transform(_ length: Int) {
    let plan = RealFourier(length: length)
    let x = signals(length, seed: UInt64(length))
    var (lost, spectra) = (x, [Float](repeating: .nan, count: plan.bins * 32))
    plan.transform(&lost, &spectra)
    for lane in [0, 7, 15] {
      let expected = fourierReference((0..<length).map { Double(x[16 * $0 + lane]) })
      let real = (0..<plan.bins).map { spectra[32 * $0 + lane] }
      let imaginary = (0..<plan.bins).map { spectra[32 * $0 + 16 + lane] }
      expectClose(real, expected.real, relative: 1e-6, "real parts of \(length), lane \(lane)")
      let size = expected.real.map(abs).max() ?? 0
      expectClose(
        imaginary, expected.imaginary, absolute: 1e-6 * size,
        "imaginary parts of \(length), lane \(lane)")
    }
  }

  @Test("the inverse undoes the transform", arguments: lengths)
  func inverse(_ length: Int) {
    let plan = RealFourier(length: length)
    let x = signals(length, seed: 3)
    var (lost, spectra) = (x, [Float](repeating: .nan, count: plan.bins * 32))
    plan.transform(&lost, &spectra)
    var back = [Float](repeating: .nan, count: x.count)
    plan.inverse(spectra, &back)
    expectClose(back, x, relative: 1e-6, "length \(length)")
  }

  @Test("power is the square of the spectrum")
  func power() {
    let plan = RealFourier(length: 512)
    let x = signals(512, seed: 5)
    var (first, second) = (x, x)
    var spectra = [Float](repeating: .nan, count: plan.bins * 32)
    var power = [Float](repeating: .nan, count: plan.bins * 16)
    plan.transform(&first, &spectra)
    plan.power(&second, &power)
    let squares = (0..<plan.bins * 16).map { index in
      let (bin, lane) = (index / 16, index % 16)
      let (real, imaginary) = (spectra[32 * bin + lane], spectra[32 * bin + 16 + lane])
      return real * real + imaginary * imaginary
    }
    expectClose(power, squares, relative: 1e-6)
  }

  @Test("a plan is for powers of two of at least 4")
  func supported() {
    #expect(Self.lengths.allSatisfy(RealFourier.isSupported))
    for length in [-4, 0, 1, 2, 3, 6, 100, 2047] { #expect(!RealFourier.isSupported(length)) }
  }
}
