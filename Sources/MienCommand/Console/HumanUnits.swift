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

/// A size as people say it, in powers of 1024: `512 B`, `1.5 KiB`, `271 MiB`.
func humanBytes(_ count: Int) -> String {
  var (size, unit) = (Double(count), 0)
  let units = ["B", "KiB", "MiB", "GiB", "TiB"]
  while size >= 999.5, unit + 1 < units.count { (size, unit) = (size / 1024, unit + 1) }
  if unit == 0 { return "\(count) B" }
  return String(format: size < 9.95 ? "%.1f %@" : "%.0f %@", size, units[unit])
}
