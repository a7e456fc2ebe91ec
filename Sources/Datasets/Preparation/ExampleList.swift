internal import TensorCore

/// `examples.csv` beside the shards: what each row of the source is, so that a row can be found again, heard
/// and looked at.
enum ExampleList {
  static let fileName = "examples.csv"

  /// The file's text: a line a row that was used, in the order of the source.
  static func csv(_ rows: [(example: Example, split: String, measures: SoundMeasures?)]) -> String {
    let attributes = Set(rows.flatMap { $0.example.attributes.keys }).sorted()
    let measured = rows.contains { $0.measures != nil }
    var text = CSVLine.of(
      ["row", "name", "corpus", "split", "label", "group"]
        + (measured ? ["sample_rate", "channels", "seconds", "peak", "level_db", "clipped"] : [])
        + attributes)
    for (example, split, measures) in rows {
      let figures = measures.map {
        [
          "\($0.sampleRate)", "\($0.channels)", "\($0.seconds)", "\($0.peak)",
          $0.level.isFinite ? "\($0.level)" : "", "\($0.clippedSamples)",
        ]
      }
      text += CSVLine.of(
        [
          "\(example.row)", example.name, example.corpus, split, example.className,
          example.groupIsKnown ? example.group : "",
        ] + (figures ?? []) + attributes.map { example.attributes[$0] ?? "" })
    }
    return text
  }
}
