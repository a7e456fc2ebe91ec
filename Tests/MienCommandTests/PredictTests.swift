import Foundation
import Imaging
import TestSupport
import Testing

/// A line of `mien predict --json`.
private struct Row: Decodable {
  struct Box: Decodable {
    var x, y, width, height: Int
  }
  var path: String
  var face: Int?
  var box: Box?
  var label: String?
  var probability: Double?
  var probabilities: [String: Double]?
  var error: String?
}

private func rows(_ outcome: ChildProcess.Outcome) throws -> [Row] {
  try outcome.output.split(separator: "\n").map {
    try JSONDecoder().decode(Row.self, from: Data($0.utf8))
  }
}

/// A flat grey picture, in which nobody finds a face.
private func blank(_ side: Int) throws -> Data {
  Data(
    try GrayImage(width: side, height: side, pixels: [UInt8](repeating: 128, count: side * side))
      .png())
}

@Suite("mien predict") struct PredictTests {
  @Test("bad files among good ones have a row with the error and stop nothing")
  func badFiles() throws {
    let (run, images) = (try DrawnFaces.run(), try DrawnFaces.images())
    try withTemporaryFolder { folder in
      let photos = folder.appendingPathComponent("photos")
      try FileManager.default.copyItem(at: images, to: photos)
      let good = try Data(contentsOf: DrawnFaces.image("happy").url)
      try good.prefix(good.count / 2).write(to: photos.appendingPathComponent("cut.png"))
      try Data().write(to: photos.appendingPathComponent("empty.jpg"))
      try Data("not a picture".utf8).write(to: photos.appendingPathComponent("text.jpg"))
      try blank(300).write(to: photos.appendingPathComponent("nobody.png"))
      let arguments = ["predict", "--checkpoint", run.path, "--json", "photos", "gone.png"]
      let outcome = try MienProcess.start(
        arguments + ["--csv", "answers.csv"], in: folder
      ).finish()
      #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
      let rows = try rows(outcome)
      #expect(rows.count == 21 + 4 + 1)
      let paths = rows.map { $0.path }
      #expect(paths == paths.dropLast().sorted() + ["gone.png"])

      let errors = rows.filter { $0.error != nil }
      #expect(
        errors.map(\.path) == [
          "photos/cut.png", "photos/empty.jpg", "photos/text.jpg", "gone.png",
        ])
      for row in errors {
        #expect(row.face == nil && row.label == nil && row.probabilities == nil)
        let name = URL(fileURLWithPath: row.path).lastPathComponent
        #expect(row.error?.contains(name) == true, "\(row.error ?? "")")
      }
      let nobody = try #require(rows.first { $0.path == "photos/nobody.png" })
      #expect(nobody.face == nil && nobody.error == nil && nobody.label == nil)

      let faces = rows.filter { $0.face != nil }
      #expect(faces.count >= 20, "the cascade finds nearly all drawn faces")
      for row in faces {
        let probabilities = try #require(row.probabilities)
        #expect(probabilities.count == 7)
        #expect(abs(probabilities.values.reduce(0, +) - 1) <= 1e-5)
        let label = try #require(row.label)
        #expect(probabilities[label] == probabilities.values.max())
        #expect(row.probability == probabilities[label])
        let box = try #require(row.box)
        #expect(box.width >= 60 && box.width <= 200)
      }
      // A row a line, under the same names as evaluate's predictions.
      let csv = try String(
        contentsOf: folder.appendingPathComponent("answers.csv"), encoding: .utf8)
      let lines = csv.split(separator: "\n").map(String.init)
      #expect(lines.count == rows.count + 1)
      #expect(
        lines.first == "path,face,x,y,width,height,label,probability,p_Angry,p_Disgust,p_Fear,"
          + "p_Happy,p_Sad,p_Surprise,p_Neutral,error")

