public import Imaging

extension RunReport {
  /// What is doubtful in the data that a report is about.
  public struct Audit: Sendable {
    /// A picture of an example.
    public struct Face: Sendable {
      /// The picture.
      public var image: GrayImage
      /// Its class and its split.
      public var caption: String
      /// Its row in the source.
      public var row: Int

      /// A picture from its parts.
      public init(image: GrayImage, caption: String, row: Int) {
        (self.image, self.caption, self.row) = (image, caption, row)
      }
    }

    /// Pictures that are worth a look together.
    public struct Example: Sendable {
      /// What is wrong with them.
      public var title: String
      /// The pictures.
      public var faces: [Face]

      /// An example from its pictures.
      public init(title: String, faces: [Face]) { (self.title, self.faces) = (title, faces) }
    }

    /// What it means for the figures, one paragraph each.
    public var notes: [String]
    /// A row a kind of finding.
    public var findings = Table(columns: [], rows: [])
    /// A row a class, a column a split.
    public var classes = Table(columns: [], rows: [])
    /// Pictures of some findings.
    public var examples: [Example] = []

    /// An audit that has only remarks; the other parts are added.
    public init(notes: [String]) { self.notes = notes }
  }
}

extension RunReport.Audit {
  /// It as a part of a page. Throws `ImagingError`.
  func html() throws(ImagingError) -> HTML {
    var cards: [HTML] = []
    for example in examples {
      var faces: [HTML] = []
      for face in example.faces {
        faces.append(
          .tag(
            "div",
            .image(png: try face.image.png(), alternative: "row \(face.row)", kind: "face"),
            .tag("p", .text(face.caption)), .tag("p", ["class": "quiet"], .text("row \(face.row)"))
          ))
      }
      cards.append(
        .tag(
          "article", ["class": "card found"],
          .tag("p", ["class": "verdict"], .text(example.title)),
          .tag("div", ["class": "pictures"], faces)))
    }
    return .lines(
      notes.map { .remark($0) } + [
        .table(findings),
        cards.isEmpty ? .empty : .tag("div", ["class": "cards explained"], .lines(cards)),
        .titled("Rows by class and split", .table(classes)),
      ])
  }
}
