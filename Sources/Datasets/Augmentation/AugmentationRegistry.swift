/// The kinds of change there are, in the order in which they are applied; a new one is added here.
enum AugmentationRegistry {
  static let parts: [any AugmentationPart.Type] = [
    Augmentation.Crop.self,
    Augmentation.Flip.self,
    Augmentation.Rotation.self,
    Augmentation.Scale.self,
    Augmentation.Shift.self,
    Augmentation.Contrast.self,
    Augmentation.Brightness.self,
    Augmentation.Gamma.self,
    Augmentation.Blur.self,
    Augmentation.Noise.self,
    Augmentation.Erasing.self,
    Augmentation.Gain.self,
    Augmentation.Filter.self,
    Augmentation.TimeShift.self,
    Augmentation.TimeMask.self,
    Augmentation.FrequencyMask.self,
    Augmentation.Mixup.self,
    Augmentation.CutMix.self,
  ]
}
