internal import Synchronization

/// Memory that is used again and again: fresh pages cost more than what is done in them. Rooms of
/// one size; those that nobody uses wait for the next.
final class RoomPool: @unchecked Sendable {
  // Unchecked: the mutex guards the list, and a room belongs to who has taken it.
  private let byteCount: Int
  private let idle = Mutex<[Room]>([])

  private struct Room: @unchecked Sendable {
    let start: UnsafeMutableRawPointer
  }

  init(byteCount: Int) { self.byteCount = byteCount }

  deinit { idle.withLock { rooms in rooms.forEach { $0.start.deallocate() } } }

  /// A room with anything in it.
  func take() -> UnsafeMutableRawBufferPointer {
    let start =
      idle.withLock { $0.popLast() }?.start
      ?? .allocate(byteCount: byteCount, alignment: 64)
    return UnsafeMutableRawBufferPointer(start: start, count: byteCount)
  }

  func giveBack(_ room: UnsafeMutableRawBufferPointer) {
    guard let start = room.baseAddress else { return }
    let idleRoom = Room(start: start)
    idle.withLock { $0.append(idleRoom) }
  }
}

/// The images of a piece of a source, one behind the other.
final class PieceRoom: @unchecked Sendable {
  // Unchecked: filled by one thread, then only read.
  private static let pool = RoomPool(byteCount: 1 << 20)
  private var rooms: UnsafeMutableRawBufferPointer
  private var isPooled = true
  private var count = 0

  init() { rooms = Self.pool.take() }

  deinit { isPooled ? Self.pool.giveBack(rooms) : rooms.deallocate() }

  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: rooms[..<count]) }

  /// Copies a block and says where it lies.
  func append(_ block: UnsafeRawBufferPointer) -> Int {
    if count + block.count > rooms.count {
      // Small images written with one digit each, or large ones made of small: more than a room.
      let larger = UnsafeMutableRawBufferPointer.allocate(
        byteCount: 2 * (count + block.count), alignment: 64)
      larger.copyMemory(from: bytes)
      isPooled ? Self.pool.giveBack(rooms) : rooms.deallocate()
      (rooms, isPooled) = (larger, false)
    }
    UnsafeMutableRawBufferPointer(rebasing: rooms[count...]).copyMemory(from: block)
    defer { count += block.count }
    return count
  }
}
