import AudioFeatures
import Foundation
import Mien
import Reporting
import TensorCore

/// Draws what was extracted: distributions of the columns by class, and some of the sounds.
struct FeaturePlots {
  let folder: URL
  let set: FeatureSet

  /// Not more sounds than this are drawn, the first of each class.
  static let mostSounds = 12

  /// Draws and gives the paths of the files, PNG and SVG of each figure.
  func draw(_ rows: [FeatureWriter.Row], check: () throws -> Void) throws -> [URL] {
    var files: [URL] = []
    let classes = Set(rows.compactMap(\.label)).sorted()
    if let columns = set.columns, !rows.isEmpty {
      let names = classes.isEmpty ? ["all"] : classes
      let figure = DistributionsFigure(
        title: "\(set.name) of \(counted(rows.count, "sound"))", columns: columns,
        rows: rows.map(\.features),
        labels: rows.map { row in row.label.flatMap { names.firstIndex(of: $0) } ?? 0 },
        classNames: names.map { $0.isEmpty ? "no class" : $0 })
      files += try write(figure, "distributions")
    }
    var names = UniqueNames()
    for row in firsts(of: rows, classes) {
      try check()
      let clip = try AudioFile.read(URL(fileURLWithPath: row.path))
      let name = URL(fileURLWithPath: row.path).deletingPathExtension().lastPathComponent
      let title = [row.label, row.path].compactMap { $0 }.joined(separator: ": ")
      files += try write(
        StackFigure(sound: clip, title: title),
        names.take("sound-" + name.asFileName(keeping: "-_")))
    }
    return files
  }

  private func firsts(of rows: [FeatureWriter.Row], _ classes: [String]) -> [FeatureWriter.Row] {
    let firsts = classes.compactMap { name in rows.first { $0.label == name } }
    return Array((firsts.isEmpty ? rows : firsts).prefix(Self.mostSounds))
  }

  private func write(_ figure: some Figure, _ name: String) throws -> [URL] {
    let (png, svg) = (
      folder.appendingPathComponent(name + ".png"), folder.appendingPathComponent(name + ".svg")
    )
    try writeAtomically(figure.png(), to: png)
    try writeAtomically(figure.svg().utf8, to: svg)
    return [png, svg]
  }
}
