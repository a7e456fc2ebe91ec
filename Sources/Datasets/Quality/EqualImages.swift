/// Groups of records with equal pixels, each in order, ordered by their first.
func equalImages(_ rows: AssembledRows) throws -> [[Int]] {
  // Most images are alone, so only those of a known hash get a list.
  var firsts: [UInt64: Int] = [:]
  var members: [Int: [Int]] = [:]
  firsts.reserveCapacity(rows.records.count)
  for (index, record) in rows.records.enumerated() {
    if let first = firsts[record.contentHash] {
      members[first, default: [first]].append(index)
    } else {
      firsts[record.contentHash] = index
    }
  }
  let candidates = members.values.sorted { $0[0] < $1[0] }
  let grain = 256
  let pieces = (candidates.count + grain - 1) / grain
  let (groups, failure) = parallelMap(pieces) { piece in
    let range = piece * grain..<min(candidates.count, (piece + 1) * grain)
    return try classesOfEqual(candidates[range], rows)
  }
  if let failure { throw failure }
  return groups.flatMap { $0 }.sorted { $0[0] < $1[0] }
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
        return first.elementsEqual(second)
      }
      if let found { classes[found].append(member) } else { classes.append([member]) }
    }
    return classes.filter { $0.count > 1 }
  }
}
