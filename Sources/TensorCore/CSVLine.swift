internal import Foundation

/// One line of a CSV file (RFC 4180).
public enum CSVLine {
  /// The text as a cell: quoted where it holds a comma, a quote or a line break.
  public static func quoted(_ text: String) -> String {
    text.contains { $0 == "," || $0 == "\"" || $0.isNewline }
      ? "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\"" : text
  }

  /// The line of these cells, with its end.
  public static func of(_ cells: [String]) -> String {
    cells.map(quoted).joined(separator: ",") + "\n"
  }

  /// The cells of a line without line breaks in them, without their quotes.
  public static func cells(of line: Substring) -> [String] {
    var cells = [""]
    var isQuoted = false
    var previousWasClosing = false
    for character in line {
      if character == "\"" {
        // A doubled quote inside quotes is one: the first closes, the second opens again.
        if previousWasClosing { cells[cells.count - 1].append(character) }
        previousWasClosing = isQuoted
        isQuoted.toggle()
      } else {
        previousWasClosing = false
        if character == ",", !isQuoted {
          cells.append("")
        } else {
          cells[cells.count - 1].append(character)
        }
      }
    }
    return cells
  }
}
