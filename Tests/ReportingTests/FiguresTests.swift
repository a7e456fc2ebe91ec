import Evaluation
import Foundation
import Imaging
import TensorCore
import Testing

@testable import Reporting

/// Figures in the shapes that break figures: one epoch, many, gaps, long names, many classes.
enum Examples {
  static func curves(_ epochs: Int, gap: Bool = false, name: String = "Training") -> CurvesFigure {
    var loss = [Double]()
    for epoch in 1...epochs { loss.append(gap && epoch % 3 == 0 ? .nan : 2 / Double(epoch) + 0.3) }
    let test: [Double] = loss.map { $0 + 0.2 }
    let accuracy: [Double] = loss.map { 1 - $0 / 3 }
    return CurvesFigure(
      panels: [
        .init(
          title: "Loss",
          series: [
            .init(name: name, values: loss),
            .init(name: "PublicTest", values: test),
          ]),
        .init(title: "Accuracy", series: [.init(name: "PublicTest", values: accuracy)]),
      ], bestEpoch: epochs)
  }

  static func confusion(_ classes: Int, name: String = "Class") -> ConfusionFigure {
    var counts = [[Int]](repeating: [Int](repeating: 3, count: classes), count: classes)
    for index in 0..<classes { counts[index][index] = 400 }
    return ConfusionFigure(
      title: "PublicTest: accuracy 60.1 %", classNames: (0..<classes).map { "\(name) \($0)" },
      counts: counts)
  }

  /// Runs side by side, each with its ring.
  static func compared(_ runs: Int, name: String = "run") -> CurvesFigure {
    func series(_ run: Int) -> CurvesFigure.Series {
      let values: [Double] = (0..<10 + run).map { Double(20 - $0 + run) / 20 }
      return CurvesFigure.Series(name: "\(name) \(run)", values: values, ringedEpoch: 8)
    }
    let titles = ["Training loss", "Choosing loss", "Choosing accuracy", "Choosing macro F1"]
    return CurvesFigure(
      panels: titles.map { CurvesFigure.Panel(title: $0, series: (0..<runs).map(series)) })
  }

  /// F1 by class; the last run does not know the first class.
  static func scores(_ classes: Int, runs: Int, name: String = "Surprise") -> ClassScoresFigure {
    func series(_ run: Int) -> ClassScoresFigure.Series {
      var values: [Double?] = (0..<classes).map { Double(($0 * 7 + run * 3) % 20) / 19 }
      if run == runs - 1 { values[0] = nil }
      return ClassScoresFigure.Series(name: "run \(run)", values: values)
    }
    return ClassScoresFigure(
      title: "F1 by class", classNames: (0..<classes).map { "\(name) \($0)" },
      series: (0..<runs).map(series))
  }

  static let samples = SamplesFigure(samples: (0..<11).map { sample($0) })

  static func augmented(_ samples: [ReportSample]) -> SamplesFigure {
    SamplesFigure(
      samples: samples,
      augmented: [
        ("training examples", (0..<8).map { sample($0).picture }),
        ("as epoch 1 shows them", (0..<10).map { sample($0).picture }),
      ])
  }

  static func image(_ index: Int) -> GrayImage {
    let height = index == 3 ? 24 : 48
    let pixels: [UInt8] = (0..<48 * height).map { UInt8(($0 * 5 + index * 40) % 256) }
    return GrayImage(width: 48, height: height, pixels: pixels)
  }

  static func sample(_ index: Int, explained: Bool = false) -> ReportSample {
    let image = image(index)
    return ReportSample(
      row: 100 + index, picture: .image(image),
      truth: index == 5 ? "Something with a very long name" : "Happy",
      answers: [
        .init(
          name: index % 3 == 0 ? "Disgust and then some more words" : "Happy", probability: 0.873),
        .init(name: "Sad", probability: 0.1), .init(name: "<Fear>", probability: 0.027),
      ],
      explanation: explained
        ? SampleExplanation(picture: .image(image.rgb()), caption: "<Happy>, R² 0.71") : nil)
  }

