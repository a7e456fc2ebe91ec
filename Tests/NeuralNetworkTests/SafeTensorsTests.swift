import Foundation
import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@Suite("SafeTensors") struct SafeTensorsTests {
  static let tensors = [
    NamedTensor("b.weight", randomTensor([2, 3], seed: 1)),
    NamedTensor("a \"quoted\" \\ ü\n", randomTensor([5], seed: 2)),
    NamedTensor("scalar", Tensor([], repeating: 7)),
    NamedTensor("empty", Tensor([0, 4])),
  ]
  static let metadata = ["format": "mien", "text": "ü \"\\\n", "a": ""]

  static func bytes(_ header: String, data: Int = 0) -> [UInt8] {
    withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) }
      + Array(header.utf8) + [UInt8](repeating: 0, count: data)
  }

  /// What reading these bytes as a file gives.
  static func read(_ bytes: [UInt8]) throws -> [NamedTensor] {
    try withTemporaryFolder { try read(bytes, in: $0) }
  }

  static func read(_ bytes: [UInt8], in folder: URL) throws -> [NamedTensor] {
    let file = folder.appendingPathComponent("t.safetensors")
    try Data(bytes).write(to: file)
    return try SafeTensors.read(file).tensors
  }

  static func written() throws -> [UInt8] {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("t.safetensors")
      try SafeTensors.write(tensors, metadata: metadata, to: file)
      return Array(try Data(contentsOf: file))
    }
  }

  @Test("reads what it wrote, in order, and writes the same bytes again") func roundTrip() throws {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("t.safetensors")
      try SafeTensors.write(Self.tensors, metadata: Self.metadata, to: file)
      let (tensors, metadata) = try SafeTensors.read(file)
      #expect(tensors == Self.tensors)
      #expect(metadata == Self.metadata)
      let first = try Data(contentsOf: file)
      try SafeTensors.write(tensors, metadata: metadata, to: file)
      #expect(try Data(contentsOf: file) == first)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 1)
    }
  }

  @Test("the numbers begin on a multiple of 8 bytes") func alignment() throws {
    let bytes = try Self.written()
    let length = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    #expect(length.isMultiple(of: 8) && length > 0)
    #expect(bytes.count == 8 + length + (6 + 5 + 1) * 4)
  }

  @Test("reads a file that Python wrote, halves included") func python() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/python.safetensors")
    let (tensors, metadata) = try SafeTensors.read(file)
    let byName = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0.tensor) })
    #expect(metadata == ["made by": "make_golden.py", "text": "ü\n\"\\"])
    #expect(byName["ramp"] == Tensor([2, 3], [0, 1, 2, 3, 4, 5]))
    let half: [Float] = [0, -0.0, 1, -2.5, 65504, 0x1p-24, .infinity, -.infinity]
    #expect(byName["half"] == Tensor([8], half))
    #expect(byName["half"]?.elements[1].sign == .minus)
    #expect(byName["brain"] == Tensor([3], [1, -3, 0x1p100]))
    #expect(byName["scalar"] == Tensor([], [7]))
    #expect(byName["empty"] == Tensor([0, 4]))
    #expect(byName["ü \"quoted\""] == Tensor([1], [1]))
    #expect(tensors.count == 6)
  }

  static let pythonPath = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../.venv/bin/python").standardized.path

  @Test(
    "Python's safetensors reads ours",
    .enabled(if: FileManager.default.isExecutableFile(atPath: pythonPath), "no .venv/bin/python"))
  func readByPython() throws {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("t.safetensors")
      try SafeTensors.write(Self.tensors, metadata: Self.metadata, to: file)
      let process = Process()
      let output = Pipe()
      process.executableURL = URL(fileURLWithPath: Self.pythonPath)
      process.standardOutput = output
      process.arguments = [
        "-c",
        """
        import json, sys
        from safetensors import safe_open
        with safe_open(sys.argv[1], "numpy") as f:
            print(json.dumps({"metadata": f.metadata(), "tensors": {
                k: [list(f.get_tensor(k).shape), f.get_tensor(k).ravel().tolist()] for k in f.keys()}}))
        """, file.path,
      ]
      try process.run()
      let answer = output.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      try #require(process.terminationStatus == 0)
      let json = try JSONDecoder().decode(JSONValue.self, from: answer)
      #expect(json[["metadata", "text"]] == .string("ü \"\\\n"))
      for named in Self.tensors {
        guard case .array(let pair)? = json[["tensors", named.name]],
          case .array(let values) = pair[1]
        else {
          Issue.record("Python does not see \(named.name)")
          continue
        }
        #expect(pair[0] == .array(named.tensor.shape.dimensions.map { .int($0) }))
        let numbers = values.map { value -> Float in
          switch value {
          case .int(let number): Float(number)
          case .double(let number): Float(number)
          default: .nan
          }
        }
        #expect(numbers == named.tensor.elements)
      }
    }
  }

  static let badHeaders: [(String, Int)] = [
    ("", 0), ("[]", 0), ("{", 0), ("{}x", 0), ("{} ", 4), ("{\"a\":1}", 0),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 3),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 5),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, 4),
    (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4),
    (#"{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}"#, 4),
    (#"{"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}"#, 8),
    (#"{"a":{"dtype":"F32","shape":[1]}}"#, 4),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,4]}}"#, 4),
    (#"{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 4),
    (#"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#, 0),
    (#"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,0]}}"#, 0),
    (#"{"a":{"dtype":"F32","shape":[1000000000],"data_offsets":[0,4000000000]}}"#, 4),
    // The same name twice, overlapping and gaping neighbours.
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"#
        + #""data_offsets":[4,8]}}"#, 8
    ),
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"#
        + #""data_offsets":[4,8]}}"#, 8
    ),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"#
        + #""data_offsets":[8,12]}}"#, 12
    ),
    (#"{"__metadata__":{"a":1}}"#, 0), (#"{"__metadata__":{"a":"1","a":"2"}}"#, 0),
    (#"{"a\q":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 4),
  ]

  @Test("refuses what is no whole file, saying which file and why", arguments: badHeaders)
  func refuses(_ header: String, _ data: Int) {
    #expect {
      try Self.read(Self.bytes(header, data: data))
    } throws: {
      guard case ModelError.badWeights(let file, let problem, let remedy) = $0 else { return false }
      return file.hasSuffix("t.safetensors") && !problem.isEmpty && !remedy.isEmpty
    }
  }

  @Test("refuses a header longer than the file before reading it") func longHeader() {
    #expect(throws: ModelError.self) {
      try Self.read([UInt8](repeating: 0xFF, count: 8) + Array("{}".utf8))
    }
    #expect(throws: ModelError.self) { try Self.read([2, 0, 0, 0, 0, 0, 0, 0x40, 0x7B, 0x7D]) }
  }

  @Test(
    "knows PyTorch's own files, and numbers that it does not take, and says how to write others")
  func remedies() throws {
    try withTemporaryFolder { folder in
      func refusal(_ bytes: [UInt8]) throws -> String {
        let file = folder.appendingPathComponent("w.bin")
        try Data(bytes).write(to: file)
        let error = #expect(throws: ModelError.self) { try SafeTensors.read(file) }
        return try #require(error).description
      }
      for start: [UInt8] in [
        [0x50, 0x4B, 3, 4, 0, 0, 8, 8], [0x80, 2, 0x7D, 0x71, 0, 0x58, 6, 0],
      ] {
        let text = try refusal(start + [UInt8](repeating: 1, count: 100))
        #expect(text.contains("pickle") && text.contains("save_file"))
      }
      let header = Array(#"{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}"#.utf8)
      let text = try refusal(
        [UInt8(header.count), 0, 0, 0, 0, 0, 0, 0] + header + [UInt8](repeating: 0, count: 8))
      #expect(text.contains("F64") && text.contains(".float()"))
    }
  }

  @Test("refuses a missing file and a folder") func missing() throws {
    try withTemporaryFolder { folder in
      #expect {
        try SafeTensors.read(folder.appendingPathComponent("none"))
      } throws: {
        if case FileError.missing = $0 { true } else { false }
      }
      #expect {
        try SafeTensors.read(folder)
      } throws: {
        if case FileError.unreadable = $0 { true } else { false }
      }
    }
  }

  @Test("refuses every truncation of a file") func truncations() throws {
    let whole = try Self.written()
    try withTemporaryFolder { folder in
      for length in 0..<whole.count {
        #expect(throws: ModelError.self, "\(length) bytes") {
          try Self.read(Array(whole.prefix(length)), in: folder)
        }
      }
    }
    #expect(throws: ModelError.self) { try Self.read(whole + [0]) }
  }

  @Test("survives 2,000 random corruptions, and never takes more memory than the file holds")
  func corruptions() throws {
    let whole = try Self.written()
    var random = RandomStream(seed: 6)
    let refused = try withTemporaryFolder { folder in
      try (0..<2000).filter { _ in
        var bytes = whole
        for _ in 0...random.integer(below: 4) {
          // Mostly in the header: flipped bits, digits, quotes and brackets.
          let place = random.integer(below: random.integer(below: 4) == 0 ? bytes.count : 300)
          bytes[place] =
            random.integer(below: 2) == 0
            ? bytes[place] ^ UInt8(1 << random.integer(below: 8))
            : Array("0123456789{}[]\",:\\-".utf8)[random.integer(below: 19)]
        }
        do {
          let tensors = try Self.read(bytes, in: folder)
          #expect(tensors.reduce(0) { $0 + $1.tensor.count } * 4 <= bytes.count)
          return false
        } catch is ModelError {
          return true
        }
      }
    }
    #expect(refused.count > 500 && refused.count < 2000)
  }
}
