import Datasets
import Foundation

extension ExamplePreparationResult {
  /// What makes figures on these data worth less than they look, a sentence each.
  var warnings: [String] {
    let kind = quality.groupKind
    var lines = quality.warnings.map {
      String(
        format: "%@ alone tells the class in %.1f %% of the rows (chance: %.1f %%)",
        $0.property, 100 * $0.accuracy, 100 * $0.chance)
    }
    if let missing = manifest.preparation.split?.missingGroups {
      lines.append("no \(kind) is named \(missing.joined(separator: ", "))")
    }
    if let metadata = quality.metadata, metadata.withoutRow.total > 0 {
      lines.append(
        "\(metadata.file) says nothing of \(counted(metadata.withoutRow.total, "row")): the \(kind) stays "
          + "what is known without it")
    }
    if quality.exactDuplicates.acrossSplitsTotal > 0 {
      lines.append(
        "equal rows lie in several splits (\(counted(quality.exactDuplicates.acrossSplitsTotal, "group"))): "
          + "mien evaluate --without-duplicates judges without them")
    }
    if quality.classesAreGroups {
      lines.append(
        "each class is one \(kind), and each \(kind) one class: nothing but the \(kind) can be learnt"
          + (manifest.kind == Manifest.tableKind
            ? "; where the label is the folder, take it from the names: mien features --class CORPUS"
            : ""))
    }
    return lines
  }
}
