internal import CCrypto
public import Foundation
internal import TensorCore

/// SHA-256 of bytes that come in pieces (NIST FIPS 180-4, 2015, DOI 10.6028/NIST.FIPS.180-4).
final class SHA256 {
  private let context: OpaquePointer?

  init() {
    context = EVP_MD_CTX_new()
    let isReady = EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1
    precondition(isReady, "libcrypto offers no SHA-256")
  }

  deinit { EVP_MD_CTX_free(context) }

  func update(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress, !bytes.isEmpty else { return }
    EVP_DigestUpdate(context, start, bytes.count)
  }

  /// Ends the sum: 64 hexadecimal digits. To be called once.
  func finish() -> String {
    var digest = [UInt8](repeating: 0, count: 32)
    EVP_DigestFinal_ex(context, &digest, nil)
    return digest.map { String(UInt16($0) + 0x100, radix: 16).dropFirst() }.joined()
  }

  /// The sum of bytes that lie in one piece.
  static func hex(of bytes: some Sequence<UInt8>) -> String {
    let sum = SHA256()
    Array(bytes).withUnsafeBytes { sum.update($0) }
    return sum.finish()
  }

  /// The sum of a file, read in pieces that fit in the core's own cache.
  ///
  /// - Parameter progress: called with the size of each piece; what it throws ends the reading.
  static func hex(of file: RandomAccessFile, progress: (Int) throws -> Void = { _ in }) throws
    -> String
  {
    let sum = SHA256()
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
    defer { piece.deallocate() }
    var offset = 0
    while true {
      let count = try file.read(at: offset, into: piece)
      if count == 0 { return sum.finish() }
      sum.update(UnsafeRawBufferPointer(rebasing: piece[..<count]))
      offset += count
      try progress(count)
    }
  }
}

/// The SHA-256 of a whole file as 64 hexadecimal digits. Throws `FileError`; `expected` says in words
/// what should be there.
public func fingerprint(ofFile file: URL, expected: String) throws -> String {
  try SHA256.hex(of: RandomAccessFile(file, expected: expected))
}
