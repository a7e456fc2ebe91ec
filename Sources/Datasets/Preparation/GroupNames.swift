/// Groups as a user names them, separated by commas: numbers and ranges of them (`1-16`), names (`DC`), a
/// corpus with either (`ravdess/1-16`, `tess/OAF`), or a corpus alone (`tess`) for all of its groups. A comma
/// within a name is written `\,`.
public struct GroupNames: Equatable, Sendable {
  private enum Name: Equatable, Sendable {
    case numbers(ClosedRange<Int>)
    case word(String)
  }

  private struct Item: Equatable, Sendable {
    let text: String
    /// Nil stands for any.
    let corpus: String?
    let name: Name

    /// - Parameter group: a corpus, a slash and a name.
    func names(_ group: String) -> Bool {
      let (corpus, own) = GroupNames.parts(group)
      if let wanted = self.corpus, wanted != corpus?.lowercased() { return false }
      switch name {
      case .numbers(let range): return Int(own).map(range.contains) ?? false
      case .word(let word):
        return GroupSpelling.key(own) == word
          || (self.corpus == nil
            && (corpus?.lowercased() == word || GroupSpelling.key(group) == word))
      }
    }
  }

  /// Numbers are below this one; what is longer is a name.
  private static let mostNumber = 1_000_000_000

  /// As it was written.
  public let text: String
  private let items: [Item]

  /// Nil for an empty list, or one with an empty place or a range that runs backwards.
  public init?(_ text: String) {
    self.text = text
    var items: [Item] = []
    for word in Self.words(text) {
      let word = String(word.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
      guard let item = Self.item(word) else { return nil }
      items.append(item)
    }
    self.items = items
  }

  /// What stands between the commas that have no backslash before them.
  private static func words(_ text: String) -> [String] {
    text.split(separator: ",", omittingEmptySubsequences: false).reduce(into: []) { words, piece in
      if let last = words.last, last.hasSuffix("\\") {
        words[words.count - 1] = last.dropLast() + "," + piece
      } else {
        words.append(String(piece))
      }
    }
  }

  private static func item(_ word: String) -> Item? {
    let (corpus, own) = parts(word)
    guard !own.isEmpty, corpus?.isEmpty != true else { return nil }
    let ends = own.split(separator: "-", omittingEmptySubsequences: false)
    if own.isDigits, let number = Int(own), number < mostNumber {
      return Item(text: word, corpus: corpus?.lowercased(), name: .numbers(number...number))
    }
    if ends.count == 2, ends.allSatisfy(\.isDigits), let low = Int(ends[0]), let high = Int(ends[1])
    {
      guard low <= high, high < mostNumber else { return nil }
      return Item(text: word, corpus: corpus?.lowercased(), name: .numbers(low...high))
    }
    return Item(text: word, corpus: corpus?.lowercased(), name: .word(GroupSpelling.key(own)))
  }

  /// What stands before and behind the first slash.
  private static func parts(_ text: String) -> (corpus: String?, name: String) {
    guard let slash = text.firstIndex(of: "/") else { return (nil, text) }
    return (String(text[..<slash]), String(text[text.index(after: slash)...]))
  }

  /// Whether a group, as `ravdess/03`, is one of them.
  public func contains(_ group: String) -> Bool { items.contains { $0.names(group) } }

  /// The words that name none of these groups.
  func strangers(among groups: Set<String>) -> [String] {
    items.filter { item in !groups.contains(where: item.names) }.map(\.text)
  }

  /// The numbers within its ranges that none of these groups has, as `21-24`: a range may reach beyond what
  /// there is.
  func missing(among groups: Set<String>) -> [String] {
    items.flatMap { item -> [String] in
      guard case .numbers(let range) = item.name else { return [] }
      let numbers = Set(groups.filter(item.names).compactMap { Int(GroupNames.parts($0).name) })
      var (gaps, next) = ([ClosedRange<Int>](), range.lowerBound)
      for number in numbers.sorted() + [range.upperBound + 1] {
        if number > next { gaps.append(next...number - 1) }
        next = number + 1
      }
      let corpus = item.corpus.map { $0 + "/" } ?? ""
      return gaps.map {
        corpus
          + ($0.lowerBound == $0.upperBound
            ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)")
      }
    }
  }
}
