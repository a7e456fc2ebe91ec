/// Groups of records with equal pixels, each in order, ordered by their first.
func equalImages(_ rows: AssembledRows) throws -> [[Int]] {
  var byHash: [UInt64: [Int]] = [:]
  for (index, record) in rows.records.enumerated() {
    byHash[record.contentHash, default: []].append(index)
  }
  let size = rows.size * rows.size
  let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * size, alignment: 64)
  defer { room.deallocate() }
  let first = UnsafeMutableRawBufferPointer(rebasing: room[..<size])
  let second = UnsafeMutableRawBufferPointer(rebasing: room[size...])
  var groups: [[Int]] = []
  for (_, members) in byHash where members.count > 1 {
    // Equal hashes are no proof: sort the members into classes of equal pixels.
    var classes: [[Int]] = []
    for member in members {
      try rows.load(rows.records[member], into: second)
      let found = try classes.firstIndex { members in
        try rows.load(rows.records[members[0]], into: first)
        return first.elementsEqual(second)
      }
      if let found { classes[found].append(member) } else { classes.append([member]) }
    }
    groups += classes.filter { $0.count > 1 }
  }
  return groups.sorted { $0[0] < $1[0] }
}
