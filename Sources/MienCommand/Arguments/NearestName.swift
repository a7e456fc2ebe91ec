/// The name most like a mistyped one, nil where none is near: at most a third of its letters (and
/// at least two) may be inserted, dropped, replaced or swapped with their neighbour.
func nearestName(to name: String, among names: [String]) -> String? {
  names.map { (name: $0, distance: editDistance(name, $0)) }
    .filter { $0.distance <= max(2, name.count / 3) && $0.distance < $0.name.count }
    .min { $0.distance < $1.distance }?.name
}

/// Optimal string alignment distance (Damerau 1964, DOI 10.1145/363958.363994).
func editDistance(_ a: String, _ b: String) -> Int {
  let (a, b) = (Array(a), Array(b))
  var rows = [Array(0...b.count)]
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      var best = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        best = min(best, rows[i - 1][j - 1] + 1)
      }
      row.append(best)
    }
    rows.append(row)
  }
  return rows[a.count][b.count]
}
