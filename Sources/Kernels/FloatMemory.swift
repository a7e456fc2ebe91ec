internal import Foundation

/// Room for floats, to be given back by `deallocate`: on a 64-byte boundary, and large rooms in
/// pages of 2 MiB where the system has them. A walk through megabytes of weights in pages of 4 KiB
/// stops at each for its address, and in a virtual machine for the host's address, too.
func allocateFloats(_ count: Int) -> UnsafeMutablePointer<Float> {
  let hugePage = 2 << 20
  let byteCount = count * MemoryLayout<Float>.stride
  let isLarge = byteCount >= hugePage / 2
  let raw = UnsafeMutableRawPointer.allocate(
    byteCount: isLarge ? (byteCount + hugePage - 1) / hugePage * hugePage : byteCount,
    alignment: isLarge ? hugePage : 64)
  #if canImport(Glibc)
    // A wish: where it is not granted, the pages are small.
    if isLarge { madvise(raw, byteCount, MADV_HUGEPAGE) }
  #endif
  return raw.bindMemory(to: Float.self, capacity: count)
}
