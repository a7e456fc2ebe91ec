import Foundation
import Mien
import TensorCore

/// The options by which commands are told a run's configuration: `--config`, then each `--set`, then
/// those that have a name of their own.
enum RunOptions {
  /// A part of a configuration, with where it came from.
  typealias Overlay = (origin: String, json: JSONValue)

  static let data = Option<URL?>("--data", "DIR", "the folder that mien prepare made")
  static let config = Option<URL?>("--config", "FILE", "settings in JSON, or a recipe")
  static let set = Option<[String]>(
    "--set", "KEY=VALUE", "one setting, as optimiser.momentum=0.8", .setting)
  static let model = Option<String?>(
    "--model", "NAME",
    "the network: a name of mien model list, or a JSON file with a list of layers (default: by the "
      + "data, vgg10 for pictures, time-cnn for series, mlp for tables)", .modelName)
  static let batchSize = Option<Int?>(
    "--batch-size", "N", "examples a step (default: 128)", .atLeast(1))
  static let limit = Option<Int?>(
    "--limit", "N", "learn from at most N examples", .atLeast(1))
  static let selectOn = Option<String?>(
    "--select-on", "SPLIT",
    "the split that chooses the best epoch (default: PublicTest, or a seeded tenth of the "
      + "training rows); PrivateTest is refused", .splitName)
  static let initial = Option<URL?>(
    "--init", "PATH",
    "begin with the weights of a checkpoint, where their paths and shapes agree")
  static let freeze = Option<[String]>(
    "--freeze", "PREFIX", "leave all under a path as it is, as 0 or 4.body; repeatable")
  static let teachers = Option<[URL]>(
    "--teacher", "PATH",
    "learn from a checkpoint's answers, too (distillation); several are an ensemble")

  /// All of them.
  static let all: [any ArgumentKey] = [
    data, config, set, model, batchSize, limit, selectOn, initial, freeze, teachers,
  ]

  /// What was given, in the order in which it is laid over the defaults; `command` declares `all`.
  /// Throws `UsageError`, and what reading `--config` throws.
  static func overlays(_ arguments: ParsedArguments, of command: String) throws -> [Overlay] {
    var overlays: [Overlay] = []
    if let file = arguments[config] {
      overlays.append((file.path, try RunConfiguration.json(contentsOf: file)))
    }
    for setting in arguments[set] {
      overlays.append(("--set \(setting)", try overlay(setting, of: command)))
    }
    func put(_ option: String, _ path: String, _ value: JSONValue?) {
      if let value { overlays.append(overlay(option, path, value)) }
    }
    put("--data", "data.path", arguments[data].map { .string($0.path) })
    put("--limit", "data.limit", arguments[limit].map { .int($0) })
    put("--select-on", "data.select_on", arguments[selectOn].map { .string($0) })
    put("--init", "init.path", arguments[initial].map { .string($0.path) })
    let teachers = arguments[teachers].map { JSONValue.object(["path": .string($0.path)]) }
    put("--teacher", "distillation.teachers", teachers.isEmpty ? nil : .array(teachers))
    for prefix in arguments[freeze] {
      // Not through `put`: a prefix may have dots.
      var json = JSONValue.object([:])
      json.set(["optimiser", "rate_factors", prefix], to: 0)
      overlays.append(("--freeze \(prefix)", json))
    }
    put("--model", "model", try arguments[model].map(network))
    put("--batch-size", "batch_size", arguments[batchSize].map { .int($0) })
    put("--seed", "seed", arguments[SharedOptions.seed].map { .int(Int($0)) })
    return overlays
  }

  /// The value of an option at a path such as `data.limit`.
  static func overlay(_ option: String, _ path: String, _ value: JSONValue) -> Overlay {
    var json = JSONValue.object([:])
    json.set(path.split(separator: ".").map(String.init), to: value)
    return (option, json)
  }

  /// A name of the zoo, or the list of layers in a JSON file.
  private static func network(_ word: String) throws -> JSONValue {
    guard word.hasSuffix(".json") else { return .object(["name": .string(word)]) }
    return .object(["layers": try RunConfiguration.json(contentsOf: URL(fileURLWithPath: word))])
  }

  /// `optimiser.momentum=0.8` as JSON; a value that is no JSON is a word.
  private static func overlay(_ setting: String, of command: String) throws -> JSONValue {
    let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty else {
      throw UsageError(
        command,
        .badValue(
          name: "--set", found: setting, expected: "KEY=VALUE, as optimiser.momentum=0.8"))
    }
    let text = String(parts[1])
    let value = try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    return overlay(setting, String(parts[0]), value ?? .string(text)).json
  }
}
