internal import Foundation
internal import Kernels
public import TensorCore

/// What is said of each frame of a sound, in rows: mel bands, coefficients, or a single number;
/// [rows, frames].
///
/// In memory sixteen frames lie side by side, for they are worked on together: [⌈frames / 16⌉, rows,
/// 16].
public struct FrameMatrix: Sendable {
  /// How many numbers a frame has.
  public let rows: Int
  /// How many frames there are.
  public let frames: Int
  /// [blocks, rows, 16]; what is behind the last frame has no meaning.
  var lanes: Tensor

  /// Groups of sixteen frames, the last perhaps not full.
  var blocks: Int { Self.blocks(of: frames) }

  static func blocks(of frames: Int) -> Int { (frames + 15) / 16 }

  /// A matrix of which `fill` writes each block: its number, and its [rows, 16].
  init(rows: Int, frames: Int, fill: (_ block: Int, UnsafeMutablePointer<Float>) -> Void) {
    (self.rows, self.frames) = (rows, frames)
    let blocks = Self.blocks(of: frames)
    lanes = Tensor(uninitialized: [blocks, rows, 16]) { base in
      for block in 0..<blocks { fill(block, base + block * rows * 16) }
    }
  }

  /// A single row of numbers.
  init(row: [Float]) {
    self.init(rows: 1, frames: row.count) { block, lanes in
      for lane in 0..<16 {
        let frame = 16 * block + lane
        lanes[lane] = frame < row.count ? row[frame] : 0
      }
    }
  }

  /// A matrix of as many frames, made block by block from this one: from [rows, 16] to [newRows, 16].
  func map(
    rows newRows: Int, _ body: (UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void
  ) -> FrameMatrix {
    lanes.read { base in
      FrameMatrix(rows: newRows, frames: frames) { block, target in
        body(base + block * rows * 16, target)
      }
    }
  }

  /// The number of a row in a frame.
  public subscript(_ row: Int, _ frame: Int) -> Float {
    precondition(
      row >= 0 && row < rows && frame >= 0 && frame < frames,
      "row \(row), frame \(frame) of \(rows) rows, \(frames) frames")
    return lanes.read { $0[(frame / 16 * rows + row) * 16 + frame % 16] }
  }

  /// One row, frame by frame.
  public func row(_ row: Int) -> [Float] {
    precondition(row >= 0 && row < rows, "row \(row) of \(rows)")
    return lanes.read { base in
      [Float](unsafeUninitializedCapacity: frames) { buffer, count in
        for frame in 0..<frames {
          buffer[frame] = base[(frame / 16 * rows + row) * 16 + frame % 16]
        }
        count = frames
      }
    }
  }

  /// All of it as [rows, frames].
  public func tensor() -> Tensor {
    Tensor(uninitialized: [rows, frames]) { base in
      for row in 0..<rows {
        let numbers = self.row(row)
        for frame in 0..<frames { base[row * frames + frame] = numbers[frame] }
      }
    }
  }

  /// The largest number of all.
  var largest: Float {
    lanes.read { base in
      let whole = frames / 16 * rows * 16
      var result = Kernels.largest(count: whole, base)
      for frame in frames & ~15..<frames {
        for row in 0..<rows { result = max(result, base[whole + row * 16 + frame % 16]) }
      }
      return result
    }
  }
}
