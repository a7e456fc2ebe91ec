/// What a preparation of sounds or of a table has found out about them: `quality.json`. Rows are numbers of
/// the source, as in `rows-NNNNN.npy`; lists are cut to `QualityReport.listLimit`.
public struct ExampleReport: Codable, Equatable, Sendable {
  /// The version of this format.
  public var schemaVersion = 1
  /// Good rows, without changed copies.
  public let rows: Int
  /// Rows left out.
  public let rejectedRows: Int
  /// Counts by split and class, changed copies included.
  public let splits: [String: Manifest.Split]
  /// Counts by corpus and class.
  public let corpora: [String: Manifest.Split]
  /// What the rows of a group have in common.
  public let groupKind: String
  /// Counts by group and class.
  public let groups: [String: Manifest.Split]
  /// Rows of which it is not known whose they are: each is a group of its own.
  public let withoutGroup: QualityReport.RowList
  /// Equal sounds, sample by sample, or equal rows of a table.
  public let exactDuplicates: QualityReport.Exact
  /// What is particular to sounds; null for a table.
  public let sound: SoundFindings?
  /// How well single properties tell the class that should have nothing to do with it.
  public let oneRules: [OneRule]
  /// What came of joining metadata; null without.
  public let metadata: MetadataReport?

  enum CodingKeys: String, CodingKey {
    case rows, splits, corpora, groups, sound, metadata
    case schemaVersion = "schema_version"
    case rejectedRows = "rejected_rows"
    case groupKind = "group_kind"
    case withoutGroup = "without_group"
    case exactDuplicates = "exact_duplicates"
    case oneRules = "one_rules"
  }

  /// Those of the properties that give the class away.
  public var warnings: [OneRule] { oneRules.filter(\.givesClassAway) }

  /// Whether each class is that of one group alone, and each group, whose rows are several, of one class: then
  /// who is heard was taken for what is to be learnt.
  public var classesAreGroups: Bool {
    let classes = groups.values.map { group in group.perClass.filter { $0.value > 0 }.map(\.key) }
    return groups.count > 1 && rows > groups.count && withoutGroup.total == 0
      && classes.allSatisfy { $0.count == 1 } && Set(classes).count == groups.count
  }
}

/// What is doubtful about sounds.
public struct SoundFindings: Codable, Equatable, Sendable {
  /// Sounds whose loudest 50 ms are below −60 dB of full scale on the quadratic mean.
  public let silent: QualityReport.RowList
  /// Sounds with cut peaks: three samples or more at full scale one behind the other.
  public let clipped: QualityReport.RowList
  /// Sounds that are much shorter or longer than the others of their corpus: beyond the quartiles by more
  /// than three times their distance (Tukey, "Exploratory Data Analysis", 1977), which is taken to be at
  /// least a twentieth of the median.
  public let oddLengths: QualityReport.RowList
  /// How many sounds have which sampling rate, in Hz.
  public let sampleRates: [String: Int]
  /// How many sounds have so many channels.
  public let channels: [String: Int]
  /// The shortest, the middle and the longest, in seconds.
  public let seconds: Lengths

  /// Lengths in seconds.
  public struct Lengths: Codable, Equatable, Sendable {
    /// The shortest.
    public let minimum: Double
    /// As many are shorter as are longer.
    public let median: Double
    /// The longest.
    public let maximum: Double
    /// All together.
    public let total: Double
  }

  enum CodingKeys: String, CodingKey {
    case silent, clipped, channels, seconds
    case oddLengths = "odd_lengths"
    case sampleRates = "sample_rates"
  }

  /// - Parameters:
  ///   - rows: the number of each sound in the source.
  ///   - corpora: the corpus of each.
  init(_ measures: [SoundMeasures], rows: [Int], corpora: [String]) {
    func list(_ isMeant: (Int) -> Bool) -> QualityReport.RowList {
      QualityReport.RowList(measures.indices.filter(isMeant).map { rows[$0] })
    }
    func counts(_ value: (SoundMeasures) -> Int) -> [String: Int] {
      measures.reduce(into: [:]) { $0["\(value($1))", default: 0] += 1 }
    }
    silent = list { measures[$0].isSilent }
    clipped = list { measures[$0].isClipped }
    sampleRates = counts(\.sampleRate)
    channels = counts(\.channels)
    let sorted = measures.map(\.seconds).sorted()
    seconds = Lengths(
      minimum: sorted.first ?? 0, median: Self.quantile(sorted, 0.5), maximum: sorted.last ?? 0,
      total: sorted.reduce(0, +))
    var usual: [String: ClosedRange<Double>] = [:]
    for corpus in Set(corpora) {
      let own = measures.indices.filter { corpora[$0] == corpus }.map { measures[$0].seconds }
        .sorted()
      let (low, high) = (Self.quantile(own, 0.25), Self.quantile(own, 0.75))
      let reach = 3 * max(high - low, Self.quantile(own, 0.5) / 20)
      usual[corpus] = (low - reach)...(high + reach)
    }
    oddLengths = list { usual[corpora[$0]]?.contains(measures[$0].seconds) == false }
  }

  /// Of sorted values, linear between neighbours, as NumPy's.
  static func quantile(_ sorted: [Double], _ share: Double) -> Double {
    guard let last = sorted.indices.last else { return 0 }
    let place = share * Double(last)
    let low = Int(place)
    let high = min(low + 1, last)
    return sorted[low] + (place - Double(low)) * (sorted[high] - sorted[low])
  }
}

extension QualityReport.RowList {
  /// All of these rows, in their order.
  init(_ rows: [Int]) {
    self.init(total: rows.count, rows: Array(rows.prefix(QualityReport.listLimit)))
  }
}