  /// `count` answers, sure ones more often right than they say, or the other way round.
  static func reliability(_ count: Int, tooSure: Bool = false) -> ReliabilityFigure {
    let confidences = (0..<count).map { Double($0 % 100 + 1) / 100 }
    return ReliabilityFigure(
      title: "Calibration error (ECE) 7.1 %",
      bins: CalibrationBin.bins(
        confidences: confidences,
        isCorrect: confidences.indices.map {
          Double($0 * 7 % 10) < 10 * confidences[$0] * (tooSure ? 0.5 : 1.5)
        }))
  }

  /// What disturbances leave, one of them without any harm and one of them with a single severity.
  static let robustness = RobustnessFigure(
    panels: ["Noise", "Blur", "Brightness", "Rotation", "Occlusion"].enumerated().map {
      kind, title in
      let severities: [Double] =
        kind == 4 ? [0] : kind % 2 == 0 ? [0, 8, 16, 32, 64] : [-100, -50, 0, 50, 100]
      return RobustnessFigure.Panel(
        title: title, unit: "grey levels (deviation)",
        points: severities.map { severity in
          let share = kind == 0 ? 1 : 1 - abs(severity) / 120
          return .init(
            severity: severity, share: share, low: max(0, share - 0.05), high: min(1, share + 0.05))
        })
    }, baseline: 0.25)

  /// Groups of pictures, in one panel fewer, with long ranges.
  static let quality = QualityFigure(
    panels: ["Brightness", "Contrast", "Sharpness"].enumerated().map { kind, title in
      QualityFigure.Panel(
        title: title, unit: "variance of the Laplacian",
        groups: (0..<(kind == 1 ? 2 : 4)).map { index in
          let share = 0.5 + 0.1 * Double(index)
          let name =
            kind == 2 ? "\(1234 * (index + 1))–\(1234 * (index + 2))" : "\(index)–\(index + 1)"
          return .init(name: name, share: share, low: share - 0.1, high: share + 0.1)
        })
    }, overall: 0.66)

  /// Doubtful data, with a picture of two labels.
  static let audit: RunReport.Audit = {
    var audit = RunReport.Audit(notes: ["12 of the reported rows look like one learnt from."])
    audit.findings = .init(columns: ["found", "count"], rows: [["equal pictures", "12"]])
    audit.classes = .init(columns: ["class", "Training"], rows: [["<Happy>", "700"]])
    audit.examples = [
      .init(
        title: "the same picture with two labels",
        faces: [
          .init(image: image(1), caption: "Angry, Training", row: 17),
          .init(image: image(1), caption: "Sad, PublicTest", row: 4711),
        ])
    ]
    return audit
  }()

  /// How three classes are told from the rest.
  static func ranking(_ kind: RankingCurvesFigure.Kind) -> RankingCurvesFigure {
    let labels = (0..<60).map { $0 % 3 }
    let values: [Float] = labels.indices.flatMap { row in
      (0..<3).map { Float((row * 7 + $0 * 5) % 11 + ($0 == labels[row] ? 6 : 0)) / 40 }
    }
    return RankingCurvesFigure(
      kind,
      OneVersusRest(
        probabilities: Tensor([60, 3], values), labels: labels, classes: ["A", "B", "<C>"]))
  }

  /// Runs side by side of which the last goes astray.
  static func astray(_ runs: Int, to worst: Double = 1e12) -> CurvesFigure {
    var figure = compared(runs)
    for panel in figure.panels.indices {
      figure.panels[panel].cutsOutliers = panel < 2
      let last = figure.panels[panel].series.indices.last ?? 0
      for epoch in 5..<figure.panels[panel].series[last].values.count where panel < 2 {
        figure.panels[panel].series[last].values[epoch] = epoch < 8 ? worst : .nan
      }
    }
    return figure
  }

