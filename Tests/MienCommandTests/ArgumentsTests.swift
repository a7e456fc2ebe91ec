import Foundation
import TensorCore
import Testing

@testable import MienCommand

/// A command with one argument of every form.
private enum Sample {
  enum Faces: String, CaseIterable, ArgumentValue {
    case auto, detect, whole
  }
  static let source = Positional<URL>("SOURCE", "where the rows come from")
  static let more = Positional<[String]>("MORE", "words")
  static let out = Option<URL>("--out", "DIR", "where the shards go")
  static let limit = Option<Int?>("--limit", "N", "rows to read", .atLeast(1))
  static let epochs = Option<Int>("--epochs", "N", "passes", default: 12, .between(1, 100))
  static let rate = Option<Double>("--rate", "R", "learning rate", default: 0.1)
  static let faces = Option<Faces>("--faces", "HOW", "where faces are", default: .auto)
  static let size = Option<Int?>("--size", "S", "pixels", .between(48, 64))
  static let set = Option<[String]>("--set", "KEY=VALUE", "change the recipe")
  static let skip = Flag("--skip-bad-rows", "go on at bad rows")

  static let declaration = CommandDeclaration(
    name: "sample", summary: "try it",
    discussion: String(repeating: "Many words follow. ", count: 9),
    arguments: [source, more, out, limit, epochs, rate, faces, size, set, skip],
    examples: [Example("try all", "mien sample a b --out c")])

  static func parse(_ line: String) throws -> ParsedArguments {
    try ParsedArguments(line.split(separator: " ").map(String.init), for: declaration)
  }
}

@Suite("Arguments")
struct ArgumentsTests {
  @Test("every form of argument arrives at its key")
  func allForms() throws {
    let parsed = try Sample.parse(
      "in --out=o x --limit 3 --set a=b y --set=c=d --rate -2.5e-1 --faces whole --skip-bad-rows "
        + "--size 48 --epochs=7 --workers 2 --seed 9223372036854775807 --json")
    #expect(parsed[Sample.source].lastPathComponent == "in")
    #expect(parsed[Sample.more] == ["x", "y"])
    #expect(parsed[Sample.out].lastPathComponent == "o")
    #expect(parsed[Sample.limit] == 3)
    #expect(parsed[Sample.epochs] == 7)
    #expect(parsed[Sample.rate] == -0.25)
    #expect(parsed[Sample.faces] == .whole)
    #expect(parsed[Sample.size] == 48)
    #expect(parsed[Sample.set] == ["a=b", "c=d"])
    #expect(parsed[Sample.skip])
    #expect(parsed[SharedOptions.workers] == 2)
    #expect(parsed[SharedOptions.seed] == UInt64(Int.max))
    #expect(parsed[SharedOptions.json])
  }

  @Test("what is left out has its default, nil or nothing")
  func defaults() throws {
    let parsed = try Sample.parse("in x --out o")
    #expect(parsed[Sample.limit] == nil)
    #expect(parsed[Sample.epochs] == 12)
    #expect(parsed[Sample.rate] == 0.1)
    #expect(parsed[Sample.faces] == .auto)
    #expect(parsed[Sample.set] == [])
    #expect(!parsed[Sample.skip])
    #expect(parsed[SharedOptions.seed] == nil)
  }

  @Test("after -- all words are positional; - and numbers always are")
  func positionalWords() throws {
    #expect(try Sample.parse("in --out o -- --limit --")[Sample.more] == ["--limit", "--"])
    #expect(try Sample.parse("in --out o - -3 -1e5")[Sample.more] == ["-", "-3", "-1e5"])
  }

