internal import CVideoInterface
public import Foundation
internal import Imaging
internal import TensorCore

/// Where a video comes from.
public enum VideoSource: Sendable, Hashable {
  /// A file.
  case file(URL)
  /// A camera of Video4Linux, by its device, such as `/dev/video0`.
  case camera(device: String)

  /// `camera:0`, `camera:/dev/video2`; nil for what names no camera.
  public init?(camera text: String) {
    guard text.hasPrefix("camera:") else { return nil }
    let name = text.dropFirst("camera:".count)
    if !name.isEmpty, name.allSatisfy({ ("0"..."9").contains($0) }) {
      self = .camera(device: "/dev/video\(name)")
    } else if name.hasPrefix("/dev/") {
      self = .camera(device: String(name))
    } else {
      return nil
    }
  }

  /// What errors and rows call it.
  public var name: String {
    switch self {
    case .file(let url): url.relativePath
    case .camera(let device): device
    }
  }

  /// Whether it ends by itself.
  public var isCamera: Bool {
    if case .camera = self { true } else { false }
  }
}

/// Reads the pictures of a video one after another; one is in memory at a time. Serves one thread at a
/// time.
public final class VideoReader: FrameSource {
  /// Where it comes from.
  public let source: VideoSource
  /// The size that the file or the camera promises.
  public let (width, height): (Int, Int)
  /// Frames a second, as the file says; nil where it does not.
  public let framesPerSecond: Double?
  /// How many frames there are, as the file says; nil where it does not, and for cameras.
  public let frameCount: Int?
  /// A camera's pictures do not wait.
  public var isLive: Bool { source.isCamera }

  private let functions: mien_video_functions
  private let reader: OpaquePointer
  private var nextFrame = 0
  private var lastSeconds = 0.0
  /// The time of a frame that was reached behind damaged ones, in milliseconds.
  private var reached: Double?
  private let start = ContinuousClock.now

  /// Opens a file or a camera. Throws `FileError.missing`, `VideoError`.
  public init(_ source: VideoSource) throws {
    self.source = source
    let functions = try VideoLibrary.functions()
    var opened: OpaquePointer?
    var info = mien_video_info()
    let path = try Self.path(of: source)
    let (status, message) = withVideoMessage {
      source.isCamera
        ? functions.open_camera(path, &opened, &info, $0)
        : functions.open_file(path, &opened, &info, $0)
    }
    guard status == MIEN_VIDEO_OK, let opened else {
      throw VideoError.cannotOpen(
        path: source.name,
        problem: message
          + (source.isCamera
            ? "; is another program using it?"
            : ", expected a video such as MP4, MKV, WebM or AVI; one that was cut off may have lost its index")
      )
    }
    (reader, self.functions) = (opened, functions)
    (width, height) = (Int(info.width), Int(info.height))
    framesPerSecond = info.frames_per_second > 0 ? info.frames_per_second : nil
    frameCount = !source.isCamera && info.frame_count > 0 ? Int(info.frame_count) : nil
  }

  deinit { functions.close_reader(reader) }

  /// So many frames in a row are passed over before a file counts as broken off.
  private static let mostDamaged = 300

  /// How far before a time it goes, in seconds, for times and numbers of frames agree roughly only in
  /// some files; less than that is passed over one by one.
  private static let margin = 2.0

  /// Goes on to shortly before a time, where the file knows how. Frames then have the numbers that
  /// they have at the file's rate. Throws `VideoError.cannotOpen`.
  public func skip(to seconds: Double) throws {
    guard !source.isCamera, nextFrame == 0, seconds > 2 * Self.margin else { return }
    var next: Int64 = 0
    let (status, message) = withVideoMessage {
      functions.skip(reader, 1000 * (seconds - Self.margin), &next, $0)
    }
    guard status == MIEN_VIDEO_OK else {
      throw VideoError.cannotOpen(path: source.name, problem: message)
    }
    nextFrame = Int(next)
  }