  /// A range test of `count` steps that explodes at its end.
  static func range(_ count: Int, explodes: Bool = true, title: String = "vgg10")
    -> LearningRateFigure
  {
    let shares = (0..<count).map { Double($0) / Double(max(1, count - 1)) }
    let smoothed = shares.map { 2 - 1.2 * $0 + (explodes && $0 > 0.8 ? 90 * ($0 - 0.8) : 0) }
    var figure = LearningRateFigure(
      title: title, rates: shares.map { 1e-5 * pow(10, 6 * $0) },
      losses: smoothed.enumerated().map { $1 + ($0 % 2 == 0 ? 0.2 : -0.2) }, smoothed: smoothed)
    figure.minimum = figure.rates.last { $0 <= 0.6 } ?? 1
    figure.steepest = figure.minimum.map { $0 / 30 }
    figure.suggestion = figure.minimum.map { $0 / 10 }
    return figure
  }

  /// What faces show over time; each goes away for a while in the middle.
  static func timeline(_ faces: Int, classes: Int = 7, name: String = "Surprise") -> TimelineFigure
  {
    let panels = (0..<faces).map { face in
      TimelineFigure.Panel(
        title: "face \(face + 1)",
        points: (0..<90).filter { !(40..<55).contains($0) }.map { place in
          let levels = (0..<classes).map { 1 + sin(Double(place * ($0 + 1) + face) / 9) }
          let sum = levels.reduce(1e-9, +)
          return (seconds: Double(place) / 3, probabilities: levels.map { $0 / sum })
        })
    }
    return TimelineFigure(
      title: "talk.mp4: what faces show over time", panels: panels,
      classNames: (0..<classes).map { "\(name) \($0)" }, range: 0...30, gap: 1)
  }

  static let all: [(name: String, figure: any Figure)] = [
    ("curves-1", curves(1)), ("curves-12", curves(12)), ("curves-200", curves(200)),
    ("curves-gaps", curves(40, gap: true)),
    ("curves-long", curves(5, name: String(repeating: "a long name ", count: 12))),
    (
      "curves-nan",
      CurvesFigure(panels: [.init(title: "Loss", series: [.init(name: "x", values: [.nan, .nan])])])
    ),
    ("curves-empty", CurvesFigure(panels: [.init(title: "Loss", series: [])])),
    ("confusion-2", confusion(2)), ("confusion-7", confusion(7, name: "Surprise")),
    ("confusion-20", confusion(20, name: "A class with a long name, number")),
    ("confusion-100", confusion(100, name: "A class with a long name, number")),
    ("confusion-300", confusion(300)), ("samples", samples),
    ("samples-augmented", augmented(samples.samples)), ("augmented-alone", augmented([])),
    ("range", range(200)), ("range-one", range(1)), ("range-falling", range(30, explodes: false)),
    ("range-long", range(50, title: String(repeating: "a long title ", count: 9))),
    (
      "range-bare",
      LearningRateFigure(title: "x", rates: [0.1, 0.2], losses: [1, .nan], smoothed: [1, 1])
    ),
    ("compared-2", compared(2)), ("compared-18", compared(18, name: "runs/a long name, number")),
    ("scores-7", scores(7, runs: 2)), ("scores-2", scores(2, runs: 1)),
    ("scores-100", scores(100, runs: 18, name: "A class with a long name, number")),
    ("astray-2", astray(2)), ("astray-18", astray(18, to: 1e300)),
    ("roc-2", ranking(.roc, 2, rows: 300)),
    ("precision-recall-2", ranking(.precisionRecall, 2, rows: 300)),
    ("roc-7", ranking(.roc, 7, rows: 3589, name: "Surprise")),
    ("precision-recall-7", ranking(.precisionRecall, 7, rows: 3589, name: "Surprise")),
    ("roc-100", ranking(.roc, 100, rows: 4000, name: "A class with a very, very long name")),
    ("precision-recall-100", ranking(.precisionRecall, 100, rows: 4000)),
    ("roc-few", ranking(.roc, 7, rows: 3)),
    ("precision-recall-few", ranking(.precisionRecall, 7, rows: 3)),
    ("roc-ties", ranking(.roc, 3, rows: 50, levels: 2)),
    ("roc-never", ranking(.roc, 7, rows: 500, never: 2)),
    ("precision-recall-never", ranking(.precisionRecall, 7, rows: 500, never: 2)),
    ("roc-none", ranking(.roc, 2, rows: 1)),
    ("reliability", reliability(2000)), ("reliability-too-sure", reliability(100, tooSure: true)),
    ("robustness", robustness), ("quality", quality),
    (
      "robustness-one",
      RobustnessFigure(panels: [.init(title: "Noise", unit: "grey levels", points: [])])
    ),
    ("timeline-1", timeline(1)), ("timeline-6", timeline(6)), ("timeline-none", timeline(0)),
    ("timeline-100", timeline(2, classes: 100, name: "A class with a very, very long name")),
    ("reliability-one", reliability(1)), ("reliability-many", reliability(12_345_678 / 1000)),
  ]
}

