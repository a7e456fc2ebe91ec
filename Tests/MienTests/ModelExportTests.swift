import Foundation
import TestSupport
import Testing

@testable import Mien

/// Runs each file on the levels, whole and in parts, after the checker and the inference of shapes.
private let onnxCheck = """
  import json, sys
  import numpy, onnx, onnxruntime
  from safetensors.numpy import load_file, save_file

  folder = sys.argv[1]
  levels = load_file(folder + "/levels.safetensors")["levels"]
  images = numpy.ascontiguousarray(numpy.moveaxis(levels, -1, 1))
  told = {}
  for name in sys.argv[2].split(","):
      file = f"{folder}/{name}.onnx"
      onnx.checker.check_model(file, full_check=True)
      model = onnx.shape_inference.infer_shapes(
          onnx.load(file), check_type=True, strict_mode=True, data_prop=True)
      inferred = {v.name: [d.dim_param or d.dim_value for d in v.type.tensor_type.shape.dim]
                  for v in [*model.graph.value_info, *model.graph.output]}
      options = onnxruntime.SessionOptions()
      options.log_severity_level = 2
      session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
      whole = session.run(["logits", "probabilities"], {"levels": images})
      parts = [session.run(["probabilities"], {"levels": images[a:b]})[0]
               for a, b in [(0, 1), (1, 8), (8, len(images))]]
      save_file({"logits": whole[0], "probabilities": whole[1], "parts": numpy.concatenate(parts)},
                f"{folder}/{name}.safetensors")
      told[name] = {
          "metadata": dict(session.get_modelmeta().custom_metadata_map),
          "input": session.get_inputs()[0].shape, "nodes": len(model.graph.node),
          "shapes": [inferred.get(n.output[0]) for n in model.graph.node]}
  print(json.dumps(told))
  """

/// A checkpoint of any network, with random weights and running statistics.
private func checkpoint(
  _ model: ModelConfiguration, side: Int = 48, temperature: Double? = nil,
  preprocessing: Preprocessing? = nil, series: Shape? = nil, columns: Int? = nil, in folder: URL
) throws -> Checkpoint {
  let classes = ["Angry", "Disgust", "Fear", "Happy, \"very\"", "Sad", "Surprise", "Neutral ü"]
  var configuration = RunConfiguration()
  configuration.model = model
  configuration.classes = classes
  configuration.temperature = temperature
  let shape = series ?? columns.map { [$0] } ?? [side, side, 1]
  // Frames and rows have constants of their own by column.
  let normalisation =
    shape.rank == 3
    ? Normalisation(mean: 0.5077, standardDeviation: 0.2551)
    : Normalisation(
      mean: ChannelValues((0..<shape[-1]).map { 100 + 20 * Double($0) }),
      standardDeviation: ChannelValues((0..<shape[-1]).map { $0 == 2 ? 0 : 40 + 10 * Double($0) }),
      unit: 1)
  configuration.input = InputConfiguration(
    kind: ["table", "series", "image"][shape.rank - 1], shape: shape, normalisation: normalisation,
    preprocessing: preprocessing)
  var network = try model.build(
    input: shape, classes: classes.count, random: RandomStream(seed: 9))
  var random = RandomStream(seed: 10)
  func change(_ name: String, _ tensor: inout Tensor) {
    guard tensor.shape.rank == 1 else { return }
    let (count, isPositive) = (tensor.count, name.hasSuffix("variance"))
    tensor.write { values in
      for i in 0..<count {
        values[i] = isPositive ? random.uniform(0.5, 2) : values[i] + 0.2 * random.normal()
      }
    }
  }
  network.forEachParameter(change)
  network.forEachBuffer(change)
  try SafeTensors.write(
    network.namedTensors(), to: folder.appendingPathComponent("model.safetensors"))
  try configuration.encoded().write(to: folder.appendingPathComponent("config.json"))
  return try Checkpoint(at: folder)
}

/// Drawn faces as grey levels, [n, 48, 48, 1].
private func drawnFaces(_ count: Int) throws -> Tensor {
  let faces = SyntheticFaces(seed: 12)
  return Predictor.levels(of: try (0..<count).map { try faces.image(of: $0) })
}

