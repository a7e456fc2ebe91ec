import Foundation

/// A duration as people say it: `0.42 s`, `12 s`, `3 min 5 s`, `2 h 07 min`.
func humanDuration(seconds: Double) -> String {
  guard seconds.isFinite else { return "?" }
  if seconds < 9.995 { return String(format: "%.2f s", max(0, seconds)) }
  let whole = Int(seconds.rounded())
  if whole < 60 { return "\(whole) s" }
  if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
  return String(format: "%d h %02d min", whole / 3600, whole % 3600 / 60)
}

/// A number of things: `1 face`, `2 faces`.
func counted(_ count: Int, _ singular: String) -> String {
  "\(count) \(singular)" + (count == 1 ? "" : "s")
}
