public import Foundation
internal import Training

extension TrainingRun {
  /// Temporary: no pictures yet.
  public func writeReport() throws -> [URL] { [folder.configuration, folder.results] }
}