/// One of each kind of layer, windows that overlap and are not square among them.
private let everyLayer: ModelConfiguration = .layers([
  LayerSpecification(
    "conv2d",
    ["filters": 5, "kernel": [3, 5], "stride": [2, 1], "padding": [1, 2], "dilation": [2, 1]]),
  LayerSpecification("gelu"),
  LayerSpecification("max_pool2d", ["size": [3, 4], "stride": 2, "padding": [2, 3]]),
  LayerSpecification(
    "residual",
    [
      "body": .array([
        LayerSpecification(
          "conv2d", ["filters": 6, "kernel": 3, "stride": 2, "padding": "same", "bias": false]
        ).json, LayerSpecification("batch_norm", ["epsilon": 0.01]).json,
        LayerSpecification("leaky_relu", ["slope": 0.2]).json,
      ]),
      "shortcut": .array([
        LayerSpecification("average_pool2d", ["size": 3, "stride": 2, "padding": 1]).json,
        LayerSpecification("conv2d", ["filters": 6, "kernel": 1]).json,
      ]),
    ]),
  LayerSpecification(
    "sequential", ["layers": .array([LayerSpecification("relu").json])]),
  LayerSpecification(
    "residual",
    [
      "body": .array([
        LayerSpecification("global_average_pool").json,
        LayerSpecification("dense", ["units": 11]).json,
      ]),
      "shortcut": .array([
        LayerSpecification("flatten").json,
        LayerSpecification("batch_norm").json, LayerSpecification("sigmoid").json,
        LayerSpecification("dense", ["units": 11]).json,
      ]),
    ]),
  LayerSpecification("tanh"), LayerSpecification("dropout"),
  LayerSpecification("dense", ["units": "classes"]),
])

@Suite("Export") struct ModelExportTests {
  @Test(
    "onnxruntime gives the same probabilities of 200 faces, in batches of any size",
    .enabled(
      if: Python.has("onnx", "onnxruntime", "safetensors"),
      "no onnx, onnxruntime and safetensors in .venv; make python"))
  func onnx() throws {
    let cases: [(name: String, model: ModelConfiguration, temperature: Double?)] =
      ModelZoo.models.filter { $0.input != .series }.map { ($0.name, .named($0.name), nil) } + [
        ("every-layer", everyLayer, nil), ("tempered", .named("simple-cnn"), 0.37),
      ]
    try withTemporaryFolder { folder in
      let levels = try drawnFaces(200)
      try SafeTensors.write(
        [NamedTensor("levels", levels)], to: folder.appendingPathComponent("levels.safetensors"))
      var expected: [(logits: Tensor, probabilities: Tensor)] = []
      for (name, model, temperature) in cases {
        let checkpoint = try checkpoint(
          model, temperature: temperature, in: folder.appendingPathComponent(name))
        let export = try ModelExport(
          of: checkpoint, as: .onnx, to: folder.appendingPathComponent("\(name).onnx"),
          version: "1.2.3")
        #expect(export.inputShape == [1, 48, 48])
        #expect(export.temperature == temperature ?? 1)
        let ensemble = try Ensemble([checkpoint])
        expected.append(
          (ensemble.logits(ofLevels: levels, member: 0), ensemble.probabilities(ofLevels: levels)))
      }
      let outcome = try Python.run(
        onnxCheck, folder.path, cases.map(\.name).joined(separator: ","))
      try #require(outcome.code == 0, "\(outcome.errors)")
      #expect(outcome.errors.isEmpty, "\(outcome.errors)")
      let told = try JSONDecoder().decode(JSONValue.self, from: Data(outcome.output.utf8))
      for ((name, _, temperature), expected) in zip(cases, expected) {
        let file = folder.appendingPathComponent("\(name).safetensors")
        let found = Dictionary(
          uniqueKeysWithValues: try SafeTensors.read(file).tensors.map { ($0.name, $0.tensor) })
        let probabilities = try #require(found["probabilities"])
        #expect(probabilities.shape == [200, 7])
        expectClose(
          probabilities.elements, expected.probabilities.elements, absolute: 1e-4, "\(name)")
        #expect(probabilities.argmax() == expected.probabilities.argmax())
        // An answer to everything would be equal as well.
        #expect(Set(probabilities.elements).count > 1000, "\(name)")
        expectClose(
          try #require(found["logits"]).elements, expected.logits.elements, relative: 1e-4,
          "\(name), logits")
        expectClose(
          try #require(found["parts"]).elements, probabilities.elements, absolute: 1e-5,
          "\(name), in parts")

        #expect(told[[name, "input"]] == .array([.string("batch"), .int(1), .int(48), .int(48)]))
        guard case .array(let shapes)? = told[[name, "shapes"]] else {
          Issue.record("no shapes")
          continue
        }
        // Every operator's shape is inferred, and the batch stays open throughout.
        for shape in shapes {
          guard case .array(let extents) = shape else {
            Issue.record("\(name): a shape could not be inferred")
            continue
          }
          #expect(extents.first == .string("batch") && extents.count > 1, "\(name): \(extents)")
        }
        let metadata = told[[name, "metadata"]]
        #expect(
          metadata?[["classes"]]
            == #"["Angry","Disgust","Fear","Happy, \"very\"","Sad","Surprise","Neutral ü"]"#)
        #expect(metadata?[["producer"]] == "mien 1.2.3")
        #expect(metadata?[["normalisation"]] == "inside the graph")
        #expect(metadata?[["preprocessing"]] == "none")
        #expect(metadata?[["temperature"]] == temperature.map { .string("\($0)") })
      }
    }
  }

