internal import Foundation

/// Groups of records with equal pixels, each in order, ordered by their first.
func equalImages(_ rows: AssembledRows) throws -> [[Int]] {
  let members = sharedHashes(rows.records)
  let candidates = members.values.sorted { $0[0] < $1[0] }
  let grain = 64
  let pieces = (candidates.count + grain - 1) / grain
  let (groups, failure) = parallelMap(pieces) { piece in
    let range = piece * grain..<min(candidates.count, (piece + 1) * grain)
    return try classesOfEqual(candidates[range], rows)
  }
  if let failure { throw failure }
  return groups.flatMap { $0 }.sorted { $0[0] < $1[0] }
}

/// The records of each hash that more than one has, in order, by the first of them.
private func sharedHashes(_ records: [RowRecord]) -> [Int: [Int]] {
  // Most images are alone, so only those of a known hash get a list. The others are but a place in
  // a table, half of which is empty: the first record of a hash lies where the hash says, or in the
  // next place that was free. Hashes need no hashing.
  var size = 16
  while size < 2 * records.count { size *= 2 }
  var firsts = [Int](repeating: -1, count: size)
  var members: [Int: [Int]] = [:]
  for (index, record) in records.enumerated() {
    var place = Int(truncatingIfNeeded: record.contentHash) & (size - 1)
    while firsts[place] >= 0, records[firsts[place]].contentHash != record.contentHash {
      place = (place + 1) & (size - 1)
    }
    if firsts[place] < 0 {
      firsts[place] = index
    } else {
      members[firsts[place], default: [firsts[place]]].append(index)
    }
  }
  return members
}

/// Equal hashes are no proof: sorts the members of each group into classes of equal pixels, and
/// gives those with more than one.
private func classesOfEqual(_ groups: ArraySlice<[Int]>, _ rows: AssembledRows) throws -> [[Int]] {
  let size = rows.size * rows.size
  let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * size, alignment: 64)
  defer { room.deallocate() }
  let first = UnsafeMutableRawBufferPointer(rebasing: room[..<size])
  let second = UnsafeMutableRawBufferPointer(rebasing: room[size...])
  return try groups.flatMap { members in
    var classes: [[Int]] = []
    for member in members {
      try rows.load(rows.records[member], into: second)
      let found = try classes.firstIndex { members in
        try rows.load(rows.records[members[0]], into: first)
        return isEqual(first, second)
      }
      if let found { classes[found].append(member) } else { classes.append([member]) }
    }
    return classes.filter { $0.count > 1 }
  }
}

private func isEqual(
  _ a: UnsafeMutableRawBufferPointer, _ b: UnsafeMutableRawBufferPointer
) -> Bool {
  guard let start = a.baseAddress, let other = b.baseAddress else { return true }
  return memcmp(start, other, min(a.count, b.count)) == 0
}
