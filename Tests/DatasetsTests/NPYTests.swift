import Foundation
import TensorCore
import TestSupport
import Testing

@testable import Datasets

@Suite("NPY files") struct NPYTests {
  @Test("are byte for byte NumPy's") func bytes() throws {
    // numpy 2: numpy.save(f, numpy.arange(3, dtype="uint8")).
    var expected: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0]
    let text = "{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }"
    expected += Array(text.utf8) + [UInt8](repeating: 0x20, count: 118 - text.count - 1) + [0x0A]
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("a.npy")
      let sum = try [UInt8]([0, 1, 2]).withUnsafeBytes {
        try writeNPY(.uint8, shape: [3], $0, to: url)
      }
      let written = try Data(contentsOf: url)
      #expect(Array(written) == expected + [0, 1, 2])
      #expect(sum == SHA256.hex(of: written))
      let header = try MappedArray(url, expected: "an array").header
      #expect(header.shape == [3] && header.dataOffset == 128 && header.type == .uint8)
    }
  }

  @Test(
    "that we cannot use are refused before anything is allocated",
    arguments: [
      ("{'descr': '>i8', 'fortran_order': False, 'shape': (1,), }", "unexpected kind"),
      ("{'descr': '|u1', 'fortran_order': True, 'shape': (1, 8), }", "not in C order"),
      (
        "{'descr': '|u1', 'fortran_order': False, 'shape': (9,), }",
        "8 bytes of numbers, expected 9"
      ),
      (
        "{'descr': '<i8', 'fortran_order': False, 'shape': (4611686018427387904, 4), }",
        "impossible shape"
      ),
      ("{'descr': '|u1', 'fortran_order': False, 'shape': (-8,), }", "impossible shape"),
      ("{'descr': '|u1', 'fortran_order': False, 'shape': (x,), }", "no shape"),
      ("{'descr': '|u1', 'fortran_order': False, }", "no shape"),
    ])
  func refused(_ header: String, _ problem: String) throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("a.npy")
      var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0]
      bytes += Array(header.utf8) + [1, 2, 3, 4, 5, 6, 7, 8]
      try Data(bytes).write(to: url)
      let error = try #require(throws: DatasetError.self) {
        _ = try MappedArray(url, expected: "an array")
      }
      #expect(error.description.contains(problem), "\(error)")
    }
  }

  @Test("SHA-256 knows the standard's examples") func sha() {
    #expect(
      SHA256.hex(of: Array("abc".utf8))
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      SHA256.hex(of: [UInt8]())
        == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  }
}
