import Foundation
import TensorCore
import Testing

@testable import MienCommand

@Suite("Console")
struct ConsoleTests {
  @Test("a table aligns words left and numbers right, without trailing space")
  func table() {
    var table = Table([("class", .left), ("recall", .right), ("note", .left)])
    table.add(["Happy", "0.9", ""])
    table.add(["Sad", "0.25", "ok"])
    #expect(
      table.description == """
        class  recall  note
        Happy     0.9
        Sad      0.25  ok
        """)
  }

  @Test(
    "durations",
    arguments: [
      (0.0, "0.00 s"), (9.99, "9.99 s"), (9.999, "10 s"), (59.4, "59 s"), (59.6, "1 min 0 s"),
      (185, "3 min 5 s"), (7620, "2 h 07 min"), (.infinity, "?"), (.nan, "?"),
    ])
  func durations(seconds: Double, text: String) {
    #expect(humanDuration(seconds: seconds) == text)
  }

  @Test("one face, two faces; names that would disturb a terminal are spelled out")
  func words() {
    #expect(counted(1, "face") == "1 face" && counted(0, "face") == "0 faces")
    #expect("a\nb\t\u{1B}[31mc é".printable == "a\\nb\\t\\u{1b}[31mc é")
    var names = UniqueNames()
    #expect(["a", "a-2", "a", "a"].map { names.take($0) } == ["a", "a-2", "a-3", "a-4"])
  }

  @Test("the progress line shows share, rate and time left, and fits")
  func progressLine() {
    func line(_ done: Int, _ total: Int, _ seconds: Double, width: Int = 100) -> String {
      ProgressBar.line(
        label: "train", done: done, total: total, unit: "rows", seconds: seconds,
        suffix: "loss 1.5", width: width)
    }
    #expect(
      line(500, 1000, 5)
        == "train [###############...............] 50% 500/1000 rows, 100 rows/s, 5.00 s left, loss 1.5"
    )
    #expect(line(0, 1000, 0).contains("0% 0/1000 rows, loss 1.5"))
    #expect(line(1000, 1000, 5).contains("100% 1000/1000 rows"))
    #expect(line(0, 0, 1).contains("100% 0/0 rows"))
    for width in 0...120 { #expect(line(500, 1000, 5, width: width).count <= max(0, width - 1)) }
  }

  @Test("under --json people's text goes to stderr and results are one line each")
  func streams() throws {
    let (output, errors) = (Pipe(), Pipe())
    let console = Console(
      isJSON: true, output: output.fileHandleForWriting.fileDescriptor,
      errors: errors.fileHandleForWriting.fileDescriptor)
    try console.print("for people")
    try console.report(["b": 0.5, "a": 1]) { "never shown" }
    console.note("a remark")
    console.complain("two\nlines")
    let bar = ProgressBar("x", total: 1, unit: "y", console: console)
    bar.advance()
    try output.fileHandleForWriting.close()
    try errors.fileHandleForWriting.close()
    func text(_ pipe: Pipe) -> String {
      String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    }
    #expect(text(output) == "{\"a\":1,\"b\":0.5}\n")
    #expect(text(errors) == "for people\na remark\nmien: two lines\n")
  }

  @Test("no colour where stdout is no terminal")
  func noColour() {
    let console = Console(isJSON: false, output: Pipe().fileHandleForWriting.fileDescriptor)
    #expect(console.styled("x", .bold) == "x")
  }

  @Test("on a terminal there is colour, unless NO_COLOR or --json forbids it")
  func colour() throws {
    let terminal = try Terminal()
    func styled(_ environment: [String: String], isJSON: Bool = false) -> String {
      Console(
        isJSON: isJSON, output: terminal.descriptor, errors: terminal.descriptor,
        environment: environment
      ).styled("x", .bold)
    }
    #expect(styled(["TERM": "xterm"]) == "\u{1B}[1mx\u{1B}[0m")
    #expect(styled(["TERM": "xterm", "NO_COLOR": ""]) == "\u{1B}[1mx\u{1B}[0m")
    #expect(styled(["TERM": "xterm", "NO_COLOR": "1"]) == "x")
    #expect(styled(["TERM": "dumb"]) == "x")
    #expect(styled(["TERM": "xterm"], isJSON: true) == "x")
  }

  @Test("on a terminal the bar gives way to a remark, comes back, and leaves no trace")
  func progressOnTerminal() throws {
    let terminal = try Terminal()
    let console = Console(
      isJSON: true, output: Pipe().fileHandleForWriting.fileDescriptor,
      errors: terminal.descriptor, environment: ["TERM": "xterm"])
    #expect(console.showsProgress)
    let bar = ProgressBar("train", total: 2, unit: "rows", console: console)
    bar.advance(by: 2)
    console.note("a remark")
    bar.finish()
    let clear = "\r\u{1B}[K"
    let text = terminal.text()
    let parts = text.components(separatedBy: clear)
    try #require(parts.count == 4, "\(text.debugDescription)")
    #expect(parts[0].isEmpty)
    #expect(parts[1].hasPrefix("train [####") && parts[1].contains("100% 2/2 rows"))
    #expect(parts[2] == "a remark\r\n" + parts[1])
    #expect(parts[3].isEmpty)
  }
}

/// A terminal that the test reads.
private final class Terminal {
  let descriptor: Int32
  private let reader: Int32

  init() throws {
    // glibc's posix_openpt and its kin are hidden from Swift; these are the calls they make.
    let (setLock, getNumber) = (UInt(0x4004_5431), UInt(0x8004_5430))  // TIOCSPTLCK, TIOCGPTN
    reader = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    var (lock, number) = (Int32(0), Int32(0))
    try #require(reader >= 0 && ioctl(reader, setLock, &lock) == 0)
    try #require(ioctl(reader, getNumber, &number) == 0)
    descriptor = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
    try #require(descriptor >= 0)
  }

  deinit {
    close(descriptor)
    close(reader)
  }

  /// What has been written so far. The kernel hands it on piece by piece, after the writer has gone on,
  /// so that nothing more comes is known only when nothing has come for a while.
  func text() -> String {
    var text: [UInt8] = []
    var wanted = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
    while poll(&wanted, 1, 500) > 0 {
      var bytes = [UInt8](repeating: 0, count: 4096)
      let count = read(reader, &bytes, bytes.count)
      guard count > 0 else { break }
      text += bytes.prefix(count)
    }
    return String(decoding: text, as: UTF8.self)
  }
}