  /// Expects that onnxruntime says of the levels in the folder what Mien says.
  private func expectSame(
    _ name: String, _ checkpoint: Checkpoint, of levels: Tensor, in folder: URL
  ) throws {
    let outcome = try Python.run(onnxCheck, folder.path, name)
    try #require(outcome.code == 0, "\(outcome.errors)")
    let found = try #require(
      SafeTensors.read(folder.appendingPathComponent("\(name).safetensors")).tensors.first {
        $0.name == "probabilities"
      })
    expectClose(
      found.tensor.elements, try Ensemble([checkpoint]).probabilities(ofLevels: levels).elements,
      absolute: 1e-5, name)
    // An answer to everything would be equal as well.
    #expect(Set(found.tensor.elements).count > 50)
  }

  /// Convolutions and maxima over time with every setting, then a flattened series.
  private let overTime: ModelConfiguration = .layers([
    LayerSpecification(
      "conv1d", ["filters": 6, "kernel": 4, "stride": 2, "padding": 3, "dilation": 2]),
    LayerSpecification("batch_norm"), LayerSpecification("relu"),
    LayerSpecification("max_pool1d", ["size": 3, "stride": 2, "padding": 1]),
    LayerSpecification("conv1d", ["filters": 5, "kernel": 3, "bias": false]),
    LayerSpecification("flatten"), LayerSpecification("batch_norm"),
    LayerSpecification("dense", ["units": "classes"]),
  ])

  @Test(
    "onnxruntime gives the same probabilities of series",
    .enabled(
      if: Python.has("onnx", "onnxruntime", "safetensors"),
      "no onnx, onnxruntime and safetensors in .venv; make python"))
  func onnxOfSeries() throws {
    try withTemporaryFolder { folder in
      var random = RandomStream(seed: 6)
      let values = Tensor([30, 41, 7], (0..<30 * 41 * 7).map { _ in 130 + 60 * random.normal() })
      try SafeTensors.write(
        [NamedTensor("levels", values)], to: folder.appendingPathComponent("levels.safetensors"))
      for (name, model) in [("time-cnn", .named("time-cnn")), ("over-time", overTime)] {
        let checkpoint = try checkpoint(
          model, series: [41, 7], in: folder.appendingPathComponent(name))
        let file = folder.appendingPathComponent("\(name).onnx")
        let export = try ModelExport(of: checkpoint, as: .onnx, to: file, version: "1")
        #expect(
          export.inputShape == [7, 41] && export.values.hasPrefix("the numbers of each frame"))
        try expectSame(name, checkpoint, of: values, in: folder)
      }
    }
  }

  @Test(
    "onnxruntime gives the same probabilities of a table's rows, which have constants by column",
    .enabled(
      if: Python.has("onnx", "onnxruntime", "safetensors"),
      "no onnx, onnxruntime and safetensors in .venv; make python"))
  func onnxOfTables() throws {
    try withTemporaryFolder { folder in
      var random = RandomStream(seed: 7)
      let values = Tensor(
        [30, 9], (0..<30 * 9).map { 100 + 20 * Float($0 % 9) + 60 * random.normal() })
      try SafeTensors.write(
        [NamedTensor("levels", values)], to: folder.appendingPathComponent("levels.safetensors"))
      let checkpoint = try checkpoint(
        .named("mlp"), columns: 9, in: folder.appendingPathComponent("mlp"))
      let export = try ModelExport(
        of: checkpoint, as: .onnx, to: folder.appendingPathComponent("mlp.onnx"), version: "1")
      #expect(export.inputShape == [9] && export.values.hasPrefix("the columns in their order"))
      try expectSame("mlp", checkpoint, of: values, in: folder)
    }
  }

  @Test("exported for PyTorch and imported again, series are bit for bit as they were")
  func roundTripOfSeries() throws {
    try withTemporaryFolder { folder in
      let checkpoint = try checkpoint(
        overTime, series: [41, 7], in: folder.appendingPathComponent("a"))
      let file = folder.appendingPathComponent("f.safetensors")
      _ = try ModelExport(of: checkpoint, as: .pytorch, to: file, version: "1")
      try ModelImport(weights: file).write(to: folder.appendingPathComponent("b"))
      let back = try Checkpoint(at: folder.appendingPathComponent("b"))
      #expect(back.model.namedTensors() == checkpoint.model.namedTensors())
      #expect(back.input == checkpoint.input)
    }
  }

  @Test("exported for PyTorch and imported again, all is bit for bit as it was")
  func roundTrip() throws {
    try withTemporaryFolder { folder in
      var clahe = Preprocessing()
      clahe.equalisation = .clahe
      for (index, model) in [.named("resnet"), everyLayerOfPyTorch].enumerated() {
        let checkpoint = try checkpoint(
          model, side: 40, temperature: index == 0 ? 1.2345678901234567 : nil,
          preprocessing: index == 0 ? clahe : nil, in: folder.appendingPathComponent("a"))
        let file = folder.appendingPathComponent("f.safetensors")
        let export = try ModelExport(of: checkpoint, as: .pytorch, to: file, version: "1")
        #expect((export.preprocessing != nil) == (index == 0))
        try ModelImport(weights: file).write(to: folder.appendingPathComponent("b"))
        let back = try Checkpoint(at: folder.appendingPathComponent("b"))
        #expect(back.model.namedTensors() == checkpoint.model.namedTensors())
        #expect(back.input == checkpoint.input && back.classes == checkpoint.classes)
        #expect(back.temperature == checkpoint.temperature)
        #expect(back.configuration.model == checkpoint.configuration.model)
        let again = folder.appendingPathComponent("g.safetensors")
        _ = try ModelExport(of: back, as: .pytorch, to: again, version: "1")
        #expect(try Data(contentsOf: again) == Data(contentsOf: file))
      }
    }
  }

  /// PyTorch's pools take less padding.
  private var everyLayerOfPyTorch: ModelConfiguration {
    guard case .layers(var layers) = everyLayer else { return everyLayer }
    layers[2] = LayerSpecification(
      "max_pool2d", ["size": [3, 4], "stride": 2, "padding": [1, 2]])
    return .layers(layers)
  }

  @Test("what a file says of itself is not believed")
  func badMetadata() throws {
    try withTemporaryFolder { folder in
      let checkpoint = try SmallCheckpoint().made(in: folder.appendingPathComponent("a"))
      let file = folder.appendingPathComponent("f.safetensors")
      _ = try ModelExport(of: checkpoint, as: .pytorch, to: file, version: "1")
      let (tensors, metadata) = try SafeTensors.read(file)
      func expect(
        _ key: String, _ text: String?, _ word: String,
        sourceLocation: SourceLocation = #_sourceLocation
      ) throws {
        var changed = metadata
        changed[key] = text
        try SafeTensors.write(tensors, metadata: changed, to: file)
        do {
          _ = try ModelImport(weights: file)
          Issue.record("accepted \(key) = \(text ?? "nothing")", sourceLocation: sourceLocation)
        } catch let error as any MienError {
          #expect(error.description.contains(word), "\(error)", sourceLocation: sourceLocation)
          #expect(error.description.contains("f.safetensors"), "\(error)")
        }
      }
      try expect("classes", "{}", "classes")
      try expect("classes", #"["a"]"#, "two or more")
      try expect("classes", #"["a","a","b"]"#, "each once")
      try expect("classes", #"["a","b","c","d"]"#, "layer 3 (dense)")
      try expect("classes", nil, "--classes")
      try expect("model", "nonsense", "model")
      try expect("model", #"{"name":"no such"}"#, "no such")
      try expect("model", #"{"layers":[{"layer":"conv2d"}]}"#, "filters")
      try expect("model", #"{"name":"vgg10"}"#, "layer 0 (conv2d)")
      try expect("model", String(repeating: "[", count: 100_000), "model")
      try expect("input", #"{"kind":"image","shape":[8,8]}"#, "normalisation")
      for shape in [
        "[2,8,8,1]", "[8,8,1000000000]", "[-1,8,1]", "[4611686018427387904,4,4]", "[8,0,1]",
      ] {
        let normalisation = #""normalisation":{"mean":0,"standard_deviation":1}"#
        try expect("input", #"{"kind":"image","shape":\#(shape),\#(normalisation)}"#, "shape")
      }
      try expect(
        "input",
        #"{"kind":"image","shape":[8,8,1],"normalisation":{"mean":0,"standard_deviation":-1}}"#,
        "deviation -1")
      for temperature in ["0", "-1", "1e999", "warm", "[]"] {
        try expect("temperature", temperature, "temperature")
      }
      // Of another program's file nothing is taken.
      try expect("producer", "other 1", "--model")
    }
  }

  @Test("what is told takes the place of what the file says; a run's folder is not written to")
  func told() throws {
    try withTemporaryFolder { folder in
      let checkpoint = try SmallCheckpoint(temperature: 2).made(
        in: folder.appendingPathComponent("a"))
      let file = folder.appendingPathComponent("f.safetensors")
      try SafeTensors.write(
        StateDictionary.tensors(of: checkpoint.model, input: checkpoint.input.shape), to: file)
      var description = ModelImport.Description()
      description.model = checkpoint.configuration.model
      description.classes = ["x", "y", "z"]
      description.input = [8, 8, 1]
      let plain = try ModelImport(weights: file, described: description)
      #expect(plain.input.normalisation == Normalisation(mean: 0, standardDeviation: 1))
      #expect(plain.temperature == nil)
      description.mean = 0.25
      description.standardDeviation = 0.125
      #expect(throws: RunError.self) {  // we did not write what is there
        _ = try ModelExport(of: checkpoint, as: .pytorch, to: file, version: "1")
      }
      try FileManager.default.removeItem(at: file)
      _ = try ModelExport(of: checkpoint, as: .pytorch, to: file, version: "1")
      let network = try ModelImport(weights: file, described: description)
      #expect(network.input.normalisation == Normalisation(mean: 0.25, standardDeviation: 0.125))
      #expect(network.classes == ["x", "y", "z"])
      #expect(network.temperature == 2)
      #expect(network.model.namedTensors() == checkpoint.model.namedTensors())

      let run = folder.appendingPathComponent("run")
      try createFolder(run)
      try Data().write(to: run.appendingPathComponent("best.safetensors"))
      #expect(throws: RunError.self) { try network.write(to: run) }
      #expect(try FileManager.default.contentsOfDirectory(atPath: run.path).count == 1)
    }
  }
}
