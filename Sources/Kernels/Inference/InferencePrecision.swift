/// The numbers that a network which only answers multiplies.
public enum InferencePrecision: String, CaseIterable, Sendable {
  /// 32 bits: the same answers as the layers' own, to 1e-5.
  case float32 = "fp32"
  /// Weights and what they are multiplied by in bfloat16, of 8 binary digits, rounded to nearest even;
  /// sums and all else in 32 bits. Half of the weights' memory, and two thirds of the time where the
  /// processor multiplies such numbers (AVX-512 BF16).
  case bfloat16 = "bf16"
}
