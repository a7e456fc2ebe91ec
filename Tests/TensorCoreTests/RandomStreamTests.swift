import Foundation
import Testing

@testable import TensorCore

@Suite("RandomStream") struct RandomStreamTests {
  // The known answers published with Random123 (philox4x32, 10 rounds).
  @Test("Philox gives the paper's known answers") func knownAnswers() {
    let zeros = RandomStream.philoxRounds((0, 0, 0, 0), key: (0, 0))
    #expect(zeros == (0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8))
    let all = UInt32.max
    let ones = RandomStream.philoxRounds((all, all, all, all), key: (all, all))
    #expect(ones == (0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD))
    let pi = RandomStream.philoxRounds(
      (0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344), key: (0xA409_3822, 0x299F_31D0))
    #expect(pi == (0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1))
  }

  func numbers(_ stream: RandomStream, _ count: Int) -> [UInt64] {
    var stream = stream
    return (0..<count).map { _ in stream.next() }
  }

  @Test("a stream is a function of its seed and names alone") func repeatable() {
    let stream = RandomStream(seed: 5).substream(3).substream("dropout")
    #expect(numbers(stream, 9) == numbers(stream, 9))
    var used = RandomStream(seed: 5)
    _ = used.next()
    #expect(numbers(used.substream(3).substream("dropout"), 9) == numbers(stream, 9))
  }

  @Test("seeds and substreams share no number") func independence() {
    let root = RandomStream(seed: 0)
    var streams = [root, RandomStream(seed: 1), root.substream("a"), root.substream("b")]
    streams += (-3..<200).map { root.substream($0) }
    streams += (0..<50).map { root.substream(1).substream($0) }
    let all = streams.flatMap { numbers($0, 20) }
    #expect(Set(all).count == all.count)
  }

  @Test("many words at once are those one by one", arguments: [0, 1, 2, 31, 32, 33, 64, 4097])
  func words(count: Int) {
    for used in 0..<3 {
      var (stream, other) = (RandomStream(seed: 7), RandomStream(seed: 7))
      for _ in 0..<used { (_, _) = (stream.next(), other.next()) }
      var words = [UInt32](repeating: 0, count: count)
      words.withUnsafeMutableBufferPointer { stream.fill($0) }
      let expected = (0..<(count + 1) / 2).flatMap { _ in
        let bits = other.next()
        return [UInt32(truncatingIfNeeded: bits), UInt32(bits >> 32)]
      }
      #expect(words == Array(expected.prefix(count)))
      #expect(stream.next() == other.next())
    }
  }

  @Test("uniform numbers have the moments of [0, 1), normal ones of N(0, 1)") func moments() {
    let count = 200_000
    var stream = RandomStream(seed: 2)
    let uniform = (0..<count).map { _ in Double(stream.uniform()) }
    #expect(uniform.allSatisfy { (0..<1).contains($0) })
    func mean(_ numbers: [Double]) -> Double { numbers.reduce(0, +) / Double(count) }
    // Five standard errors: √(var / n).
    let error = 5 / Double(count).squareRoot()
    #expect(abs(mean(uniform) - 0.5) <= error * (1.0 / 12).squareRoot())
    #expect(abs(mean(uniform.map { $0 * $0 }) - 1.0 / 3) <= error * (4.0 / 45).squareRoot())
    let normal = (0..<count).map { _ in Double(stream.normal()) }
    #expect(abs(mean(normal)) <= error)
    #expect(abs(mean(normal.map { $0 * $0 }) - 1) <= error * 2.0.squareRoot())
    #expect(abs(mean(normal.map { $0 * $0 * $0 })) <= error * 15.0.squareRoot())
    #expect(abs(mean(normal.map { $0 * $0 * $0 * $0 }) - 3) <= error * 96.0.squareRoot())
  }

  @Test("neighbouring substreams are uncorrelated") func correlation() {
    let root = RandomStream(seed: 3)
    let pairs = (0..<50_000).map { index -> (Float, Float) in
      var (a, b) = (root.substream(index), root.substream(index + 1))
      return (a.uniform() - 0.5, b.uniform() - 0.5)
    }
    let covariance = pairs.reduce(0.0) { $0 + Double($1.0 * $1.1) } / 50_000
    #expect(abs(covariance) <= 5 / 12.0 / 50_000.0.squareRoot())
  }

  @Test("a permutation is one, and every place is as likely", arguments: [0, 1, 2, 1000])
  func permutation(_ count: Int) {
    var stream = RandomStream(seed: 4)
    #expect(stream.permutation(count).sorted() == Array(0..<count))
    if count == 1000 {
      #expect(stream.permutation(count) != Array(0..<count))
      var places = [Int](repeating: 0, count: 4)
      for _ in 0..<8000 { places[stream.permutation(4)[0]] += 1 }
      #expect(places.allSatisfy { abs($0 - 2000) <= 5 * 39 })
    }
  }
}
