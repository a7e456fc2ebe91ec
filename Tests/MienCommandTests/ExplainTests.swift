import Foundation
import Imaging
import TestSupport
import Testing

/// What `mien explain --json` prints.
private struct Explained: Decodable {
  struct Class: Decodable {
    var weights: [Double]
    var r2: Double
    var local_prediction: Double
    var local_error: Double
    var standard_errors: [Double]
    var split_half_stability: Double?
    var doubts: [String]
  }
  var path: String
  var index: Int?
  var method: String
  var label: String
  var probability: Double
  var classes: [String: Class]
  var samples: Int
  var samples_ended_by: String?
  var files: [String]
}

@Suite("mien explain") struct ExplainTests {
  @Test("a row of the data: keys, files, the same bytes twice, the network's own probability")
  func row() throws {
    let (run, data) = (try DrawnFaces.run().path, try DrawnFaces.data().path)
    try withTemporaryFolder { folder in
      let arguments = [
        "explain", "--checkpoint", run, "--data", data, "--split", "PublicTest", "--index", "3",
        "--samples", "200", "--segments", "grid", "--parts", "36", "--json", "--out",
      ]
      let outcome = try MienProcess.start(arguments + ["why"], in: folder).finish()
      #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
      let explained = try JSONDecoder().decode(Explained.self, from: Data(outcome.output.utf8))
      #expect(explained.index == 3 && explained.method == "lime" && explained.samples == 200)
      #expect(explained.path == data || data.hasSuffix(explained.path))
      #expect(explained.classes.count == 7)
      #expect(explained.classes.values.allSatisfy { $0.weights.count == 36 })
      // All classes come from the same samples, and probabilities add up to 1: so do the answers
      // of the linear models, and the weights of a part add up to 0.
      let sum = explained.classes.values.reduce(0) { $0 + $1.local_prediction }
      #expect(abs(sum - 1) <= 1e-6)
      for part in 0..<36 {
        #expect(abs(explained.classes.values.reduce(0) { $0 + $1.weights[part] }) <= 1e-6)
      }
      for found in explained.classes.values {
        #expect(found.standard_errors.count == 36)
        #expect(found.standard_errors.allSatisfy { $0 >= 0 && $0 < 1 })
        #expect(found.local_error >= 0 && found.local_error < 1)
      }
      let top = try #require(explained.classes[explained.label])
      #expect(abs(abs(top.local_prediction - explained.probability) - top.local_error) <= 1e-12)
      #expect(explained.samples_ended_by == nil && outcome.output.contains("samples_ended_by"))
      #expect(explained.files.count == 3)
      let picture = folder.appendingPathComponent(
        "why/PublicTest-3-lime-\(explained.label).png")
      #expect(try ImageFile.decode(contentsOf: picture).rgb().width > 600)
      #expect(explained.files.first?.hasSuffix(picture.lastPathComponent) == true)

      for (name, workers) in [("again", "1"), ("third", "3")] {
        let outcome = try MienProcess.start(
          arguments + [name, "--workers", workers], in: folder
        ).finish()
        #expect(outcome.code == 0)
      }
      let same = try MienProcess.shell(
        "cmp why/*.png again/*.png && cmp why/*.png third/*.png", in: folder)
      #expect(same.code == 0, "\(same.output)")
      let other = try MienProcess.start(arguments + ["other", "--seed", "2"], in: folder).finish()
      let weights = { (text: String) in
        try JSONDecoder().decode(Explained.self, from: Data(text.utf8)).classes["Happy"]?.weights
      }
      #expect(try weights(other.output) != weights(outcome.output), "the seed decides the samples")
    }
  }

