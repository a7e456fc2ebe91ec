public import Foundation
internal import TensorCore

/// What became of a network as a Jupyter notebook. It can be read as it is, with the page's figures and
/// tables in it, and runs with NumPy, pandas and Matplotlib alone: it reads the files that a run
/// leaves, measures the predictions anew and asserts that it finds the figures that Mien reported.
public struct RunNotebook: Sendable {
  /// The headline.
  public var title: String
  /// What was trained on, chosen on and reported on, and the seed.
  public var protocolLine: String
  /// Remarks on how to take the figures.
  public var notes: [String] = []
  /// The folder of `config.json` and `results.csv`, seen from the notebook's.
  public var run: String
  /// Whether there are epochs to draw.
  public var hasHistory = false
  /// The folder of `predictions.csv`, `metrics.json` and what else a report leaves, seen from the
  /// notebook's; nil where nothing was judged.
  public var report: String?
  /// What its examples are.
  public var subject = ReportSubject.faces
  /// What rows have in common by which `groups.csv` has results: `speaker`, `corpus`.
  public var groupKinds: [String] = []
  /// Whether there is a `quality.csv`.
  public var hasQuality = false
  /// Whether there is an `audit.json`.
  public var hasAudit = true
  /// Whether there is a temperature, and what it was fitted on.
  public var calibration: String?
  /// On which rows `robustness.csv` was measured, in words; nil where there is none.
  public var robustness: String?
  /// What the cells show before they are run.
  public var outputs = Outputs()
  /// Examples to show; nil leaves them out altogether.
  public var pictures: Pictures?

  /// Where pictures of right and wrong answers come from.
  public struct Pictures: Sendable {
    /// How many right and how many wrong answers are shown.
    public var hits, errors: Int
    /// The folder of the prepared data, seen from the notebook's.
    public var data: String
    /// Whether there is an explanation to each, in `explanations/`.
    public var areExplained: Bool
    /// The SHA-256 of their manifest: other data would show examples that were never judged.
    public var fingerprint: String
    /// How they are drawn.
    public var drawing = Drawing.image

    /// So many examples of each kind, from a folder with this manifest.
    public init(
      hits: Int, errors: Int, data: String, fingerprint: String, areExplained: Bool
    ) {
      (self.hits, self.errors) = (hits, errors)
      (self.data, self.fingerprint) = (data, fingerprint)
      self.areExplained = areExplained
    }
  }

  /// How what is stored of an example becomes a picture.
  public enum Drawing: Sendable {
    /// Grey levels.
    case image
    /// Frequencies over time, with the axes of such a picture.
    case spectrogram(ExampleGrid)
    /// Frames of named numbers, likewise.
    case series(ExampleGrid)
    /// A row of a table.
    case table

    /// The Python that draws one.
    fileprivate var code: String {
      get throws {
        switch self {
        case .image: return NotebookCode.drawImage
        case .spectrogram(let grid): return try NotebookCode.drawSpectrogram.filled(from: grid)
        case .series(let grid): return try NotebookCode.drawSeries.filled(from: grid)
        case .table: return NotebookCode.drawBars
        }
      }
    }

    /// How many stand side by side.
    fileprivate var columns: Int {
      if case .image = self { 6 } else { 3 }
    }

    /// How high a line of examples is with their explanations, in inches: these are as wide as they are in a page, and
    /// their letters can be read.
    fileprivate var explainedHeight: Double {
      switch self {
      case .image: 4.5
      case .spectrogram: 5
      case .series: 8
      case .table: 6
      }
    }
  }

  /// A notebook about the run in a folder; the other parts are added.
  public init(title: String, protocolLine: String, run: String) {
    (self.title, self.protocolLine, self.run) = (title, protocolLine, run)
  }

  /// Writes it. Throws `FileError.cannotWrite`.
  public func write(to file: URL) throws { try writeAtomically(try encoded(), to: file) }

