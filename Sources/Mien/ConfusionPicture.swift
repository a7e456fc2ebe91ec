public import Evaluation
public import Reporting

/// The confusion matrix of measures as a figure.
public func confusionFigure(_ metrics: ClassificationMetrics, title: String) -> ConfusionFigure {
  ConfusionFigure(title: title, classNames: metrics.classes, counts: metrics.confusion.counts)
}

/// A share as people read it: `58.3 %`.
public func percent(_ share: Double) -> String {
  share.isFinite ? "\((1000 * share).rounded() / 10) %" : "?"
}
