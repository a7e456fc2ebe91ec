public import Foundation
internal import TensorCore

/// A file of events as TensorBoard reads it.
///
/// It grows in place, unlike all other files of a run: TensorBoard keeps a file open while it follows a
/// run, and of one that is replaced it goes on showing what the old one held (measured with 2.21, see
/// `docs/decisions/0017-tensorboard.md`). An event is appended in one piece; where that fails, the file is
/// cut back to what it was. What a crash of the machine may leave of a last event is told from a whole
/// one by its checksum.
public struct TensorBoardFile: Sendable {
  /// What it is called. TensorBoard takes every file with `tfevents` in its name; where others put
  /// the time and the computer's name stands nothing that tells of the machine, and the same in each run.
  public static let name = "events.out.tfevents.0000000000.mien"

  /// Where it is.
  public let url: URL

  /// The file of a folder, there or yet to be made.
  public init(in folder: URL) { url = folder.appendingPathComponent(Self.name) }

  /// The events of the file up to the first that is damaged, and whether that is all of it; none for
  /// a file that is not there. Throws `FileError`.
  public func events() throws -> (events: [TensorBoardEvent], isWhole: Bool) {
    guard FileManager.default.fileExists(atPath: url.path) else { return ([], true) }
    let bytes = Array(try readFile(url, expected: "a file of TensorBoard's"))
    let (records, length) = TFRecord.records(in: bytes)
    let events = records.compactMap(TensorBoardEvent.init)
    return (events, length == bytes.count && events.count == records.count)
  }

  /// Adds events behind those that are there; makes the file where it is not. Throws
  /// `FileError.cannotWrite`, and then leaves the file as it was.
  public func append(_ events: [TensorBoardEvent]) throws {
    guard FileManager.default.fileExists(atPath: url.path) else { return try replace(with: events) }
    if !events.isEmpty { try appendAsOne(Self.bytes(events), to: url) }
  }

  /// Puts a file with these events in the place of what is there. Throws `FileError.cannotWrite`.
  public func replace(with events: [TensorBoardEvent]) throws {
    try writeAtomically(Self.bytes(events), to: url)
  }

  private static func bytes(_ events: [TensorBoardEvent]) -> [UInt8] {
    events.flatMap { TFRecord.framed($0.message) }
  }
}
