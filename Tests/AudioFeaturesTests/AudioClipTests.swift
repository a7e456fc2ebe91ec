import AudioFeatures
import TestSupport
import Testing

@Suite struct AudioClipTests {
  @Test("silence at both ends is cut away in whole hops, silence as a whole stays")
  func trimming() {
    var samples = [Float](repeating: 0, count: 40_000)
    for index in 15_000..<22_000 { samples[index] = index.isMultiple(of: 2) ? 0.5 : -0.5 }
    let clip = AudioClip(samples: samples, sampleRate: 16_000)
    let range = clip.soundingRange()
    // A frame reaches 1,024 samples to both sides of its middle, and middles are 512 apart.
    #expect(range.lowerBound == 14_336 && range.upperBound == 23_040)
    #expect(clip.trimmed().samples == Array(samples[range]))
    let silence = AudioClip(samples: [Float](repeating: 0, count: 3000), sampleRate: 8000)
    #expect(silence.trimmed() == silence)
  }
}
