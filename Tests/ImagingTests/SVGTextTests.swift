import Testing

@testable import Imaging

@Suite("The text of an SVG drawing") struct SVGTextTests {
  @Test(
    "numbers have two decimals, outlines no needless blanks, and all else is as it was",
    arguments: [
      (
        "<path d=\"M 1.59375 -10.578125 L 7 0.5 Z M 2 3 \"/>",
        "<path d=\"M1.59-10.58L7 0.5ZM2 3\"/>"
      ),
      ("x=\"246.69873\" y=\"20.999\"", "x=\"246.7\" y=\"21\""),
      ("rgb(13.333333%,100%,0.004%)", "rgb(13.33%,100%,0%)"),
      ("matrix(0.00123,2.08333,0,1,5.5555,0) 0.00123", "matrix(0.00123,2.08333,0,1,5.5555,0) 0"),
      ("1.0.0 v1.2345.6789", "1.0.0 v1.23.6789"), ("-0.001 1.005 .12345", "-0 1 .12345"),
      ("12345678.12345 99.996", "12345678.12345 100"),
      ("fill:none;stroke-miterlimit:10;stroke-opacity:1;fill-opacity:1;", "fill:none;"),
      ("stroke-opacity:0.5;", "stroke-opacity:0.5;"),
      ("stroke-dasharray:1,4;", "stroke-dasharray:1,4;"),
      ("", ""),
    ])
  func shortens(text: String, expected: String) {
    #expect(shortened(svg: Array(text.utf8)) == expected)
  }
}
