/// What a reader must know to read a figure rightly; page and notebook say it in the same words.
enum ReportWords {
  static let label =
    "A label is what somebody read in a picture, not what the person felt. Do not decide about "
    + "people with these answers."

  static let curves =
    "Loss and accuracy after each epoch. \"Training\" is measured while learning, on pictures "
    + "changed at random, and its loss is the one that is minimised: with smoothed labels and class weights "
    + "where the run has them. So it may look worse than it is; \"choosing\" is the split that picked "
    + "the best epoch, marked by the dashed line. Where training goes on improving and choosing "
    + "does not, the network learns its examples by heart."

  static let comparedCurves =
    "Each run after each epoch; the ring is the epoch whose weights were kept. \"Training\" is "
    + "measured while learning, on pictures changed at random, and by the loss that the run minimises, which label "
    + "smoothing and class weights change; \"choosing\" is the split that picked "
    + "the best epoch."

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

  static let explanations =
    "With each face stands why the network gave its answer, as LIME sees it: orange parts spoke for "
    + "the answer, blue parts against it, each face with its own scale. R² says how well this "
    + "simple picture, the surrogate, fits what the network really does nearby. What speaks against an explanation, "
    + "such as a low R², is said below it: do not go by one of which much is said."

  static let errors =
    "The surest wrong answers, spread over the classes. Look for labels that you would dispute, "
    + "too: data sets of faces have many."

  static let interval =
    "The 95 % intervals are from a bootstrap: rows are drawn anew from those reported, as many, a "
    + "thousand times. They say how far other rows of the same kind would have moved the figure, and nothing of "
    + "another training or other kinds of faces."

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

  static let audit =
    "What mien prepare found when it compared all pictures. Copies of rows learnt from make figures too "
    + "good; copies with two labels bound how good they can be."

  static let confusedPairs =
    "The labels that were most often taken for another class. Where a pair is confused both ways, the "
    + "two are hard to tell apart; where one way only, the network prefers one of them."

  /// What no network that reads labels off faces may be used for.
  static let misuses = [
    "Deciding about people: hiring, grading, lending, insurance, policing, border control, "
      + "health, or anything else in which somebody gains or loses by an answer. In the European "
      + "Union inferring emotions at work and in education is prohibited, but for medical and safety "
      + "reasons (Regulation (EU) 2024/1689, article 5).",
    "Saying what somebody feels, means or intends. A label is what an annotator read in a picture; "
      + "expressions do not map to feelings reliably, across people, cultures or situations "
      + "(Barrett et al. 2019, DOI 10.1177/1529100619832930).",
    "Watching people who have not agreed to it, or telling people apart by age, sex, origin, "
      + "disability or health.",
    "Pictures unlike those it learnt from without measuring it on them first: other cameras, poses, "
      + "ages and origins. How its errors are spread over such groups is not known, for the data do "
      + "not say who is in a picture.",
  ]
}
