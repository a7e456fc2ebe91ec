import Mien

let faces = SyntheticFaces(seed: 7)
let pixels = try (0..<4).flatMap { try faces.image(of: $0, size: 48).pixels }
let batch = Tensor([4, 48, 48, 1], pixels.map { Float($0) / 255 })
let random = RandomStream(seed: 7)
let network = ModelConfiguration.named("simple-cnn")
let model = try network.build(input: [48, 48, 1], classes: 7, random: random)
let probabilities = model.predict(batch).softmax()
print("\(probabilities.shape[0]) faces, \(probabilities.shape[1]) probabilities each")
