internal import Foundation

/// A number of things: `1 epoch`, `2 epochs`.
func counted(_ count: Int, _ singular: String) -> String {
  "\(count) \(singular)" + (count == 1 ? "" : "s")
}

/// A whole number with its thousands apart: `1,765,031`.
public func grouped(_ count: Int) -> String {
  let digits = Array(String(count.magnitude))
  let groups = stride(from: digits.count, to: 0, by: -3).map { end in
    String(digits[max(0, end - 3)..<end])
  }
  return (count < 0 ? "-" : "") + groups.reversed().joined(separator: ",")
}

/// Names, and of very many the first.
func someNames(_ names: [String]) -> String {
  names.prefix(12).joined(separator: ", ")
    + (names.count > 12 ? " and \(names.count - 12) more" : "")
}

/// A time in its largest unit: `12.3 s`, `4.5 min`, `2.1 h`.
func duration(seconds: Double) -> String {
  switch seconds {
  case ..<100: String(format: "%.1f s", seconds)
  case ..<6000: String(format: "%.1f min", seconds / 60)
  default: String(format: "%.1f h", seconds / 3600)
  }
}