  func encoded() throws -> Data {
    var cells: [Notebook.Cell] = [
      .markdown("title", introduction), .code("paths", try paths),
      .code("libraries", NotebookCode.libraries),
      .markdown("settings-text", "## Settings\n\nEverything that decided the run."),
      .code("settings", NotebookCode.settings),
    ]
    func add(_ id: String, _ heading: String, _ words: String, _ code: String) {
      cells.append(.markdown("\(id)-text", "## \(heading)\n\n\(words)"))
      cells.append(.code(id, code, outputs: outputs.byCell[id] ?? []))
    }
    if hasHistory {
      add("curves", "Learning curves", ReportWords.curves(subject), NotebookCode.curves)
    }
    if report != nil {
      add(
        "predictions", "What it answered",
        "One line an example: its row in the source, the label, the answer, and a probability for "
          + "every class.", NotebookCode.predictions)
      add(
        "metrics", "How good it is",
        "The measures from the predictions alone, each by its definition; the cell fails if one "
          + "is not what Mien reported. Macro F1 and balanced accuracy give every class the same "
          + "weight, however rare it is. Log loss is in nats.", NotebookCode.metrics)
      add(
        "intervals", "How far chance may have moved it", ReportWords.interval(subject),
        NotebookCode.intervals)
      add("classes", "Classes", ReportWords.perClass, NotebookCode.classes)
      add("confusion", "Confusion", ReportWords.confusion, NotebookCode.confusion)
      add("pairs", "Confused most often", ReportWords.confusedPairs, NotebookCode.pairs)
      if let kind = groupKinds.first {
        add("groups", "By \(kind)", ReportWords.groups(kind), NotebookCode.groups)
      }
      add(
        "ranking", "Each class against the rest", ReportWords.ranking, NotebookCode.ranking)
      add(
        "calibration", "Calibration",
        ReportWords.calibration + (calibration.map { "\n\n" + markdownEscaped($0) } ?? ""),
        NotebookCode.calibration)
      if let robustness {
        add(
          "robustness", "Robustness", ReportWords.robustness + "\n\n" + markdownEscaped(robustness),
          NotebookCode.robustness)
      }
      if hasQuality {
        add("quality", "Quality of the pictures", ReportWords.quality, NotebookCode.quality)
      }
      if let pictures {
        add(
          "samples", "Right and wrong answers",
          "\(ReportWords.hits)\n\nThen \(lowercasedFirst(ReportWords.errors(subject)))\n\nThe "
            + "\(subject == .faces ? "pictures" : subject.many) come from "
            + "the prepared data, or where those are gone from `samples.png`."
            + (pictures.areExplained ? "\n\n" + ReportWords.explanations(subject) : ""),
          NotebookCode.samples
            .replacingOccurrences(of: "DRAW_EXAMPLE", with: try pictures.drawing.code)
            .replacingOccurrences(of: "COLUMN_COUNT", with: "\(pictures.drawing.columns)")
            .replacingOccurrences(
              of: "EXPLAINED_HEIGHT", with: "\(pictures.drawing.explainedHeight)"
            )
            .replacingOccurrences(of: "HIT_COUNT", with: "\(pictures.hits)")
            .replacingOccurrences(of: "ERROR_COUNT", with: "\(pictures.errors)"))
      }
      if hasAudit { add("audit", "The data", ReportWords.audit(subject), NotebookCode.audit) }
    }
    cells.append(
      .markdown(
        "misuse",
        "## What it must not be used for\n\n"
          + subject.misuses.map { "- \($0)" }
          .joined(separator: "\n")))
    return try Notebook(cells: cells).encoded()
  }

  private var introduction: String {
    let remarks = (notes + [subject.label]).map {
      "> \(markdownEscaped($0))"
    }
    return """
      # \(markdownEscaped(title))

      \(markdownEscaped(protocolLine))

      \(remarks.joined(separator: "\n>\n"))

      To be read as it is. To run it takes NumPy, pandas and Matplotlib, and the files named in the \
      next cell; Mien itself is not needed.
      """
  }

  private var paths: String {
    get throws {
      var lines = [
        "from pathlib import Path", "",
        "# Where the files are, seen from this notebook: change it if they have moved.",
        "RUN = Path(\(try pythonLiteral(run)))  # config.json, results.csv",
      ]
      if let report {
        let place = report == run ? "RUN" : "Path(\(try pythonLiteral(report)))"
        lines.append("REPORT = \(place)  # predictions.csv, metrics.json")
      }
      if let pictures {
        lines.append(
          "DATA = Path(\(try pythonLiteral(pictures.data)))  # prepared by Mien: the \(subject == .faces ? "pictures" : "examples")"
        )
        lines.append("DATA_SHA256 = \(try pythonLiteral(pictures.fingerprint))  # of its manifest")
      }
      let needed = "(RUN, \"config.json\")" + (report == nil ? "" : ", (REPORT, \"metrics.json\")")
      lines += [
        "", "for folder, name in [\(needed)]:", "    if not (folder / name).is_file():",
        "        raise FileNotFoundError(",
        "            f\"no {name} in {folder.resolve()}: change the path above to where the run is, or \"",
        "            \"make it again (mien train, then mien report --notebook)\")",
      ]
      return lines.joined(separator: "\n")
    }
  }

  private func lowercasedFirst(_ text: String) -> String {
    text.prefix(1).lowercased() + text.dropFirst()
  }
}

extension String {
  /// The code with the axes of a picture in it.
  fileprivate func filled(from grid: ExampleGrid) throws -> String {
    func list(_ items: [String]) -> String { "[\(items.joined(separator: ", "))]" }
    let axes = grid.axes
    // Rows count from their middles.
    let ticks = try axes.ticks.map {
      "(\($0.place * Double(grid.rows.count) - 0.5), \(try pythonLiteral($0.text)))"
    }
    // The first row of a series is drawn above all others.
    let names = try axes.ticks.reversed().map { try pythonLiteral($0.text) }
    return replacingOccurrences(of: "TICK_LIST", with: list(ticks))
      .replacingOccurrences(of: "NAME_LIST", with: list(names))
      .replacingOccurrences(of: "LEAST", with: "\(grid.low)")
      .replacingOccurrences(of: "MOST", with: "\(grid.high)")
      .replacingOccurrences(of: "EXTENT", with: "\(axes.time.lowerBound), \(axes.time.upperBound)")
      .replacingOccurrences(of: "TIME_LABEL", with: axes.timeLabel)
      .replacingOccurrences(of: "ROW_LABEL", with: axes.label)
  }
}
