import Foundation
import Mien
import NeuralNetwork
import TestSupport
import Testing

@testable import MienCommand

private let shells = [CompletionShell.bash, .zsh].filter(\.isInstalled)

/// What the shells propose is made from the declarations; so are these expectations.
@Suite("Shell completion", .enabled(if: !shells.isEmpty)) struct ShellCompletionTests {
  @Test("every command is proposed, and none that does not begin so", arguments: shells)
  func commands(shell: CompletionShell) throws {
    let names = CommandRegistry.declarations.map(\.name)
    let answers = try shell.proposals(["mien ", "mien pre", "mien -", "mien xyz"])
    #expect(answers[0] == names.sorted())
    #expect(answers[1] == names.filter { $0.hasPrefix("pre") }.sorted())
    #expect(answers[2] == ["--help", "--version"])
    #expect(answers[3] == [])
  }

  /// Where there is no zsh this is skipped, which shows that it was not asked in the others either.
  @Test("zsh completes to the end", .enabled(if: CompletionShell.zsh.isInstalled)) func zsh() throws
  {
    #expect(try CompletionShell.zsh.proposals("mien completion z") == ["zsh"])
  }

  @Test("every option of every command is proposed", arguments: shells)
  func options(shell: CompletionShell) throws {
    let commands = CommandRegistry.declarations
    let answers = try shell.proposals(commands.map { "mien \($0.name) --" })
    for (command, answer) in zip(commands, answers) {
      let names = command.allArguments.map(\.synopsis).filter { $0.role != .positional }.map(\.name)
      #expect(answer.map(optionName) == names.sorted(), "\(command.name)")
    }
  }

  @Test("every choice that can be listed is proposed, for options and for words by their place")
  func choices() throws {
    for shell in shells {
      var (lines, expected) = ([String](), [[String]]())
      for command in CommandRegistry.declarations {
        var place = "mien \(command.name) "
        for synopsis in command.allArguments.map(\.synopsis) {
          let words = synopsis.suggestions.words()
          let isListed = !words.isEmpty && synopsis.suggestions.paths == .none
          if isListed && synopsis.role == .option {
            lines.append("mien \(command.name) \(synopsis.name) ")
            expected.append(words.sorted())
            lines.append("mien \(command.name) \(synopsis.name)=")
            expected.append(words.sorted())
          }
          if synopsis.role == .positional {
            if isListed {
              lines.append(place)
              expected.append(words.sorted())
            }
            place += "\(words.first ?? "word") "
          }
        }
      }
      #expect(expected.count >= 20)
      let answers = try shell.proposals(lines)
      for index in lines.indices {
        #expect(answers[index].sorted() == expected[index], "\(shell): \(lines[index])")
      }
    }
  }

  @Test("files by their ending, folders where one is expected, and both where anything may be")
  func paths() throws {
    try withTemporaryFolder { folder in
      for name in ["deep", "data"] {
        try FileManager.default.createDirectory(
          at: folder.appendingPathComponent(name), withIntermediateDirectories: true)
      }
      for name in ["day.csv", "draft.html", "net.json", "note.txt", "deep/er.csv"] {
        try Data().write(to: folder.appendingPathComponent(name))
      }
      let lines = [
        "mien train --data ", "mien train --run=d", "mien predict --csv d",
        "mien predict --csv deep/", "mien predict one.png d", "mien prepare da",
        "mien report --out d", "mien train --resume --config n", "mien train --model n",
        "mien predict -- --tta d",
      ]
      let expected = [
        ["data", "deep"], ["data", "deep"], ["data", "day.csv", "deep"], ["deep/er.csv"],
        ["data", "day.csv", "deep", "draft.html"], ["data", "day.csv"],
        ["data", "deep", "draft.html"], ["net.json", "note.txt"], ["net.json"],
        ["data", "day.csv", "deep", "draft.html"],
      ]
      for shell in shells {
        let answers = try shell.proposals(lines, in: folder)
        for index in lines.indices {
          // zsh gives the parts of a path one by one, also the one that stands there already.
          let folders = lines[index].hasSuffix("/") ? ["deep"] : []
          #expect(
            Set(answers[index].map(lastPart)).subtracting(folders)
              == Set(expected[index].map(lastPart)), "\(shell): \(lines[index])")
        }
      }
    }
  }

  @Test("what may come once is not proposed again, what may come often is", arguments: shells)
  func again(shell: CompletionShell) throws {
    let answers = try shell.proposals([
      "mien train --epochs 3 --resume --", "mien train --set a=b --s", "mien train --run=x --r",
    ]).map { $0.map(optionName) }
    #expect(!answers[0].contains("--epochs") && !answers[0].contains("--resume"))
    #expect(answers[0].contains("--run") && answers[0].contains("--set"))
    #expect(answers[1] == ["--seed", "--select-on", "--set"])
    #expect(answers[2] == ["--resume"])
  }

  @Test("models, splits and keys of the configuration are proposed", arguments: shells)
  func words(shell: CompletionShell) throws {
    let answers = try shell.proposals([
      "mien train --model v", "mien model show res", "mien evaluate --split P",
      "mien train --set optimiser.m", "mien train --set schedule.name=",
    ])
    #expect(answers[0] == ModelZoo.models.map { $0.name }.filter { $0.hasPrefix("v") }.sorted())
    #expect(answers[1] == ["resnet"])
    #expect(answers[2] == ["PrivateTest", "PublicTest"])
    #expect(answers[3] == ["optimiser.momentum="])
    // A key that is typed out has no proposal; zsh says it once more.
    #expect(answers[4] == (shell == .bash ? [] : ["schedule.name="]))
  }

  @Test("of a path with = in it, bash is given what is behind, for that is what it replaces")
  func equalsInPath() throws {
    guard CompletionShell.bash.isInstalled else { return }
    try withTemporaryFolder { folder in
      try Data().write(to: folder.appendingPathComponent("k=v.png"))
      let answers = try CompletionShell.bash.proposals(
        ["mien predict k=", "mien predict k", "mien train --config=k=v"], in: folder)
      #expect(answers == [["v.png"], ["k=v.png"], ["v.png"]])
    }
  }

  @Test("where a word has no proposals and nothing is typed yet, bash proposes options")
  func nothingTyped() throws {
    guard CompletionShell.bash.isInstalled else { return }
    let answer = try CompletionShell.bash.proposals("mien train ")
    #expect(answer.contains("--data") && answer.contains("--json"))
  }

  @Test("words that are typed by hand must be known to the shell by their declaration")
  func declarations() {
    #expect(Suggestions.paths(called: "DIR").paths == .folders)
    #expect(Suggestions.paths(called: "F.csv").paths == .files(suffix: ".csv"))
    #expect(Suggestions.paths(called: "PATH").paths == .files(suffix: ""))
    #expect("it's".shellQuoted == "'it'\\''s'")
    let keys = Constraint<String>.settingKeys()
    #expect(keys.contains("optimiser.learning_rate") && keys.contains("epochs"))
    #expect(keys.allSatisfy { !$0.contains(" ") })
  }

  @Test("--json gives the script in one value") func json() throws {
    let value = try object(try MienProcess.run("completion", "bash", "--json").output)
    let script = try MienProcess.run("completion", "bash").output
    #expect(value["script"] as? String == String(script.dropLast()))
  }

  /// `--data=` as zsh writes an option that takes a value.
  private func optionName(_ word: String) -> String {
    word.hasSuffix("=") ? String(word.dropLast()) : word
  }

  private func lastPart(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }
}
