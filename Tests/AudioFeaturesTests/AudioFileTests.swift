import AudioFeatures
import Foundation
import TensorCore
import TestSupport
import Testing

/// Files as they come: whole, cut, mislabelled, and not sounds at all.
@Suite struct AudioFileTests {
  private let tone = AudioClip(
    samples: (0..<4000).map { 0.5 * Float(TestSounds.sine($0, 440, 16000)) }, sampleRate: 16000)

  private func withFile(_ name: String, _ bytes: [UInt8], _ body: (URL) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent(name)
      try Data(bytes).write(to: file)
      try body(file)
    }
  }

  private func bytes(_ clip: AudioClip, _ encoding: AudioFile.Encoding) throws -> [UInt8] {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("a")
      try AudioFile.write(clip, to: file, as: encoding)
      return [UInt8](try Data(contentsOf: file))
    }
  }

  @Test(
    "what is written is read again, and twice the same bytes",
    arguments: AudioFile.Encoding.allCases)
  func roundTrip(_ encoding: AudioFile.Encoding) throws {
    let file = try bytes(tone, encoding)
    let again = try bytes(tone, encoding)
    #expect(again == file)
    try withFile("a.sound", file) { url in
      let clip = try AudioFile.read(url)
      #expect(clip.sampleRate == 16000)
      let source = try #require(clip.source)
      #expect(source.channels == 1 && source.frames == 4000 && source.sampleRate == 16000)
      #expect(source.format == (encoding == .flac ? "FLAC" : "WAV"))
      #expect(source.encoding == (encoding == .floatWAV ? "float" : "16 bit"))
      let step = encoding == .floatWAV ? 0 : 1.0 / 32768
      expectClose(clip.samples, tone.samples, absolute: step)
    }
  }

  @Test("what is beyond full scale is cut at 16 bit, not turned around")
  func clipping() throws {
    let loud = AudioClip(samples: [2, -2, 0.5], sampleRate: 8000)
    try withFile("a.wav", try bytes(loud, .wav)) { url in
      expectClose(try AudioFile.read(url).samples, [1, -1, 0.5], absolute: 1e-4)
    }
  }

  @Test("eight channels become their mean, 96 kHz and 24 bit stay what they are")
  func manyChannels() throws {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("a.wav")
      let frames = (0..<300).flatMap { frame in (0..<8).map { Float(frame * $0) / 4096 } }
      try AudioFile.write(
        interleaved: frames, channels: 8, sampleRate: 96000, to: file, as: .floatWAV)
      let clip = try AudioFile.read(file)
      #expect(clip.source?.channels == 8 && clip.sampleRate == 96000 && clip.samples.count == 300)
      expectClose(clip.samples, (0..<300).map { Float($0) * 3.5 / 4096 }, relative: 1e-6)
    }
    // 24 bit in three bytes, by hand: 0.5, −0.5 and one step.
    let samples: [UInt8] = [0, 0, 0x40, 0, 0, 0xC0, 1, 0, 0]
    try withFile("a.wav", wave(samples, channels: 1, rate: 96000, bits: 24)) { url in
      let clip = try AudioFile.read(url)
      #expect(clip.samples == [0.5, -0.5, 0x1p-23] && clip.source?.encoding == "24 bit")
      let analysis = SoundAnalysis(clip)
      #expect(analysis.mfcc(13).frames == 1 && analysis.mfcc(13)[0, 0].isFinite)
    }
  }

  @Test(
    "a format is known by its content, whatever the file is called",
    arguments: ["mp3", "ogg", "txt", "au"])
  func mislabelled(_ ending: String) throws {
    try withFile("a.\(ending)", try bytes(tone, .flac)) { url in
      let clip = try AudioFile.read(url)
      #expect(clip.source?.format == "FLAC")
    }
  }

  @Test(
    "what is no sound is refused, also under names that promise raw sound",
    arguments: ["wav", "au", "gsm", "vox", "snd", "raw"])
  func notSound(_ ending: String) throws {
    let text = Array(String(repeating: "This is a text, not a sound.\n", count: 50).utf8)
    for content in [text, [], Array("RIFF".utf8), [UInt8](repeating: 0, count: 500)] {
      try withFile("a.\(ending)", content) { url in
        #expect(throws: AudioError.self) { try AudioFile.read(url) }
      }
    }
  }

  @Test(
    "a file that was cut is an error that says so, wherever it was cut",
    arguments: AudioFile.Encoding.allCases)
  func truncated(_ encoding: AudioFile.Encoding) throws {
    let whole = try bytes(tone, encoding)
    for share in [0.3, 0.6, 0.9] {
      let cut = Array(whole.prefix(Int(share * Double(whole.count))))
      try withFile("cut", cut) { url in
        #expect { try AudioFile.read(url) } throws: { error in
          guard case AudioError.truncated(let file, _, _) = error else {
            // FLAC's decoder may refuse the broken block itself.
            return encoding == .flac && error is AudioError
          }
          return file == url.path && "\(error)".contains("ends after")
        }
      }
    }
  }

  @Test("a header that claims 2³⁶ frames is refused before memory is asked for")
  func hugeHeader() throws {
    var file = try bytes(tone, .flac)
    // The last 36 bits before the checksum of STREAMINFO are the number of frames.
    file[21] |= 0x0F
    for index in 22..<26 { file[index] = 0xFF }
    try withFile("a.flac", file) { url in
      #expect { try AudioFile.read(url) } throws: {
        guard case AudioError.tooLong(_, let frames, _) = $0 else { return false }
        return frames > 1 << 35
      }
    }
    // 4 GB of frames in a WAV of 44 bytes and a few.
    var wav = wave([0, 0, 1, 0], channels: 1, rate: 8000, bits: 16)
    for index in 40..<44 { wav[index] = 0xF0 }
    try withFile("a.wav", wav) { url in
      let clip = try AudioFile.read(url)
      #expect(clip.samples.count == 2)
    }
    try withFile("a.wav", try bytes(tone, .wav)) { url in
      #expect(throws: AudioError.self) { try AudioFile.read(url, frameLimit: 3999) }
      let clip = try AudioFile.read(url, frameLimit: 4000)
      #expect(clip.samples.count == 4000)
    }
  }

  @Test("NaN and infinite samples are an error that names the frame")
  func notFinite() throws {
    for (frame, value) in [(7, Float.nan), (3000, .infinity)] {
      var clip = tone
      clip.samples[frame] = value
      try withFile("a.wav", try bytes(clip, .floatWAV)) { url in
        #expect { try AudioFile.read(url) } throws: {
          guard case AudioError.notFinite(_, frame) = $0 else { return false }
          return true
        }
      }
    }
  }

  @Test("a sound without samples is an error")
  func empty() throws {
    try withFile("a.wav", wave([], channels: 1, rate: 8000, bits: 16)) { url in
      #expect { try AudioFile.read(url) } throws: {
        guard case AudioError.noSamples = $0 else { return false }
        return true
      }
    }
  }

  @Test("what is not there and what is no file are missing inputs")
  func missing() throws {
    try withTemporaryFolder { folder in
      for url in [folder, folder.appendingPathComponent("none.wav")] {
        #expect { try AudioFile.read(url) } throws: { ($0 as? FileError)?.kind == .missingInput }
      }
    }
  }

  @Test("resampling keeps a tone, its length rounds up")
  func resampling() throws {
    let up = try tone.resampled(to: 22050)
    #expect(up.samples.count == 5513 && up.sampleRate == 22050)
    // Away from the ends, where the filter reaches beyond the sound.
    let expected = (0..<5513).map { 0.5 * Float(TestSounds.sine($0, 440, 22050)) }
    expectClose(Array(up.samples[600..<4900]), Array(expected[600..<4900]), absolute: 2e-4)
    let same = try tone.resampled(to: 16000)
    #expect(same == tone)
    #expect(throws: AudioError.self) { try tone.resampled(to: 0) }
  }

  @Test("loudness is brought to what is asked for, silence stays silence")
  func loudness() {
    #expect(abs(tone.normalised(to: .peak(decibels: -6)).peak - 0.501187) < 1e-5)
    #expect(abs(tone.normalised(to: .rms(decibels: -20)).rootMeanSquare - 0.1) < 1e-6)
    let silence = AudioClip(samples: [0, 0], sampleRate: 8000)
    #expect(silence.normalised(to: .peak(decibels: 0)) == silence)
  }

  @Test("a conversion resamples, cuts silence away and sets the level, in this order")
  func conversion() throws {
    let quiet = AudioClip(
      samples: [Float](repeating: 0, count: 20000) + tone.samples
        + [Float](repeating: 0, count: 20000), sampleRate: 16000)
    try withFile("a.wav", try bytes(quiet, .floatWAV)) { url in
      let clip = try AudioFile.read(
        url, .init(sampleRate: 8000, trim: 60, loudness: .peak(decibels: 0)))
      let expected = try AudioFile.read(url, rate: 8000).trimmed().normalised(
        to: .peak(decibels: 0))
      #expect(clip == expected && clip.samples.count < 8000 && abs(clip.peak - 1) < 1e-5)
    }
  }

  /// A WAV file of these bytes of samples.
  private func wave(_ samples: [UInt8], channels: Int, rate: Int, bits: Int) -> [UInt8] {
    func number(_ value: Int, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(value >> (8 * $0) & 0xFF) }
    }
    let frame = channels * bits / 8
    return Array("RIFF".utf8) + number(36 + samples.count, 4) + Array("WAVEfmt ".utf8)
      + number(16, 4) + number(1, 2) + number(channels, 2) + number(rate, 4)
      + number(rate * frame, 4) + number(frame, 2) + number(bits, 2) + Array("data".utf8)
      + number(samples.count, 4) + samples
  }
}
