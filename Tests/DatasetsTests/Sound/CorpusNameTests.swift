import Foundation
import Testing

@testable import Datasets

@Suite("Names of corpora") struct CorpusNameTests {
  private func label(_ corpus: any SoundCorpus, _ path: String) throws -> ClipLabel {
    try corpus.label(of: ClipPath(path))
  }

  private func problem(_ corpus: any SoundCorpus, _ path: String) -> UnknownName? {
    do throws(UnknownName) {
      _ = try corpus.label(of: ClipPath(path))
      return nil
    } catch { return error }
  }

  @Test("RAVDESS: seven numbers, odd actors are men, speech and song") func ravdess() throws {
    let one = try label(RAVDESS(), "Actor_12/03-01-06-02-01-02-12.wav")
    #expect(one.className == "fearful" && one.group == "12")
    #expect(one.attributes["channel"] == "speech" && one.attributes["intensity"] == "strong")
    #expect(one.attributes["statement"] == "Kids are talking by the door")
    #expect(one.attributes["repetition"] == "2" && one.attributes["sex"] == "female")
    let song = try label(RAVDESS(), "03-02-02-01-02-01-01.FLAC")
    #expect(song.className == "calm" && song.attributes["channel"] == "song")
    #expect(song.attributes["sex"] == "male")
    let emotions = try (1...8).map {
      try label(RAVDESS(), "03-01-0\($0)-01-01-01-03.wav").className
    }
    #expect(emotions == Emotion.classes)
  }

  @Test(
    "RAVDESS: a code that there is not is told by its place",
    arguments: [
      ("03-01-09-01-01-01-01.wav", "emotion 09, expected 01 to 08", true),
      ("03-03-01-01-01-01-01.wav", "vocal channel 03, expected 01 to 02", true),
      ("04-01-01-01-01-01-01.wav", "modality 04", true),
      ("03-01-01-03-01-01-01.wav", "intensity 03", true),
      ("03-01-01-01-05-01-01.wav", "statement 05", true),
      ("03-01-01-01-01-01-00.wav", "actor 00", true),
      ("03-01-01-01-01-01.wav", "seven numbers", false),
      ("3-1-1-1-1-1-1.wav", "seven numbers", false),
      ("03-01-0x-01-01-01-01.wav", "seven numbers", false), ("readme.wav", "seven numbers", false),
    ])
  func badRAVDESS(path: String, words: String, hasItsForm: Bool) throws {
    let found = try #require(problem(RAVDESS(), path))
    #expect(found.reason.contains(words), "\(found.reason)")
    #expect(found.hasItsForm == hasItsForm)
  }

