/// Where pixels come from when an image is mirrored or moved beyond its edges.
public enum ImageChange {
  /// For each new column or row the old one that it shows, the image being mirrored first and then
  /// shifted; edges are reflected.
  public static func sources(count: Int, shift: Int, isMirrored: Bool) -> [Int] {
    (0..<count).map { place in
      let old = reflected(place - shift, count)
      return isMirrored ? count - 1 - old : old
    }
  }

  /// `index` brought into 0..<count as if mirrors stood at the first and the last place, which are
  /// not repeated: …2 1 | 0 1 2 3 | 2 1….
  static func reflected(_ index: Int, _ count: Int) -> Int {
    if index >= 0 && index < count { return index }
    guard count > 1 else { return 0 }
    let period = 2 * (count - 1)
    let place = ((index % period) + period) % period
    return place < count ? place : period - place
  }
}
