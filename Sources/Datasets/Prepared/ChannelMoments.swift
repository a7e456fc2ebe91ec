internal import TensorCore

/// Mean and deviation of each channel, the rows being added one after another.
struct ChannelMoments {
  private var count = 0
  /// Sums of x − x₀ and of their squares; x₀ is the channel's first number, so that nothing is lost where
  /// a mean is large beside its deviation.
  private var origins, sums, squares: [Double]

  init(channels: Int) {
    origins = [Double](repeating: 0, count: channels)
    (sums, squares) = (origins, origins)
  }

  mutating func add(_ values: [Float]) {
    let channels = origins.count
    if count == 0 { for c in 0..<min(channels, values.count) { origins[c] = Double(values[c]) } }
    for start in stride(from: 0, to: values.count, by: channels) {
      for c in 0..<channels {
        let x = Double(values[start + c]) - origins[c]
        sums[c] += x
        squares[c] += x * x
      }
    }
    count += values.count / channels
  }

  var mean: ChannelValues {
    ChannelValues(zip(origins, sums).map { $0 + $1 / Double(max(1, count)) })
  }

  var standardDeviation: ChannelValues {
    let n = Double(max(1, count))
    return ChannelValues(
      zip(sums, squares).map { max(0, $1 / n - ($0 / n) * ($0 / n)).squareRoot() })
  }
}

extension PreparedDataset {
  /// The normalisation of a network that learns from `rows`: the manifest's where they are all of those
  /// that this was taken from, else their own mean and deviation by channel, so that no other row has a
  /// part in them.
  public func normalisation(ofRows rows: [Int]) throws -> Normalisation {
    let known = manifest.normalisation
    if try Set(rows) == Set(self.rows(inSplit: manifest.statisticsSplit)) { return known }
    let width = manifest.shape.count
    var moments = ChannelMoments(channels: manifest.shape[-1])
    var values = [Float](repeating: 0, count: width)
    for row in rows {
      values.withUnsafeMutableBufferPointer { buffer in
        if let base = buffer.baseAddress { read(row, into: base) }
      }
      moments.add(values)
    }
    func inUnits(_ channels: ChannelValues) -> ChannelValues {
      ChannelValues(channels.values.map { $0 / known.unit })
    }
    return Normalisation(
      mean: inUnits(moments.mean), standardDeviation: inUnits(moments.standardDeviation),
      unit: known.unit)
  }
}
