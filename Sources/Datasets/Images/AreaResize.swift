/// Makes a square of another size: every new pixel is the mean of the area that it covers, in whole
/// numbers, so the same everywhere.
///
/// With s and t the sides, new pixel i covers [i·s, (i+1)·s) and old pixel j covers
/// [j·t, (j+1)·t) on a line of length s·t; the weight is the length of what they share.
func resizeByArea(
  from source: UnsafePointer<UInt8>, side s: Int, to target: UnsafeMutablePointer<UInt8>,
  side t: Int
) {
  for y in 0..<t {
    for x in 0..<t {
      var sum = 0
      for j in y * s / t...((y + 1) * s - 1) / t {
        let height = min((y + 1) * s, (j + 1) * t) - max(y * s, j * t)
        var line = 0
        for i in x * s / t...((x + 1) * s - 1) / t {
          let width = min((x + 1) * s, (i + 1) * t) - max(x * s, i * t)
          line += width * Int(source[j * s + i])
        }
        sum += height * line
      }
      target[y * t + x] = UInt8((sum + s * s / 2) / (s * s))
    }
  }
}