  @Test(
    "what is wrong is named",
    arguments: [
      ("in x --ouy o", .unknownOption(name: "--ouy", nearest: "--out")),
      ("in x --out o --zzzzzzzz", .unknownOption(name: "--zzzzzzzz", nearest: nil)),
      ("in x --out o -v", .unknownOption(name: "-v", nearest: nil)),
      ("in x --out", .missingValue(name: "--out", valueName: "DIR")),
      ("in x --out --json", .missingValue(name: "--out", valueName: "DIR")),
      ("in x --out -- o", .missingValue(name: "--out", valueName: "DIR")),
      ("in x --out o --json=yes", .unwantedValue(name: "--json", found: "yes")),
      ("in x", .missing(name: "--out", expected: "where the shards go (a path)")),
      ("--out o", .missing(name: "SOURCE", expected: "where the rows come from (a path)")),
      ("in --out o", .missing(name: "MORE", expected: "words (a word)")),
      ("in x --out=", .badValue(name: "--out", found: "", expected: "a path")),
      (
        "in x --out o --limit 0",
        .badValue(name: "--limit", found: "0", expected: "a whole number of at least 1")
      ),
      (
        "in x --out o --limit 2.5",
        .badValue(name: "--limit", found: "2.5", expected: "a whole number of at least 1")
      ),
      (
        "in x --out o --epochs 101",
        .badValue(name: "--epochs", found: "101", expected: "a whole number from 1 to 100")
      ),
      ("in x --out o --rate nan", .badValue(name: "--rate", found: "nan", expected: "a number")),
      (
        "in x --out o --faces all",
        .badValue(name: "--faces", found: "all", expected: "one of auto, detect, whole")
      ),
      (
        "in x --out o --size 65",
        .badValue(name: "--size", found: "65", expected: "a whole number from 48 to 64")
      ),
      ("in x --out o --out p", .repeated(name: "--out")),
    ] as [(String, ArgumentProblem)])
  func problems(line: String, problem: ArgumentProblem) throws {
    let error = try #require(throws: UsageError.self) { try Sample.parse(line) }
    #expect(error == UsageError("sample", problem))
    #expect(error.kind == .usage)
    #expect(!error.description.contains("\n"))
  }

  @Test("a word too many is refused")
  func tooMany() throws {
    #expect(throws: UsageError("help", .unexpected(word: "b"))) {
      try ParsedArguments(["a", "b"], for: HelpCommand.declaration)
    }
  }

  @Test(
    "the nearest name is the one a letter or two away",
    arguments: [
      ("prepaer", "prepare"), ("trian", "train"), ("modle", "model"), ("xyz", nil), ("", nil),
    ] as [(String, String?)])
  func nearest(word: String, name: String?) {
    #expect(nearestName(to: word, among: ["prepare", "train", "model"]) == name)
  }

  @Test("two swapped letters are one mistake")
  func editDistances() {
    #expect(editDistance("trian", "train") == 1)
    #expect(editDistance("", "abc") == 3)
    #expect(editDistance("kitten", "sitting") == 3)
  }

  @Test("help shows every argument, default and choice within 80 columns")
  func help() {
    let page = HelpText.page(for: Sample.declaration)
    let lines = page.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.allSatisfy { $0.count <= 80 })
    #expect(lines.first == "Usage: mien sample SOURCE MORE… --out DIR [OPTIONS]")
    let words = page.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    for key in Sample.declaration.allArguments {
      #expect(words.contains("\(key.synopsis.name) "))
      #expect(words.contains(key.synopsis.help))
    }
    #expect(page.contains("(auto, detect, whole; default: auto)"))
    #expect(page.contains("(required)"))
    #expect(page.contains("(may be repeated)"))
    #expect(page.contains("mien sample a b --out c"))
  }

  @Test("every command's help fits 80 columns and shows an example that parses")
  func registry() throws {
    for command in CommandRegistry.all {
      let declaration = command.declaration
      let page = HelpText.page(for: declaration)
      #expect(page.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(declaration.name)")
      #expect(!declaration.examples.isEmpty, "\(declaration.name)")
      for example in declaration.examples {
        let words = example.line.split(separator: " ").map(String.init)
        #expect(words.prefix(2) == ["mien", declaration.name])
        let parsed = try ParsedArguments(Array(words.dropFirst(2)), for: declaration)
        _ = try command.init(arguments: parsed)
      }
    }
  }
}