  /// The next frame; nil at the end. Where `isWanted` says no its picture is passed over, which
  /// costs less.
  ///
  /// Throws `VideoError.breaksOff` where the file ends far before what it promises, or a camera gives
  /// no more pictures.
  public func next(isWanted: (VideoPosition) -> Bool = { _ in true }) throws -> VideoFrame? {
    var milliseconds = -1.0
    if let reached {
      (milliseconds, self.reached) = (reached, nil)
    } else {
      guard let damaged = try advance(&milliseconds) else { return nil }
      if damaged > 0 {
        reached = milliseconds
        return passOver(damaged, isWanted)
      }
    }
    let position = VideoPosition(frame: nextFrame, seconds: seconds(milliseconds))
    lastSeconds = position.seconds
    nextFrame += 1
    guard isWanted(position) else {
      return VideoFrame(position: position, image: nil, problem: nil)
    }
    var picture = mien_video_picture()
    let (decoded, message) = withVideoMessage { functions.picture(reader, &picture, $0) }
    guard decoded == MIEN_VIDEO_OK, let rgb = picture.rgb else {
      return VideoFrame(position: position, image: nil, problem: message)
    }
    let (width, height) = (Int(picture.width), Int(picture.height))
    let pixels = Array(UnsafeBufferPointer(start: rgb, count: 3 * width * height))
    return VideoFrame(
      position: position, image: RGBImage(width: width, height: height, pixels: pixels),
      problem: nil)
  }

  /// Goes on to the next frame that can be decoded and gives how many before it cannot; nil at the end.
  private func advance(_ milliseconds: inout Double) throws(VideoError) -> Int? {
    var damaged = 0
    while true {
      let (status, failure) = withVideoMessage { functions.advance(reader, &milliseconds, $0) }
      if status == MIEN_VIDEO_OK { return damaged }
      damaged += 1
      // What the file promises may lie behind a damaged spot.
      guard let frameCount, nextFrame + damaged < frameCount, damaged < Self.mostDamaged else {
        try checkEnd(failure)
        return nil
      }
    }
  }

  /// What is said of damaged frames: once, in place of the first of them.
  private func passOver(_ damaged: Int, _ isWanted: (VideoPosition) -> Bool) -> VideoFrame {
    let position = VideoPosition(frame: nextFrame, seconds: expectedSeconds)
    nextFrame += damaged
    lastSeconds = position.seconds
    let words = damaged == 1 ? "a damaged frame" : "\(damaged) damaged frames"
    return VideoFrame(
      position: position, image: nil,
      problem: isWanted(position) ? "\(words) passed over" : nil)
  }

  private var expectedSeconds: Double {
    if source.isCamera { return (ContinuousClock.now - start) / .seconds(1) }
    guard nextFrame > 0 else { return 0 }
    return lastSeconds + 1 / (framesPerSecond ?? 25)
  }

  /// Time never runs backwards, whatever a file says.
  private func seconds(_ milliseconds: Double) -> Double {
    if source.isCamera { return expectedSeconds }
    let told = milliseconds / 1000
    let isPlausible = told.isFinite && told >= lastSeconds && (told > 0 || nextFrame == 0)
    return isPlausible ? told : expectedSeconds
  }

  /// A file promises its frames by count or by length, which may be a few off.
  private func checkEnd(_ failure: String) throws(VideoError) {
    let last = VideoPosition(frame: max(0, nextFrame - 1), seconds: lastSeconds)
    if source.isCamera {
      throw .breaksOff(path: source.name, at: last, problem: "the camera gives no more pictures")
    }
    guard nextFrame > 0 else {
      throw .cannotOpen(path: source.name, problem: "it has no picture that can be decoded")
    }
    guard let frameCount else { return }
    if Double(nextFrame) < 0.98 * Double(frameCount) - 2 {
      throw .breaksOff(
        path: source.name, at: last,
        problem: "the file promises \(frameCount) frames, and the rest is missing or damaged"
          + (failure.isEmpty ? "" : " (\(failure))"))
    }
  }

  private static func path(of source: VideoSource) throws -> String {
    switch source {
    case .file(let url):
      // An absolute path can be mistaken for no protocol.
      let path = url.absoluteURL.path
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
        !isFolder.boolValue
      else {
        throw FileError.missing(
          path: url.relativePath, expected: "a video", remedy: "check the name")
      }
      return path
    case .camera(let device):
      guard FileManager.default.fileExists(atPath: device) else {
        throw FileError.missing(
          path: device, expected: "a camera",
          remedy: "plug one in, look for its name with ls /dev/video*, or name a video file")
      }
      return device
    }
  }
}
