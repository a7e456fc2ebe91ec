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
  func take() -> UnsafeMutableRawPointer {
    idle.withLock { $0.popLast() }?.start ?? .allocate(byteCount: byteCount, alignment: 64)
  }

  func giveBack(_ start: UnsafeMutableRawPointer) {
    let room = Room(start: start)
    idle.withLock { $0.append(room) }
  }
}

/// Images one behind the other, in memory that is used again and again.
final class ImageRoom: @unchecked Sendable {
  // Unchecked: filled by one thread, then only read.
  private static let pooledBytes = 1 << 20
  private static let pool = RoomPool(byteCount: pooledBytes)
  private var start = pool.take()
  private var capacity = pooledBytes
  private(set) var byteCount = 0

  deinit { release() }

  private func release() {
    capacity == Self.pooledBytes ? Self.pool.giveBack(start) : start.deallocate()
  }

  /// The images that are there.
  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: byteCount) }

  /// Where the next `count` bytes are to be written before `add(count)`.
  func place(_ count: Int) -> UnsafeMutablePointer<UInt8> {
    if byteCount + count > capacity {
      // Small images written with one digit each, or large ones made of small: more than a room.
      let more = 2 * (byteCount + count)
      let larger = UnsafeMutableRawPointer.allocate(byteCount: more, alignment: 64)
      larger.copyMemory(from: start, byteCount: byteCount)
      release()
      (start, capacity) = (larger, more)
    }
    return (start + byteCount).assumingMemoryBound(to: UInt8.self)
  }

  /// Takes over what was written at `place(count)`.
  func add(_ count: Int) { byteCount += count }

  /// Begins anew, with the memory as it is.
  func removeAll() { byteCount = 0 }
}
