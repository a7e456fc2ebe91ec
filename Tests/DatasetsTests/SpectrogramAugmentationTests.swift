import Foundation
import TensorCore
import TestSupport
import Testing

@testable import Datasets

@Suite("Augmentation of spectrograms") struct SpectrogramAugmentationTests {
  private static let (bands, frames) = (12, 30)

  /// Every place has a level of its own.
  private static let levels = (0..<bands * frames).map { -80 + Float($0) / 10 }

  private func changed(
    _ part: some SpectrogramPart, _ index: Int = 0, mean: Float = 7
  ) -> [Float] {
    var levels = Self.levels
    var random = RandomStream(seed: 3).substream(index)
    levels.withUnsafeMutableBufferPointer { memory in
      guard let base = memory.baseAddress else { return }
      part.apply(
        to: LevelImage(
          size: ImageSize(height: Self.bands, width: Self.frames), channels: 1, levels: base),
        mean: mean, &random)
    }
    return levels
  }

  @Test("gain adds one number of decibels") func gain() {
    let gains = (0..<200).map { index -> Float in
      let louder = changed(Augmentation.Gain(setting: 6), index)
      let gain = louder[0] - Self.levels[0]
      expectClose(louder, Self.levels.map { Double($0 + gain) }, absolute: 1e-4)
      return gain
    }
    #expect((gains.min() ?? 0) >= -6 && (gains.min() ?? 0) < -5)
    #expect((gains.max() ?? 0) <= 6 && (gains.max() ?? 0) > 5)
  }

  @Test("a filter adds decibels by band, straight between its knots") func filter() {
    var kinks: Set<Int> = []
    for index in 0..<200 {
      let filtered = changed(Augmentation.Filter(setting: 6), index)
      let curve = (0..<Self.bands).map { band -> Float in
        let added = (0..<Self.frames).map {
          filtered[band * Self.frames + $0] - Self.levels[band * Self.frames + $0]
        }
        expectClose(added, added.map { _ in Double(added[0]) }, absolute: 1e-4)
        return added[0]
      }
      #expect(curve.allSatisfy { abs($0) <= 6.001 } && Set(curve).count > 2)
      kinks.insert(
        (1..<Self.bands - 1).count { abs(curve[$0 - 1] - 2 * curve[$0] + curve[$0 + 1]) > 1e-3 })
    }
    #expect(kinks == Set(0...3))
  }

  @Test("a shift in time turns every band alike, by up to its share") func shift() {
    var shifts: Set<Int> = []
    for index in 0..<200 {
      let shifted = changed(Augmentation.TimeShift(setting: 0.2), index)
      let later = shifted.firstIndex(of: Self.levels[0]) ?? -1
      for band in 0..<Self.bands {
        let line = Array(shifted[band * Self.frames..<(band + 1) * Self.frames])
        let own = Array(Self.levels[band * Self.frames..<(band + 1) * Self.frames])
        #expect((0..<Self.frames).allSatisfy { line[($0 + later) % Self.frames] == own[$0] })
      }
      shifts.insert(later > 15 ? later - Self.frames : later)
    }
    #expect(shifts == Set(-6...6))
  }

  @Test("masks of time and of frequencies are whole stretches of the mean") func masks() {
    var time = Augmentation.TimeMask()
    (time.count, time.size) = (1, 5)
    var frequency = Augmentation.FrequencyMask()
    (frequency.count, frequency.size) = (1, 4)
    var (widths, heights) = (Set<Int>(), Set<Int>())
    for index in 0..<300 {
      let masked = changed(time, index)
      let columns = (0..<Self.frames).filter { masked[$0] == 7 }
      widths.insert(columns.count)
      #expect(columns.isEmpty || columns == Array(columns[0]..<columns[0] + columns.count))
      for i in masked.indices {
        #expect(masked[i] == (columns.contains(i % Self.frames) ? 7 : Self.levels[i]))
      }
      let striped = changed(frequency, index)
      let lines = (0..<Self.bands).filter { striped[$0 * Self.frames] == 7 }
      heights.insert(lines.count)
      for i in striped.indices {
        #expect(striped[i] == (lines.contains(i / Self.frames) ? 7 : Self.levels[i]))
      }
    }
    #expect(widths == Set(0...5) && heights == Set(0...4))
    time.size = 4096
    #expect(changed(time).count == Self.levels.count)
  }

  @Test("parts for other kinds of examples are refused where they were asked for, else off")
  func kinds() throws {
    let defaults = Augmentation(flip: 0.5, shift: 2)
    let plain = try defaults.suited(to: "spectrogram", defaults: defaults)
    #expect(plain == Augmentation())
    #expect(try defaults.suited(to: "image", defaults: defaults) == defaults)
    // What is usual is refused as well where somebody named it, with what may be used instead.
    var named = defaults
    named.note(named: ["flip"])
    #expect(named == defaults)
    for kind in ["spectrogram", "series", "table"] {
      #expect { try named.suited(to: kind, defaults: defaults) } throws: {
        "\($0)".contains("augmentation.flip") && "\($0)".contains("mixup")
          && "\($0)".contains("time_mask") == (kind == "spectrogram")
      }
    }
    #expect(try named.suited(to: "image", defaults: defaults) == defaults)
    named.flip.probability = 0
    #expect(try named.suited(to: "series", defaults: defaults) == Augmentation())
    var turned = defaults
    turned.rotation.degrees = 10
    #expect { try turned.suited(to: "table", defaults: defaults) } throws: {
      "\($0)".contains("augmentation.rotation") && "\($0)".contains("kind image")
    }
    var masked = defaults
    masked.timeMask.count = 2
    masked.mixup.probability = 0.5
    let suited = try masked.suited(to: "spectrogram", defaults: defaults)
    #expect(suited.timeMask.count == 2 && suited.mixup.probability == 0.5)
    #expect(suited.flip.probability == 0)
    #expect { try masked.suited(to: "image", defaults: defaults) } throws: {
      "\($0)".contains("augmentation.time_mask")
    }
  }

  @Test("settings out of their range are refused") func ranges() {
    for json in [
      #"{"gain": 61}"#, #"{"time_shift": 0.6}"#, #"{"time_mask": {"count": -1, "size": 3}}"#,
      #"{"frequency_mask": {"count": 1, "size": -3}}"#, #"{"filter": -1}"#, #"{"filter": 61}"#,
    ] {
      #expect(throws: SettingError.self) {
        try JSONDecoder().decode(Augmentation.self, from: Data(json.utf8)).validate()
      }
    }
  }
}