      // The same bytes again, and for any number of workers.
      for workers in ["1", "3"] {
        let again = try MienProcess.start(arguments + ["--workers", workers], in: folder).finish()
        #expect(again.output == outcome.output)
      }
    }
  }

  @Test("one bad file alone fails with its own error and exit code")
  func nothingRead() throws {
    let run = try DrawnFaces.run().path
    try withTemporaryFolder { folder in
      let missing = try MienProcess.run("predict", "--checkpoint", run, "gone.png", in: folder)
      #expect(missing.code == 66 && missing.errors.contains("gone.png"), "\(missing.errors)")
      try Data("GIF89a".utf8).write(to: folder.appendingPathComponent("a.gif"))
      let refused = try MienProcess.run("predict", "--checkpoint", run, "a.gif", in: folder)
      #expect(refused.code == 65 && refused.errors.contains("GIF"), "\(refused.errors)")
      #expect(refused.errors.split(separator: "\n").count == 1)
      let nothing = try MienProcess.run("predict", "--checkpoint", run, ".", in: folder)
      #expect(nothing.code == 65, "the folder holds only the GIF")
    }
  }

  @Test("a face of the network's size is taken whole; detect looks all the same")
  func searches() throws {
    let (run, images) = (try DrawnFaces.run(), try DrawnFaces.images())
    try withTemporaryFolder { folder in
      try blank(48).write(to: folder.appendingPathComponent("small.png"))
      func faces(_ search: String) throws -> [Row] {
        try rows(
          MienProcess.run(
            "predict", "--checkpoint", run.path, "--json", "--faces", search, "small.png",
            images.appendingPathComponent("sad").path, in: folder))
      }
      let (auto, detect, whole) = (try faces("auto"), try faces("detect"), try faces("whole"))
      #expect(auto[0].box?.width == 48 && detect[0].face == nil && whole[0].box?.width == 48)
      #expect(whole.dropFirst().allSatisfy { $0.box?.width == 200 })
      #expect(auto.dropFirst().allSatisfy { ($0.box?.width ?? 0) < 200 })
    }
  }

  @Test("marked pictures lie under the names of the photos, two of a name apart")
  func annotate() throws {
    let (run, images) = (try DrawnFaces.run(), try DrawnFaces.images())
    try withTemporaryFolder { folder in
      let happy = try DrawnFaces.image("happy")
      let name = happy.url.lastPathComponent
      let outcome = try MienProcess.run(
        "predict", "--checkpoint", run.path, "--annotate", "marked", happy.url.path, happy.url.path,
        images.path,
        in: folder)
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(outcome.output.contains("marked pictures in marked"))
      let marked = folder.appendingPathComponent("marked")
      let names = Set(try FileManager.default.subpathsOfDirectory(atPath: marked.path))
      #expect(names.isSuperset(of: ["\(name).png", "\(name)-2.png", "\(happy.place).png"]))
      let picture = try ImageFile.decode(
        contentsOf: marked.appendingPathComponent("\(name).png")
      ).rgb()
      #expect(picture.width > 480 && picture.height == 480, "photo and chart side by side")
    }
  }

  @Test("the number of faces has an upper bound, and a wrong checkpoint is named")
  func refusals() throws {
    let images = try DrawnFaces.images()
    let none = try MienProcess.run("predict", "--checkpoint", "nowhere", images.path)
    #expect(none.code == 66 && none.errors.contains("nowhere"), "\(none.errors)")
    let zero = try MienProcess.run("predict", "--max-faces", "0", images.path)
    #expect(zero.code == 64 && zero.errors.contains("--max-faces"), "\(zero.errors)")
  }

  @Test("--detector looks for faces with a network of the user's, in pictures and videos")
  func detector() throws {
    let networks = Project.root.appendingPathComponent("Tests/ImagingTests/Golden")
    let squares = networks.appendingPathComponent("squares.onnx").path
    try withTemporaryFolder { folder in
      // A bright cell in the dark is what that network calls a face.
      var picture = GrayImage(
        width: 640, height: 448, pixels: [UInt8](repeating: 0, count: 640 * 448))
      for y in 64..<96 { for x in 96..<128 { picture[x, y] = 255 } }
      try Data(picture.png()).write(to: folder.appendingPathComponent("cell.png"))
      let outcome = try MienProcess.run(
        "predict", "cell.png", "--detector", squares, "--json", in: folder)
      #expect(outcome.code == 0, "\(outcome.errors)")
      let row = try object(outcome.output)
      #expect(row["box"] as? [String: Int] == ["x": 80, "y": 48, "width": 64, "height": 64])
      let without = try MienProcess.run("predict", "cell.png", "--json", in: folder)
      #expect(try object(without.output)["face"] is NSNull)
      let why = try MienProcess.run(
        "explain", "--image", "cell.png", "--detector", squares, "--samples", "50", "--out", "why",
        in: folder)
      #expect(why.code == 0, "\(why.errors)")
      let made = try MienProcess.shell("mien synthesize --video t.avi --frames 5", in: folder)
      #expect(made.code == 0, "\(made.errors)")
      for (name, code, words) in [
        ("nowhere.onnx", 66, ["nowhere.onnx"]), ("cell.png", 65, ["cell.png", "onnx"]),
        (networks.appendingPathComponent("other.onnx").path, 65, ["YuNet"]),
      ] as [(String, Int32, [String])] {
        for input in ["cell.png", "t.avi"] {
          try MienProcess.expectFailure(
            ["predict", input, "--detector", name], in: folder, code: code, words: words)
        }
      }
    }
  }
}
