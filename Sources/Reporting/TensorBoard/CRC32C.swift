/// The checksum of TFRecord files: CRC-32C (Castagnoli, Bräuer, Herrmann 1993, "Optimization of cyclic
/// redundancy-check codes with 24 and 32 parity bits", DOI 10.1109/26.231911), as RFC 3720 writes it
/// down for iSCSI.
enum CRC32C {
  /// The polynomial 0x1EDC6F41, its bits in reverse.
  private static let polynomial: UInt32 = 0x82F6_3B78

  /// The remainder of each byte.
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { rest, _ in
      rest & 1 == 1 ? rest >> 1 ^ polynomial : rest >> 1
    }
  }

  /// The checksum of bytes.
  static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    table.withUnsafeBufferPointer { table in
      ~bytes.reduce(~0) { rest, byte in
        rest >> 8 ^ table[Int(UInt8(truncatingIfNeeded: rest) ^ byte)]
      }
    }
  }

  /// The checksum as TFRecord stores it: rotated and shifted by a constant, for the checksum of bytes
  /// that hold their own checksum says little.
  static func masked(_ bytes: some Sequence<UInt8>) -> UInt32 {
    let checksum = checksum(bytes)
    return (checksum >> 15 | checksum << 17) &+ 0xA282_EAD8
  }
}
