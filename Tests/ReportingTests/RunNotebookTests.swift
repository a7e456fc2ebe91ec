import Foundation
import TensorCore
import TestSupport
import Testing

@testable import Reporting

@Suite struct RunNotebookTests {
  static func notebook(_ title: String = "simple-cnn: run") -> RunNotebook {
    var notebook = RunNotebook(
      title: title, protocolLine: "trained on Training, seed 1", run: "../runs/a")
    notebook.notes = ["Nothing was learnt from these rows."]
    notebook.hasHistory = true
    notebook.report = "../runs/a"
    notebook.hasQuality = true
    notebook.robustness = "Measured on *some* rows."
    notebook.pictures = .init(
      hits: 7, errors: 6, data: "../data", fingerprint: "ab12", areExplained: true)
    return notebook
  }

  private func cells(_ notebook: RunNotebook) throws -> [String: String] {
    let json = try JSONDecoder().decode(JSONValue.self, from: notebook.encoded())
    guard case .array(let cells)? = json[["cells"]] else { return [:] }
    var sources: [String: String] = [:]
    for cell in cells {
      guard case .string(let id)? = cell[["id"]], case .array(let lines)? = cell[["source"]]
      else { continue }
      sources[id] = lines.map { if case .string(let line) = $0 { line } else { "" } }.joined()
    }
    return sources
  }

  @Test("it says where its files are in one cell at the top, and has a cell for every part")
  func parts() throws {
    let cells = try cells(Self.notebook())
    #expect(cells["paths"]?.contains("RUN = Path(\"../runs/a\")") == true)
    #expect(cells["paths"]?.contains("REPORT = RUN") == true)
    #expect(cells["paths"]?.contains("DATA = Path(\"../data\")") == true)
    #expect(
      cells["paths"]?.contains("[(RUN, \"config.json\"), (REPORT, \"metrics.json\")]") == true)
    for id in [
      "curves", "metrics", "intervals", "classes", "confusion", "pairs", "ranking", "calibration",
      "robustness", "quality", "samples", "audit",
    ] {
      #expect(cells[id] != nil && cells["\(id)-text"] != nil, "\(id)")
    }
    #expect(cells["samples"]?.contains("pick(predictions[right], 7, middle=True)") == true)
    #expect(cells["samples"]?.contains("pick(predictions[~right], 6)") == true)
    #expect(cells["robustness-text"]?.contains(##"on \*some\* rows"##) == true)
    #expect(cells["misuse"]?.contains("article 5") == true)
    #expect(cells["samples-text"]?.contains("LIME") == true)
  }

  @Test("what is not there is not spoken of") func missingParts() throws {
    var notebook = Self.notebook()
    notebook.pictures = nil
    let faceless = try cells(notebook)
    #expect(faceless["samples"] == nil && faceless["confusion"] != nil)
    notebook.hasQuality = false
    notebook.robustness = nil
    let unmeasured = try cells(notebook)
    #expect(unmeasured["quality"] == nil && unmeasured["robustness"] == nil)
    #expect(faceless["paths"]?.contains("DATA") == false)
    notebook.report = nil
    notebook.hasHistory = false
    #expect(
      Set(try cells(notebook).keys) == [
        "title", "paths", "libraries", "settings-text", "settings", "misuse",
      ])
  }

  @Test("figures and tables of the page are shown before it is run") func outputs() throws {
    var notebook = Self.notebook()
    notebook.outputs = try .init(RunReportTests.content(), samples: Examples.samples)
    let json = try JSONDecoder().decode(JSONValue.self, from: notebook.encoded())
    guard case .array(let cells)? = json[["cells"]] else { return }
    var shown: [String: Int] = [:]
    for cell in cells {
      guard case .string(let id)? = cell[["id"]], case .array(let outputs)? = cell[["outputs"]]
      else { continue }
      for output in outputs {
        #expect(output[["output_type"]] == "display_data")
        guard case .string(let text)? = output[["data", "image/png"]] else {
          #expect(output[["data", "text/html"]] != nil && output[["data", "text/plain"]] != nil)
          continue
        }
        let bytes = try #require(Data(base64Encoded: text))
        #expect(bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]))
        shown[id, default: 0] += 1
      }
    }
    #expect(
      shown == [
        "curves": 1, "confusion": 1, "ranking": 2, "calibration": 2, "robustness": 1, "quality": 1,
        "samples": 1,
      ])
  }

  @Test("equal notebooks are equal files; ids are distinct and of the allowed characters")
  func reproducible() throws {
    #expect(try Self.notebook().encoded() == Self.notebook().encoded())
    let text = String(decoding: try Self.notebook().encoded(), as: UTF8.self)
    let ids = text.matches(of: /"id" : "([^"]*)"/).map(\.1)
    #expect(ids.count > 10 && Set(ids).count == ids.count)
    #expect(ids.allSatisfy { $0.wholeMatch(of: /[a-zA-Z0-9_-]{1,64}/) != nil })
  }

  @Test("names from outside can become neither markup nor code") func escaping() throws {
    var notebook = Self.notebook("<script>x</script> *a* $b$ [c](d)\n# e's")
    notebook.run = "a\"); import os #\n\\"
    let cells = try cells(notebook)
    #expect(
      cells["title"]?.hasPrefix(
        ##"# &lt;script&gt;x&lt;/script&gt; \*a\* \$b\$ \[c\](d) \# e's"##) == true)
    #expect(cells["paths"]?.contains(##"RUN = Path("a\"); import os #\n\\")  #"##) == true)
  }
}
