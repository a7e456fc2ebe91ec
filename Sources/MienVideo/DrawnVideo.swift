public import Datasets
public import Foundation
internal import Imaging
internal import Kernels
internal import TensorCore

/// A drawn video as a file, with what is known of it as another.
public struct DrawnVideo: Sendable {
  private let video: SyntheticVideo
  private let frameCount: Int

  /// Frames drawn side by side.
  private static let atOnce = 16

  /// The first frames of a drawn video.
  public init(_ video: SyntheticVideo, frameCount: Int) {
    (self.video, self.frameCount) = (video, frameCount)
  }

  /// Writes the video, and its truth as CSV: `frame,time,face,x,y,width,height,label`, a line a face a
  /// frame. `progress` is told how many frames are done. Throws `VideoError`, `FileError.cannotWrite`,
  /// and what `progress` throws; then no file is left.
  public func write(
    to file: URL, truth: URL, progress: (Int) throws -> Void = { _ in }
  ) throws {
    let writer = try VideoWriter(
      file, framesPerSecond: video.framesPerSecond, width: video.width, height: video.height)
    let table = try AtomicFile(truth)
    try table.write(
      CSVLine.of(["frame", "time", "face", "x", "y", "width", "height", "label"]))
    for start in stride(from: 0, to: frameCount, by: Self.atOnce) {
      let count = min(Self.atOnce, frameCount - start)
      let images = [Result<RGBImage, any Error>](unsafeUninitializedCapacity: count) {
        results, initialized in
        parallelFor(count) { index in
          results.initializeElement(
            at: index, to: Result { try video.frame(start + index).rgb() })
        }
        initialized = count
      }
      for (offset, image) in images.enumerated() {
        try writer.add(image.get())
        let frame = start + offset
        for face in video.truth(frame) {
          try table.write(
            CSVLine.of(
              [
                "\(frame)", String(format: "%.3f", Double(frame) / video.framesPerSecond),
                "\(face.number)",
              ]
                + [face.box.x, face.box.y, face.box.width, face.box.height].map(String.init)
                + [face.emotion.name]))
        }
      }
      try progress(start + count)
    }
    try writer.commit()
    try table.commit()
  }
}