  @Test("a photo: the largest face, the class that is asked for, parts of any shape")
  func photo() throws {
    let (run, happy) = (try DrawnFaces.run().path, try DrawnFaces.image("happy").url)
    try withTemporaryFolder { folder in
      let outcome = try MienProcess.run(
        "explain", "--checkpoint", run, "--image", happy.path, "--samples", "150", "--class", "sad",
        "--class", "happy", "--out", ".", in: folder)
      #expect(outcome.code == 0, "\(outcome.errors)")
      let stem = happy.deletingPathExtension().lastPathComponent
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      #expect(names == ["-Happy.png", "-Sad.png", ".json", ".npy"].map { "\(stem)-lime\($0)" })
      #expect(outcome.output.contains("R²"))
    }
  }

  @Test("of several photos those that cannot be explained are passed over, and that is said")
  func somePhotos() throws {
    let (run, happy) = (try DrawnFaces.run().path, try DrawnFaces.image("happy").url)
    try withTemporaryFolder { folder in
      try Data("no picture".utf8).write(to: folder.appendingPathComponent("broken.png"))
      func explain(_ images: String...) throws -> (code: Int32, output: String, errors: String) {
        let outcome = try MienProcess.start(
          [
            "explain", "--checkpoint", run, "--samples", "60", "--parts", "9", "--json", "--out",
            "why",
          ]
            + images.flatMap { ["--image", $0] }, in: folder
        ).finish()
        return (outcome.code, outcome.output, outcome.errors)
      }
      let some = try explain("gone.png", happy.path, "broken.png")
      #expect(some.code == 0 && some.output.split(separator: "\n").count == 1)
      let told = some.errors.split(separator: "\n").filter { $0.hasPrefix("passed over: ") }
      #expect(told.count == 2 && told[0].contains("gone.png") && told[1].contains("broken.png"))
      #expect(try explain("gone.png", "broken.png").code == 66)
      #expect(try explain("broken.png").code == 65)
    }
  }

  @Test("the first rows of a split: an object a line, in order, the bytes of each alone")
  func split() throws {
    let (run, data) = (try DrawnFaces.run().path, try DrawnFaces.data().path)
    try withTemporaryFolder { folder in
      let arguments = [
        "explain", "--checkpoint", run, "--data", data, "--split", "PublicTest", "--samples",
        "120", "--parts", "20", "--json", "--out",
      ]
      for (name, workers) in [("one", "1"), ("two", "2"), ("three", "3")] {
        let outcome = try MienProcess.start(
          arguments + [name, "--limit", "5", "--workers", workers], in: folder
        ).finish()
        #expect(outcome.code == 0, "\(outcome.errors)")
        let lines = outcome.output.split(separator: "\n")
        let found = try lines.map {
          try JSONDecoder().decode(Explained.self, from: Data($0.utf8))
        }
        #expect(found.map(\.index) == [0, 1, 2, 3, 4])
        #expect(outcome.errors.contains("of 5 faces"))
      }
      for index in ["0", "3"] {
        let outcome = try MienProcess.start(
          arguments + ["alone", "--index", index], in: folder
        ).finish()
        #expect(outcome.code == 0)
      }
      let same = try MienProcess.shell(
        """
        for f in $(cd one && ls *.png); do cmp one/$f two/$f && cmp one/$f three/$f || exit 1; done
        for f in $(cd alone && ls *.png); do cmp alone/$f two/$f || exit 1; done
        for f in one/*.json; do
          sed 's#one/#x/#g' $f > a; sed 's#two/#x/#g' two/${f#one/} > b; cmp a b || exit 1
        done
        ls one/PublicTest-*.png | wc -l
        """, in: folder)
      #expect(same.code == 0, "\(same.output) \(same.errors)")
      #expect(same.output.contains("5"))
    }
  }

  @Test("a whole split, in words: a line a face")
  func whole() throws {
    let (run, data) = (try DrawnFaces.run().path, try DrawnFaces.data().path)
    try withTemporaryFolder { folder in
      let outcome = try MienProcess.run(
        "explain", "--checkpoint", run, "--data", data, "--split", "PublicTest", "--samples", "60",
        "--parts", "9", "--out", "why", in: folder)
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(outcome.output.contains("row 0:") && outcome.output.contains("row 27:"))
      let files = try FileManager.default.contentsOfDirectory(
        atPath: folder.appendingPathComponent("why").path)
      // Picture, weights and maps of each, and where the network looks.
      #expect(files.count == 3 * 28 + 1)
    }
  }