@Suite struct FiguresTests {
  @Test(
    "all texts lie inside the picture and none touches another",
    arguments: Examples.all.indices)
  func texts(_ index: Int) throws {
    let (name, figure) = Examples.all[index]
    try expectReadable(figure, name)
  }

  @Test(
    "PNG has the announced size, SVG is well-formed XML whose names carry the prefix",
    arguments: Examples.all.indices)
  func formats(_ index: Int) throws {
    let figure = Examples.all[index].figure
    let image = try ImageFile.decode(figure.png(scale: 1)).rgb()
    #expect(image.width == Int(figure.size.width.rounded(.up)))
    #expect(image.height == Int(figure.size.height.rounded(.up)))
    #expect(image.pixels.prefix(3).elementsEqual([255, 255, 255]))
    #expect(Set(image.pixels).count > 3)
    let svg = try figure.svg(idPrefix: "p-")
    #expect(isWellFormed(svg))
    #expect(svg.contains("id=\"p-"))
    #expect(svg.contains("href=\"#p-"))
    #expect(!svg.contains("href=\"#g"))
  }

  @Test("ticks are round, inside the axis and never many")
  func ticks() {
    for (low, high) in [(0.0, 1.0), (0.31, 0.34), (-5, 900), (2, 2), (1e-7, 3e-7), (0, 0)] {
      let axis = Axis(covering: [low, .nan, high], count: 5)
      #expect((2...8).contains(axis.ticks.count), "\(low)...\(high): \(axis.ticks)")
      #expect(axis.low <= low + 1e-12 && axis.high >= high - 1e-12)
      #expect(Set(axis.ticks.map(axis.label)).count == axis.ticks.count)
    }
    #expect(
      Axis(covering: [1, 200], count: 8, integers: true).ticks.allSatisfy { $0 == $0.rounded() })
    #expect(
      Axis(covering: [0, 1], count: 5).ticks.map { ($0 * 10).rounded() } == [0, 2, 4, 6, 8, 10])
  }
}

/// True where every element that opens also closes, in order, and every number is one.
func isWellFormed(_ xml: String) -> Bool {
  var open = [Substring]()
  for tag in xml.matches(of: /<(\/?)([A-Za-z][\w:]*)([^<>]*?)(\/?)>/) {
    if !tag.1.isEmpty {
      guard open.popLast() == tag.2 else { return false }
    } else if tag.4.isEmpty {
      open.append(tag.2)
    }
  }
  return open.isEmpty && xml.contains("<svg") && !xml.contains("NaN") && !xml.contains("nan")
}
