internal import TensorCore

/// Draws `count` of `indices` so that every class keeps its share (largest remainders), and gives
/// what was drawn and what is left, each in the order of `indices`.
///
/// - Parameter label: the class of an index, in 0..<classCount.
func stratifiedSample(
  _ indices: [Int], count: Int, classCount: Int, random: RandomStream, label: (Int) -> Int
) -> (drawn: [Int], rest: [Int]) {
  precondition(count >= 0 && count <= indices.count, "\(count) of \(indices.count)")
  guard count > 0 else { return ([], indices) }
  var members = [[Int]](repeating: [], count: classCount)
  for (position, index) in indices.enumerated() { members[label(index)].append(position) }
  // Whole shares first; what is missing goes to the largest remainders, the lower class on a tie.
  var quotas = members.map { $0.count * count / indices.count }
  let remainders = members.indices.sorted {
    let (a, b) = (
      members[$0].count * count % indices.count, members[$1].count * count % indices.count
    )
    return a != b ? a > b : $0 < $1
  }
  for index in remainders.prefix(count - quotas.reduce(0, +)) { quotas[index] += 1 }
  var isDrawn = [Bool](repeating: false, count: indices.count)
  for (index, positions) in members.enumerated() {
    var stream = random.substream(index)
    for position in stream.permutation(positions.count).prefix(quotas[index]) {
      isDrawn[positions[position]] = true
    }
  }
  return (
    zip(indices, isDrawn).filter(\.1).map(\.0), zip(indices, isDrawn).filter { !$0.1 }.map(\.0)
  )
}
