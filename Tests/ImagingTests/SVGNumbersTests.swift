import Testing

@testable import Imaging

@Suite("Short numbers in SVG") struct SVGNumbersTests {
  @Test(
    "numbers have at most two decimals, and all else is as it was",
    arguments: [
      ("M 1.59375 -10.578125 L 7 0.5 Z", "M 1.59 -10.58 L 7 0.5 Z"),
      ("x=\"246.69873\" y=\"20.999\"", "x=\"246.7\" y=\"21\""),
      ("rgb(13.333333%,100%,0.004%)", "rgb(13.33%,100%,0%)"),
      ("matrix(0.00123,2.08333,0,1,5.5555,0) 0.00123", "matrix(0.00123,2.08333,0,1,5.5555,0) 0"),
      ("1.0.0 v1.2345.6789", "1.0.0 v1.23.6789"), ("-0.001 1.005 .12345", "-0 1 .12345"),
      ("12345678.12345 99.996", "12345678.12345 100"), ("", ""),
    ])
  func shortens(text: String, expected: String) {
    #expect(String(decoding: shortenedNumbers(svg: Array(text.utf8)), as: UTF8.self) == expected)
  }
}