  @Test("as many samples as it takes, and what ended them; kernel, masks and filling as asked")
  func choices() throws {
    let (run, data) = (try DrawnFaces.run().path, try DrawnFaces.data().path)
    try withTemporaryFolder { folder in
      func explained(_ arguments: String...) throws -> Explained {
        let outcome = try MienProcess.start(
          [
            "explain", "--checkpoint", run, "--data", data, "--split", "PublicTest", "--index", "3",
            "--parts", "12", "--json", "--out", "why",
          ] + arguments, in: folder
        ).finish()
        #expect(outcome.code == 0, "\(outcome.errors)")
        return try JSONDecoder().decode(Explained.self, from: Data(outcome.output.utf8))
      }
      let limited = try explained(
        "--samples", "auto", "--max-error", "0.0001", "--max-samples", "400")
      #expect(limited.samples == 400)
      #expect(String(limited.samples_ended_by ?? "") == "limit")
      let met = try explained("--samples", "auto", "--max-error", "10")
      #expect(met.samples == 251)
      #expect(String(met.samples_ended_by ?? "") == "bound")

      let usual = try explained("--samples", "150")
      for other in [
        ["--kernel", "euclidean"], ["--kernel-width", "0.7"], ["--masks", "independent"],
        ["--baseline", "inpainted"], ["--baseline", "picture-mean"], ["--penalty", "20"],
      ] {
        let found = try explained("--samples", "150", other[0], other[1])
        #expect(found.classes["Happy"]?.weights != usual.classes["Happy"]?.weights, "\(other)")
      }
      let file = folder.appendingPathComponent("why/PublicTest-3-lime.json")
      let object = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
      let settings = try #require((object as? [String: Any])?["settings"] as? [String: Any])
      #expect(settings["penalty"] as? Double == 20)
      let words = ["kernel", "baseline", "segments"].map { settings[$0] as? String ?? "" }
      #expect(words == ["cosine", "blurred", "slic"])
      #expect(settings["antithetic"] as? Bool == true)
    }
  }

