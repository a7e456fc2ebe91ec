internal import TensorCore

/// One event of a TensorBoard file: what was known at a step, as the message `Event` of TensorFlow's
/// `event.proto` and `summary.proto` (https://github.com/tensorflow/tensorboard, `compat/proto`).
///
/// Numbers and pictures are `simple_value` and `image`, as PyTorch's `SummaryWriter` writes them, and
/// not tensors as those of TensorFlow 2 are: every reader understands them, also scripts that ask
/// TensorBoard's `EventAccumulator` for its `Scalars` and `Images`.
public struct TensorBoardEvent: Hashable, Sendable {
  /// A number of a curve.
  public struct Scalar: Sendable {
    /// The curve; what stands before `/` is its group.
    public var tag: String
    /// Its value at the step.
    public var value: Double
    /// What it is, for people, in Markdown.
    public var description: String

    /// A number under a tag.
    public init(tag: String, value: Double, description: String) {
      (self.tag, self.value, self.description) = (tag, value, description)
    }
  }

  /// Seconds since 1970, in UTC.
  public let wallTime: Double
  /// All of the message but the time.
  let body: [UInt8]

  private init(wallTime: Double, _ write: (inout ProtobufWriter) -> Void) {
    var writer = ProtobufWriter()
    write(&writer)
    (self.wallTime, body) = (wallTime, writer.bytes)
  }

  /// What every file begins with: the version of the format.
  public static func version(wallTime: Double) -> TensorBoardEvent {
    TensorBoardEvent(wallTime: wallTime) { $0.string("brain.Event:2", field: 3) }
  }

  /// Numbers at a step. Readers take descriptions from a tag's first event, so one is enough.
  public static func scalars(
    _ scalars: [Scalar], described: Bool, step: Int, wallTime: Double
  ) -> TensorBoardEvent {
    summary(step, wallTime) { summary in
      for scalar in scalars {
        summary.message(field: 1) { value in
          value.string(scalar.tag, field: 1)
          value.float(Float(scalar.value), field: 2)
          if described {
            metadata(&value, plugin: "scalars", scalar.description, dataClass: 1)
          }
        }
      }
    }
  }

  /// Pictures at a step.
  public static func pictures(
    _ pictures: [TensorBoardPicture], step: Int, wallTime: Double
  ) -> TensorBoardEvent {
    summary(step, wallTime) { summary in
      for picture in pictures {
        summary.message(field: 1) { value in
          value.string(picture.tag, field: 1)
          value.message(field: 4) { image in
            image.int(picture.height, field: 1)
            image.int(picture.width, field: 2)
            image.int(3, field: 3)  // channels: red, green, blue
            image.bytes(picture.png, field: 4)
          }
          metadata(&value, plugin: "images", picture.description, dataClass: 3)
        }
      }
    }
  }

  /// A text in Markdown at a step: a tensor of one string.
  public static func text(
    _ markdown: String, tag: String, description: String, step: Int, wallTime: Double
  ) -> TensorBoardEvent {
    summary(step, wallTime) { summary in
      summary.message(field: 1) { value in
        value.string(tag, field: 1)
        value.message(field: 8) { tensor in
          tensor.int(7, field: 1)  // DT_STRING
          tensor.message(field: 2) { shape in shape.message(field: 2) { $0.int(1, field: 1) } }
          tensor.string(markdown, field: 8)
        }
        metadata(&value, plugin: "text", description, dataClass: 2)
      }
    }
  }

  private static func summary(
    _ step: Int, _ wallTime: Double, _ write: (inout ProtobufWriter) -> Void
  ) -> TensorBoardEvent {
    TensorBoardEvent(wallTime: wallTime) { event in
      event.int(step, field: 2)
      event.message(field: 5, write)
    }
  }

  private static func metadata(
    _ value: inout ProtobufWriter, plugin: String, _ description: String, dataClass: Int
  ) {
    value.message(field: 9) { metadata in
      metadata.message(field: 1) { $0.string(plugin, field: 1) }
      metadata.string(description, field: 3)
      metadata.int(dataClass, field: 4)
    }
  }
}

extension TensorBoardEvent {
  /// The tag and type of `wall_time`, which stands first: field 1, eight bytes.
  private static let timeTag: UInt8 = 0x09

  /// The message.
  var message: [UInt8] {
    [Self.timeTag] + withUnsafeBytes(of: wallTime.bitPattern.littleEndian) { Array($0) } + body
  }

  /// Takes a message apart that `message` made; nil for others.
  init?(message: [UInt8]) {
    guard message.count >= 9, message[0] == Self.timeTag else { return nil }
    wallTime = Double(
      bitPattern: message[1..<9].reversed().reduce(0) { $0 << 8 | UInt64($1) })
    body = Array(message[9...])
  }

  /// Whether an event says the same, at whatever time.
  public func saysTheSame(as other: TensorBoardEvent) -> Bool { body == other.body }

  /// The step and the first tag of an event of numbers, pictures or texts; nil for others.
  public var summary: (step: Int, tag: String)? {
    var rest = body[...]
    func varint() -> Int? {
      var (value, shift) = (UInt64(0), UInt64(0))
      while let byte = rest.popFirst(), shift < 64 {
        value |= UInt64(byte & 0x7F) << shift
        if byte < 0x80 { return Int(exactly: value) }
        shift += 7
      }
      return nil
    }
    // The step, then the messages that begin at the same place: the summary, its first value, its tag.
    guard rest.popFirst() == 0x10, let step = varint() else { return nil }
    var length = 0
    for tag: UInt8 in [0x2A, 0x0A, 0x0A] {
      guard rest.popFirst() == tag, let size = varint(), size <= rest.count else { return nil }
      length = size
    }
    return (step, String(decoding: rest.prefix(length), as: UTF8.self))
  }
}

/// A picture for TensorBoard: a PNG file in RGB.
public struct TensorBoardPicture: Sendable {
  /// Its name; what stands before `/` is its group.
  public var tag: String
  /// What it shows, for people.
  public var description: String
  /// The file.
  public let png: [UInt8]
  /// Its size in pixels.
  public let width, height: Int

  /// A PNG file under a name; nil where it is none.
  public init?(tag: String, description: String, png: [UInt8]) {
    // The signature, then the header's length and name, then the size (PNG specification, 11.2.2).
    guard png.count >= 24, png.starts(with: [0x89, 0x50, 0x4E, 0x47]),
      png[12..<16].elementsEqual("IHDR".utf8)
    else { return nil }
    func size(_ start: Int) -> Int { png[start..<start + 4].reduce(0) { $0 << 8 | Int($1) } }
    (width, height) = (size(16), size(20))
    (self.tag, self.description, self.png) = (tag, description, png)
  }
}