  @Test("TESS: seven emotions of two women, and the one file with a speaker's name cut short")
  func tess() throws {
    let names = ["neutral", "happy", "sad", "angry", "fear", "disgust", "ps"]
    let emotions = try names.map { try label(TESS(), "OAF_back_\($0).wav").className }
    #expect(
      emotions == ["neutral", "happy", "sad", "angry", "fearful", "disgust", "surprised"])
    let young = try label(TESS(), "TESS/YAF_Pleasant/YAF_dog_PS.wav")
    #expect(young.group == "YAF" && young.className == "surprised")
    #expect(young.attributes == ["statement": "Say the word dog", "sex": "female"])
    #expect(try label(TESS(), "OA_bite_neutral.wav").group == "OAF")
    #expect(problem(TESS(), "OAF_back_bored.wav")?.reason.contains("emotion bored") == true)
    #expect(problem(TESS(), "OAF_back.wav")?.hasItsForm == false)
    #expect(problem(TESS(), "XAF_back_sad.wav")?.hasItsForm == false)
    #expect(problem(TESS(), "OAF__sad.wav") != nil)
  }

  @Test("SAVEE: the speaker stands in the name or in a folder") func savee() throws {
    let codes = ["n", "h", "sa", "a", "f", "d", "su"]
    let emotions = try codes.map { try label(SAVEE(), "DC_\($0)01.wav").className }
    #expect(
      emotions == ["neutral", "happy", "sad", "angry", "fearful", "disgust", "surprised"])
    let inFolder = try label(SAVEE(), "AudioData/KL/su15.wav")
    #expect(inFolder.group == "KL" && inFolder.className == "surprised")
    #expect(inFolder.attributes == ["statement": "su15", "sex": "male"])
    #expect(problem(SAVEE(), "DC_x01.wav")?.reason.contains("emotion x") == true)
    #expect(problem(SAVEE(), "AB_a01.wav")?.hasItsForm == false)
    #expect(problem(SAVEE(), "a01.wav")?.hasItsForm == false)
    #expect(problem(SAVEE(), "DC_a.wav")?.hasItsForm == false)
  }

  @Test("CREMA-D: actor, sentence, emotion, level, and the one file with one X") func cremaD()
    throws
  {
    let codes = ["NEU", "HAP", "SAD", "ANG", "FEA", "DIS"]
    let emotions = try codes.map { try label(CREMAD(), "1001_DFA_\($0)_XX.wav").className }
    #expect(emotions == ["neutral", "happy", "sad", "angry", "fearful", "disgust"])
    let high = try label(CREMAD(), "AudioWAV/1091_IEO_ANG_HI.wav")
    #expect(high.group == "1091" && high.attributes["intensity"] == "high")
    #expect(high.attributes["statement"] == "It's eleven o'clock")
    #expect(try label(CREMAD(), "1040_ITH_SAD_X.wav").attributes["intensity"] == "unspecified")
    #expect(problem(CREMAD(), "1001_DFA_SUR_XX.wav")?.reason.contains("emotion SUR") == true)
    #expect(problem(CREMAD(), "1001_ABC_SAD_XX.wav")?.reason.contains("sentence ABC") == true)
    #expect(problem(CREMAD(), "1001_DFA_SAD_UP.wav")?.reason.contains("level UP") == true)
    #expect(problem(CREMAD(), "101_DFA_SAD_XX.wav")?.hasItsForm == false)
  }

  @Test("GTZAN: genre and number, no artist") func gtzan() throws {
    let one = try label(GTZAN(), "genres_original/blues/blues.00042.wav")
    #expect(one.className == "blues" && one.group == nil)
    #expect(try label(GTZAN(), "blues.00042.au").className == "blues")
    #expect(problem(GTZAN(), "jazz/blues.00042.wav") != nil)
    #expect(problem(GTZAN(), "blues/blues.42.wav") != nil)
  }

  @Test("folders of genres: the artist stands before the first hyphen, two endings are no name")
  func genres() throws {
    let one = try label(
      GenreFolders(), "blues/BB_CHUNG_KING_AND_THE_BUDDAHEADS-LITTLE_GIRL.mp3.flac")
    #expect(one.className == "blues" && one.group == "BB CHUNG KING AND THE BUDDAHEADS")
    #expect(one.attributes["title"] == "LITTLE GIRL")
    let other = try label(GenreFolders(), "blues/All_Men_Are_Dogs_-GIGOLETTE.mp3.flac")
    #expect(other.group == "All Men Are Dogs" && other.attributes["title"] == "GIGOLETTE")
    #expect(try label(GenreFolders(), "a/jazz/Night.wav").group == nil)
    #expect(try label(GenreFolders(), "jazz/-Night.wav").group == nil)
    #expect(problem(GenreFolders(), "Somebody-Night.wav")?.reason.contains("folder") == true)
  }

  @Test("no corpus takes the names of another, but for folders of genres")
  func apart() {
    for corpus in CorpusRegistry.corpora where !(corpus is GenreFolders) {
      for other in CorpusRegistry.corpora where other.name != corpus.name {
        #expect(
          problem(corpus, other.example) != nil, "\(corpus.name) takes \(other.example)")
      }
      #expect(problem(corpus, corpus.example) == nil)
    }
    #expect(CorpusRegistry.corpora.last is GenreFolders)
  }

  @Test("the corpus of a folder is the one that knows most of its names")
  func recognised() {
    func corpus(_ paths: [String]) -> String? {
      CorpusRegistry.corpus(of: paths.map { ClipPath($0) })?.name
    }
    #expect(corpus(["a/03-01-01-01-01-01-01.wav", "a/readme.wav"]) == "ravdess")
    #expect(corpus(["x/OAF_back_sad.wav", "x/OAF_back_x.wav"]) == "tess")
    #expect(corpus(["jazz/jazz.00001.wav", "pop/pop.00001.wav"]) == "gtzan")
    #expect(corpus(["jazz/A-B.wav", "pop/C-D.wav", "pop/03-01-01-01-01-01-01.wav"]) == "genres")
    #expect(corpus(["a.wav", "b.wav"]) == nil)
    #expect(CorpusRegistry.corpus(named: "RAVDESS")?.title == "RAVDESS")
    #expect(CorpusRegistry.corpus(named: "emodb") == nil)
  }

  @Test("made-up sounds have names that their corpus reads as what they are, no two alike")
  func synthetic() throws {
    for corpus in CorpusRegistry.corpora {
      let made = SyntheticCorpus(corpus, seed: 1, groups: 5)
      var paths: Set<String> = []
      for index in 0..<3 * made.classes.count * made.groupCount {
        let path = made.sound(index).path
        #expect(paths.insert(path).inserted, "\(path) twice")
        let found = try corpus.label(of: ClipPath(path))
        #expect(found.className == made.classes[index % made.classes.count], "\(path)")
      }
      let groups = Set(try paths.map { try corpus.label(of: ClipPath($0)).group })
      #expect(corpus is GTZAN ? groups == [nil] : groups.count == made.groupCount)
    }
  }
}