  @Test("every method at once: files of each, one picture of all, maps that NumPy reads")
  func everyMethod() throws {
    let (run, data) = (try DrawnFaces.run().path, try DrawnFaces.data().path)
    try withTemporaryFolder { folder in
      let outcome = try MienProcess.run(
        "explain", "--checkpoint", run, "--data", data, "--split", "PublicTest", "--index", "2",
        "--method", "all", "--segments", "regions", "--scale", "1", "--json", "--out", "why",
        in: folder)
      #expect(outcome.code == 0, "\(outcome.errors)")
      struct Line: Decodable {
        var method, label: String
        var files: [String]
      }
      let lines = try outcome.output.split(separator: "\n").map {
        try JSONDecoder().decode(Line.self, from: Data($0.utf8))
      }
      let methods = lines.map(\.method)
      #expect(methods.first == "lime" && methods.count >= 6 && Set(methods).count == methods.count)
      let names = try FileManager.default.contentsOfDirectory(
        atPath: folder.appendingPathComponent("why").path)
      let label = try #require(lines.first).label
      for method in methods {
        for end in ["-\(label).png", ".json", ".npy"] {
          #expect(names.contains("PublicTest-2-\(method)\(end)"), "\(method)\(end)")
        }
        struct File: Decodable { var settings: [String: Value] }
        struct Value: Decodable, Equatable {
          var word: String?
          init(from decoder: any Decoder) throws {
            word = try? decoder.singleValueContainer().decode(String.self)
          }
        }
        let settings = try JSONDecoder().decode(
          File.self,
          from: Data(
            contentsOf: folder.appendingPathComponent("why/PublicTest-2-\(method).json"))
        ).settings
        let words = ["segments", "baseline"].map { settings[$0]?.word ?? "none" }
        let ownParts = ["lime", "kernel-shap"].contains(method)
        #expect(
          words == [ownParts ? "regions" : "pixels", method == "grad-cam" ? "none" : "blurred"],
          "\(method)")
        let maps = try Data(
          contentsOf: folder.appendingPathComponent("why/PublicTest-2-\(method).npy"))
        #expect(
          maps.range(of: Data("'<f4', 'fortran_order': False, 'shape': (7, 48, 48)".utf8)) != nil)
        #expect(maps.count == 128 + 4 * 7 * 48 * 48)
      }
      #expect(names.count == 3 * methods.count + 1)
      let panel = folder.appendingPathComponent("why/PublicTest-2-all-\(label).png")
      // Four columns of 200 units and the margins, a pixel each.
      #expect(try ImageFile.decode(contentsOf: panel).rgb().width == 832)
      #expect(
        lines.allSatisfy { $0.files.contains { $0.hasSuffix("PublicTest-2-all-\(label).png") } })
    }
  }

  @Test("many rows: each as if it were alone, and where the network looks")
  func manyRows() throws {
    let (run, data) = (try DrawnFaces.run().path, try DrawnFaces.data().path)
    try withTemporaryFolder { folder in
      func lines(_ arguments: String...) throws -> [Explained] {
        let outcome = try MienProcess.start(
          [
            "explain", "--checkpoint", run, "--data", data, "--split", "PublicTest", "--samples",
            "120", "--segments", "regions", "--json", "--out", "many",
          ] + arguments, in: folder
        ).finish()
        #expect(outcome.code == 0, "\(outcome.errors)")
        return try outcome.output.split(separator: "\n").map {
          try JSONDecoder().decode(Explained.self, from: Data($0.utf8))
        }
      }
      let many = try lines("--limit", "5")
      #expect(many.map(\.index) == [0, 1, 2, 3, 4])
      let mean = folder.appendingPathComponent("many/mean-lime.png")
      #expect(try ImageFile.decode(contentsOf: mean).rgb().width > 600)
      let alone = try lines("--index", "3", "--index", "3")
      #expect(
        alone.count == 1 && alone[0].classes["Sad"]?.weights == many[3].classes["Sad"]?.weights)
    }
  }

  @Test("--judge measures methods and says which fail; the seed decides all but the times")
  func judging() throws {
    let (run, data) = (try DrawnFaces.run().path, try DrawnFaces.data().path)
    try withTemporaryFolder { folder in
      struct Judged: Decodable {
        struct Mean: Decodable, Equatable { var mean, standard_error: Double }
        struct Step: Decodable { var layer: String }
        struct Method: Decodable {
          var method: String
          var deletion, deletion_by_chance, insertion, faithfulness, top_overlap: Mean
          var randomisation: [Step]
          var milliseconds: Double
          var failings: [String]
        }
        var faces: Int
        var methods: [Method]
        var files: [String]
      }
      func judge(_ out: String, _ workers: String) throws -> Judged {
        let outcome = try MienProcess.run(
          "explain", "--judge", "--checkpoint", run, "--data", data, "--split", "PublicTest",
          "--limit", "3", "--segments", "regions", "--method", "occlusion", "--workers", workers,
          "--json", "--out", out, in: folder)
        #expect(outcome.code == 0, "\(outcome.errors)")
        return try JSONDecoder().decode(Judged.self, from: Data(outcome.output.utf8))
      }
      let (found, again) = (try judge("one", "1"), try judge("two", "2"))
      #expect(found.faces == 3 && found.methods.map(\.method) == ["occlusion"])
      let (method, same) = (found.methods[0], again.methods[0])
      #expect(method.top_overlap == Judged.Mean(mean: 1, standard_error: 0))
      #expect((0...1).contains(method.deletion.mean) && method.milliseconds > 0)
      #expect(!method.randomisation.isEmpty)
      #expect(method.deletion == same.deletion && method.insertion == same.insertion)
      #expect(method.faithfulness == same.faithfulness && method.failings == same.failings)
      #expect(method.deletion_by_chance == same.deletion_by_chance)
      let names = found.files.map { URL(fileURLWithPath: $0).lastPathComponent }
      #expect(names == ["judgement.html", "judgement.csv", "judgement.json"])
      let csv = try String(
        contentsOf: folder.appendingPathComponent("one/judgement.csv"), encoding: .utf8)
      let lines = csv.split(separator: "\n").map { String($0) }
      #expect(lines.count == 4 && lines[2].hasPrefix("occlusion,1,"))
    }
  }

  @Test("what makes no sense is refused before work begins")
  func refusals() throws {
    let (run, data) = (try DrawnFaces.run().path, try DrawnFaces.data().path)
    func code(_ arguments: String...) throws -> (Int32, String) {
      let outcome = try MienProcess.start(
        ["explain", "--checkpoint", run, "--out", "/nonexistent/never"] + arguments
      ).finish()
      #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
      return (outcome.code, outcome.errors)
    }
    #expect(try code().0 == 64)
    #expect(try code("--image", "a.png", "--data", data).0 == 64)
    #expect(try code("--data", data).0 == 64)
    #expect(
      try code("--data", data, "--split", "PublicTest", "--index", "1", "--limit", "2").0 == 64)
    #expect(try code("--image", "a.png", "--limit", "2").0 == 64)
    let row = ["--data", data, "--split", "PublicTest", "--index", "1"]
    for wrong in [
      ["--samples", "1"], ["--samples", "many"], ["--kernel", "manhattan"],
      ["--kernel-width", "0"], ["--baseline", "black"], ["--method", "guess"],
      ["--max-error", "-1"], ["--masks", "none"],
    ] {
      let outcome = try MienProcess.start(
        ["explain", "--checkpoint", run, "--out", "/nonexistent/never"] + row + wrong
      ).finish()
      #expect(outcome.code == 64, "\(wrong): \(outcome.errors)")
    }
    #expect(try code("--judge", "--image", "a.png").0 == 64)
    #expect(
      try code("--image", "a.png", "--segments", "regions", "--parts", "9").1.contains("--parts"))
    #expect(try code("--image", "a.png", "--method", "lemon").1.contains("rise"))
    for (words, missing) in [
      (["--method", "grad-cam", "--samples", "50"], "only to lime, kernel-shap, rise"),
      (["--method", "rise", "--samples", "auto"], "only to lime"),
      (["--method", "occlusion", "--kernel", "cosine"], "only to lime"),
      (["--method", "kernel-shap", "--noise", "0.1"], "only to integrated-gradients"),
      (["--method", "grad-cam", "--baseline", "blurred"], "says nothing to --method grad-cam"),
      (["--method", "rise", "--segments", "grid"], "only to lime, kernel-shap"),
      (["--max-error", "0.1"], "--samples auto"),
      (["--samples", "90", "--max-samples", "99"], "auto"),
    ] {
      let outcome = try MienProcess.start(
        ["explain", "--checkpoint", run, "--out", "/nonexistent/never", "--image", "a.png"] + words
      ).finish()
      #expect(outcome.code == 64 && outcome.errors.contains(missing), "\(outcome.errors)")
    }
    #expect(
      try code("--judge", "--data", data, "--split", "PublicTest", "--scale", "2").1
        .contains("--scale is for pictures"))
    let (tooFar, words) = try code("--data", data, "--split", "PublicTest", "--index", "9999")
    #expect(tooFar == 64 && words.contains("from 0 to 27"), "\(words)")
    #expect(try code("--data", data, "--split", "Test", "--index", "1").0 != 0)
    #expect(try code("--image", "gone.png").0 == 66)
    #expect(
      try code("--class", "bored", "--data", data, "--split", "PublicTest", "--index", "1").0 == 64)
  }
}
