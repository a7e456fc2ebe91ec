import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@testable import Training

private func history(_ values: [Double], _ metric: SelectionMetric = .accuracy) -> [EpochRecord] {
  values.enumerated().map { index, value in
    var record = EpochRecord(
      epoch: index + 1, learningRate: 1, trainLoss: 1, trainAccuracy: 0, selectLoss: 1,
      selectAccuracy: 0, selectMacroF1: 0, seconds: 1, imagesPerSecond: 1)
    switch metric {
    case .accuracy: record.selectAccuracy = value
    case .macroF1: record.selectMacroF1 = value
    case .balancedAccuracy: record.selectBalancedAccuracy = value
    case .loss: record.selectLoss = value
    case .epoch: break
    }
    return record
  }
}

@Suite("Choosing, stopping, averaging") struct SelectionTests {
  @Test(
    "the best epoch is the first of the best by the metric", arguments: SelectionMetric.allCases)
  func best(metric: SelectionMetric) {
    let values = [0.5, 0.9, 0.1, 0.9, 0.1]
    let expected =
      switch metric {
      case .loss: 3
      case .epoch: 5
      default: 2
      }
    #expect(metric.best(of: history(values, metric))?.epoch == expected)
    #expect(metric.best(of: []) == nil)
  }

  @Test("a run ends after so many epochs without progress, and not before") func stopping() {
    var stopping = EarlyStoppingConfiguration()
    let values = [0.5, 0.6, 0.605, 0.6, 0.61, 0.609]
    func due(_ metric: SelectionMetric = .accuracy) -> [Bool] {
      (0...values.count).map {
        stopping.isDue(after: history(Array(values.prefix($0)), metric), by: metric)
      }
    }
    #expect(due() == [false, false, false, false, false, false, false])
    stopping.patience = 2
    #expect(due() == [false, false, false, false, false, false, false])
    stopping.minDelta = 0.02
    #expect(due() == [false, false, false, false, true, true, true])
    #expect(due(.loss) == [false, false, false, true, true, true, true])
  }

  @Test("the average follows its formula, statistics included") func average() throws {
    var model = try Sequential(
      [LayerSpecification("dense", ["units": 3]), LayerSpecification("batch_norm")], input: [2],
      random: RandomStream(seed: 1))
    var average = ModelAverage(of: model, decay: 0.5)
    var expected = model.namedTensors().map { $0.tensor.elements.map(Double.init) }
    for step in 0..<12 {
      let change = { (_: String, tensor: inout Tensor) in
        tensor = randomTensor(tensor.shape, seed: UInt64(step + 2))
      }
      model.forEachParameter(change)
      model.forEachBuffer(change)
      average.take(&model, step: step)
      // 0.1, 2/11, 3/12 … and 0.5 from the eighth on.
      let kept = min(0.5, Double(1 + step) / Double(10 + step))
      for (index, named) in model.namedTensors().enumerated() {
        expected[index] = zip(expected[index], named.tensor.elements).map {
          kept * $0 + (1 - kept) * Double($1)
        }
      }
    }
    for (named, expected) in zip(average.model.namedTensors(), expected) {
      expectClose(named.tensor.elements, expected, absolute: 1e-6, named.name)
    }
    #expect(expected.count == 6)
  }

  @Test("impossible settings are refused by name") func refused() throws {
    var averaging = AveragingConfiguration()
    averaging.emaDecay = 1
    #expect(throws: SettingError.self) { try averaging.validate() }
    var stopping = EarlyStoppingConfiguration()
    stopping.minDelta = -1
    #expect {
      try stopping.validate()
    } throws: {
      "\($0)".contains("early_stopping.min_delta")
    }
  }
}
