/// Every method there is, in the order that lists show them.
public enum ExplainerRegistry {
  /// The methods.
  public static let all: [any Explainer.Type] = [
    LIME.self,
    KernelSHAP.self,
    Occlusion.self,
    RISE.self,
    GradCAM.self,
    IntegratedGradients.self,
  ]

  /// The method of a name, nil where there is none.
  public static func explainer(named name: String) -> (any Explainer.Type)? {
    all.first { $0.name == name }
  }
}
