/// What a reader must know to read a figure rightly; page and notebook say it in the same words.
enum ReportWords {
  static func curves(_ subject: ReportSubject) -> String {
    "Loss and accuracy after each epoch. \"Training\" is measured while learning, on "
      + "\(subject.changed), and its loss is the one that is minimised: with smoothed labels and class weights "
      + "where the run has them. So it may look worse than it is; \"choosing\" is the split that picked "
      + "the best epoch, marked by the dashed line. Where training goes on improving and choosing "
      + "does not, the network learns its examples by heart."
  }

  static func comparedCurves(_ subject: ReportSubject) -> String {
    "Each run after each epoch; the ring is the epoch whose weights were kept. \"Training\" is "
      + "measured while learning, on \(subject.changed), and by the loss that the run minimises, which label "
      + "smoothing and class weights change; \"choosing\" is the split that picked "
      + "the best epoch."
  }

  static let comparedResults =
    "The best epoch is the one whose weights were kept, measured on the split that chose it, so its "
    + "figures are somewhat too good, and the more runs are compared the more so. A temperature is most often "
    + "fitted on the same rows, which flatters figures with it, too."

  static let comparedTests =
    "McNemar's test looks at the rows that one run alone answered rightly: were both equally good, each "
    + "would be as likely to be of the one as of the other, and p says how likely so uneven a split "
    + "were. An interval holds 95 % of the differences that other rows of the same kind would have "
    + "given (bootstrap of paired rows). Both are about these weights: a run with another seed has "
    + "others, and how much that changes only more runs can say."

  static let disagreements =
    "The rows on which one run alone is right, those first of which both were surest. Look for what "
    + "they have in common, and for labels that you would dispute. All of them, and those that both "
    + "answered wrongly in different ways, are in disagreements.csv."

  static let confusion =
    "Each row is a labelled class, each column an answer; a cell says which share of the row got "
    + "that answer, and how many examples. A perfect network has a dark diagonal and nothing "
    + "else. Shares of classes with few examples are uncertain."

  static let perClass =
    "Precision: of the answers with this class, the share that fits the label. Recall: of the "
    + "examples with this label, the share that was found. F1 is their harmonic mean."

  static let calibration =
    "Answers sorted by how sure the network was. Where a bar ends on the diagonal, the network is "
    + "right as often as it says; below it, it is too sure of itself. The calibration error (ECE) "
    + "is the mean distance, weighted by the number of answers below. Bars of few answers mean "
    + "little."

  static let hits =
    "Typical right answers: of each class those in the middle between the ones that the network was "
    + "surest of and the ones it was least sure of."

  static func explanations(_ subject: ReportSubject) -> String {
    "With each \(subject.one) stands why the network gave its answer, as LIME sees it: what is orange spoke "
      + "for the answer, what is blue against it, each \(subject.one) with its own scale. R² says how well this "
      + "simple model, the surrogate, fits what the network really does nearby. What speaks against an explanation, "
      + "such as a low R², is said below it: do not go by one of which much is said."
  }

  static func errors(_ subject: ReportSubject) -> String {
    "The surest wrong answers, spread over the classes. \(subject.disputes)"
  }

  static func interval(_ subject: ReportSubject) -> String {
    "The 95 % intervals are from a bootstrap: rows are drawn anew from those reported, as many, a "
      + "thousand times. They say how far other rows of the same kind would have moved the figure, and "
      + "\(subject.beyondInterval)."
  }

  static let ranking =
    "How well the probability of a class tells its rows from all others, whatever threshold one would "
    + "choose. Left, the share of the class that is found against the share of the others that is taken for it: "
    + "an area of 1 is perfect, 0.5 is chance. Right, how many of those taken for the class are of it, "
    + "against how many are found: for rare classes this is the stricter one, and chance is the class's "
    + "share of the rows."

  static let robustness =
    "Rows once more, each picture made worse on purpose: noise, blur, light, a turn about the "
    + "centre, a grey patch. The ring is the pictures as they are, the band the 95 % interval of each "
    + "point, the dashed line what always answering the most frequent class would reach. All points are "
    + "of the same rows, so a difference between two of them is surer than their bands look. Where a curve falls "
    + "early, do not use the network on such pictures."

  static let quality =
    "The reported rows in four quarters by how bright, rich in contrast and sharp their pictures are, "
    + "with 95 % intervals; the dashed line is all rows. A quarter whose interval does not touch the line is "
    + "answered better or worse than the rest; whether because of its quality or of which classes and "
    + "people are in it, this does not say. Noise counts as sharpness, too."

  static func audit(_ subject: ReportSubject) -> String {
    "What mien prepare found when it compared all \(subject == .faces ? "pictures" : subject.many). Copies of rows learnt from make figures too "
      + "good; copies with two labels bound how good they can be."
  }

  /// On results by speaker, artist or corpus.
  static func groups(_ kind: String) -> String {
    "The rows of each \(kind) taken alone, the best first; the dashed line is all rows. Lines are Wilson's "
      + "95 % intervals: how far other rows of the same \(kind) would have moved its dot. Where dots lie "
      + "farther apart than their lines are long, the network is better on some than on others, and of what it is "
      + "worth on a new \(kind) no more is known than that range. Balanced accuracy is the mean recall of "
      + "the classes that occur."
  }

  static let confusedPairs =
    "The labels that were most often taken for another class. Where a pair is confused both ways, the "
    + "two are hard to tell apart; where one way only, the network prefers one of them."
}
