internal import CSoxr

extension AudioClip {
  /// The same sound at another rate, by libsoxr's high quality, which is librosa's default
  /// (`soxr_hq`): ⌈samples · rate / sampleRate⌉ samples, the missing last ones 0.
  ///
  /// Throws `AudioError.cannotResample`.
  public func resampled(to rate: Int) throws(AudioError) -> AudioClip {
    guard rate != sampleRate else { return self }
    func failed(_ problem: String) -> AudioError {
      .cannotResample(from: sampleRate, to: rate, problem: problem)
    }
    guard rate > 0 else { throw failed("a rate is positive") }
    let (scaled, overflows) = samples.count.multipliedReportingOverflow(by: rate)
    guard !overflows, scaled / sampleRate <= AudioFile.defaultFrameLimit else {
      throw failed("more than \(AudioFile.defaultFrameLimit) samples")
    }
    let count = (scaled + sampleRate - 1) / sampleRate
    var output = [Float](repeating: 0, count: count)
    var quality = soxr_quality_spec(UInt(SOXR_HQ), 0)
    var (inputDone, outputDone) = (0, 0)
    let problem = soxr_oneshot(
      Double(sampleRate), Double(rate), 1, samples, samples.count, &inputDone, &output, count,
      &outputDone, nil, &quality, nil)
    if let problem { throw failed(String(cString: problem)) }
    return AudioClip(samples: output, sampleRate: rate, source: source)
  }
}
