internal import Foundation
internal import TensorCore

/// A Jupyter notebook in the format nbformat 4.5, not run yet: what cells show is what they were given.
struct Notebook {
  /// Words or code.
  struct Cell {
    enum Kind: String {
      case markdown, code
    }
    let kind: Kind
    /// Distinct in the notebook; letters, digits and dashes. Fixed, so that equal notebooks are
    /// equal files.
    let id: String
    let source: String
    /// What it shows before it is run, each by MIME type: of pictures the bytes in Base64.
    var outputs: [[String: String]] = []

    static func markdown(_ id: String, _ source: String) -> Cell {
      Cell(kind: .markdown, id: id, source: source)
    }

    static func code(
      _ id: String, _ source: String, outputs: [[String: String]] = []
    ) -> Cell {
      Cell(kind: .code, id: id, source: source, outputs: outputs)
    }
  }

  let cells: [Cell]

  init(cells: [Cell]) {
    precondition(Set(cells.map(\.id)).count == cells.count, "cells share an id: \(cells.map(\.id))")
    self.cells = cells
  }

  /// The file: keys sorted, a line of source a line.
  func encoded() throws -> Data {
    let json = JSONValue.object([
      "cells": .array(cells.map(\.json)),
      "metadata": .object([
        "kernelspec": .object([
          "display_name": "Python 3", "language": "python", "name": "python3",
        ]),
        "language_info": .object(["name": "python"]),
      ]),
      "nbformat": 4,
      "nbformat_minor": 5,
    ])
    return try prettyJSON(json)
  }
}

extension Notebook.Cell {
  fileprivate var json: JSONValue {
    let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
    var members: [String: JSONValue] = [
      "cell_type": .string(kind.rawValue), "id": .string(id), "metadata": .object([:]),
      "source": .array(
        lines.enumerated().map { .string($1 + ($0 + 1 < lines.count ? "\n" : "")) }),
    ]
    if kind == .code {
      members.merge(["execution_count": .null, "outputs": .array(outputs.map(Self.shown))]) { $1 }
    }
    return .object(members)
  }

  private static func shown(_ data: [String: String]) -> JSONValue {
    .object([
      "output_type": "display_data", "metadata": .object([:]),
      "data": .object(data.mapValues { .string($0) }),
    ])
  }
}

/// The text with the characters that Markdown and HTML give a meaning to made harmless, in a line.
func markdownEscaped(_ text: String) -> String {
  var out = ""
  for character in text.split(whereSeparator: \.isNewline).joined(separator: " ") {
    switch character {
    case "&", "<", ">": out += escaped(String(character))
    case "\\", "`", "*", "_", "{", "}", "[", "]", "#", "!", "|", "~", "$":
      out += "\\\(character)"
    default: out.append(character)
    }
  }
  return out
}

/// The text as a Python literal: JSON's strings are a part of Python's.
func pythonLiteral(_ text: String) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = .withoutEscapingSlashes
  return String(decoding: try encoder.encode(text), as: UTF8.self)
}
