/// Names for files that must not take each other's place.
struct UniqueNames {
  private var taken: Set<String> = []

  /// The name if it is free, else with the first free number behind it: `a`, `a-2`, `a-3`.
  mutating func take(_ name: String) -> String {
    var (candidate, number) = (name, 1)
    while !taken.insert(candidate).inserted {
      number += 1
      candidate = "\(name)-\(number)"
    }
    return candidate
  }
}
