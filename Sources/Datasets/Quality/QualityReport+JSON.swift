internal import TensorCore

extension QualityReport {
  /// The bytes of `quality.json`: what Foundation's encoder writes with `.prettyPrinted`,
  /// `.sortedKeys` and `.withoutEscapingSlashes`, and a line feed.
  func json() -> [UInt8] {
    var json = JSONText()
    json.object { json in
      json.member("constant") { constant.write(to: &$0) }
      json.member("exact_duplicates") { exactDuplicates.write(to: &$0) }
      json.member("near_constant") { nearConstant.write(to: &$0) }
      json.member("near_duplicates") { nearDuplicates.write(to: &$0) }
      json.member("rejected_rows") { $0.number(rejectedRows) }
      json.member("rows") { $0.number(rows) }
      json.member("schema_version") { $0.number(schemaVersion) }
      json.member("splits") { json in
        json.object { json in
          for (name, split) in splits.sorted(by: { $0.key < $1.key }) {
            json.member(name) { split.write(to: &$0) }
          }
        }
      }
    }
    return json.bytes + [UInt8(ascii: "\n")]
  }
}

extension QualityReport.RowList {
  fileprivate func write(to json: inout JSONText) {
    json.object { json in
      json.member("rows") { $0.array(rows) { $0.number($1) } }
      json.member("total") { $0.number(total) }
    }
  }
}

extension QualityReport.Group {
  fileprivate func write(to json: inout JSONText) {
    json.object { json in
      json.member("classes") { $0.array(classes) { $0.text($1) } }
      json.member("rows") { $0.array(rows) { $0.number($1) } }
      json.member("splits") { $0.array(splits) { $0.text($1) } }
    }
  }
}

extension QualityReport.Exact {
  fileprivate func write(to json: inout JSONText) {
    json.object { json in
      json.member("across_splits_total") { $0.number(acrossSplitsTotal) }
      json.member("groups") { $0.array(groups) { $1.write(to: &$0) } }
      json.member("groups_total") { $0.number(groupsTotal) }
      json.member("labels_disagree_total") { $0.number(labelsDisagreeTotal) }
      json.member("surplus_rows") { $0.number(surplusRows) }
    }
  }
}

extension QualityReport.Near {
  fileprivate func write(to json: inout JSONText) {
    json.object { json in
      json.member("across_splits_total") { $0.number(acrossSplitsTotal) }
      json.member("is_complete") { $0.bool(isComplete) }
      json.member("labels_disagree_total") { $0.number(labelsDisagreeTotal) }
      json.member("method") { $0.text(method) }
      json.member("pairs") { $0.array(pairs) { $1.write(to: &$0) } }
      json.member("pairs_total") { $0.number(pairsTotal) }
    }
  }
}

extension Manifest.Split {
  fileprivate func write(to json: inout JSONText) {
    json.object { json in
      json.member("count") { $0.number(count) }
      json.member("per_class") { json in
        json.object { json in
          for (name, number) in perClass.sorted(by: { $0.key < $1.key }) {
            json.member(name) { $0.number(number) }
          }
        }
      }
    }
  }
}
