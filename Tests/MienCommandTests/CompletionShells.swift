import Foundation
import TestSupport
import Testing

/// The shells that completion is written for, asked what they would propose.
enum CompletionShell: String {
  case bash, zsh

  var isInstalled: Bool { ChildProcess.find(rawValue) != nil }

  /// What is proposed at the end of each line, typed in a folder.
  func proposals(_ lines: [String], in folder: URL? = nil) throws -> [[String]] {
    let program = try #require(ChildProcess.find(rawValue))
    return try withTemporaryFolder { temporary in
      let script = temporary.appendingPathComponent("_mien")
      try Data(try MienProcess.run("completion", rawValue).output.utf8).write(to: script)
      let asking = self == .bash ? Self.askBash : Self.askZsh
      let outcome = try ChildProcess(
        program,
        (self == .bash ? ["--norc"] : ["-f"]) + [
          "-c", asking, "ask", script.path, (folder ?? temporary).path,
        ] + lines, environment: ["HOME": temporary.path]
      ).finish()
      try #require(outcome.code == 0, "\(outcome.errors)")
      #expect(outcome.errors.isEmpty, "\(outcome.errors)")
      var answers: [[String]] = []
      for line in outcome.output.split(separator: "\n").map(String.init) {
        if line.hasPrefix("== ") {
          answers.append([])
        } else {
          answers[answers.count - 1] += [line]
        }
      }
      #expect(answers.count == lines.count)
      return answers
    }
  }

  func proposals(_ line: String, in folder: URL? = nil) throws -> [String] {
    try proposals([line], in: folder)[0]
  }

  /// Calls the completion function as readline does, the words being broken as it breaks them:
  /// between blanks, and "=" is a word.
  private static let askBash = """
    source "$1" && cd "$2" || exit 1
    shift 2
    COMP_WORDBREAKS=$' \\t\\n"\\'><=;|&(:'
    for line; do
      echo "== $line"
      broken=${line//=/ = }
      read -ra COMP_WORDS <<< "$broken"
      [[ $broken == *' ' ]] && COMP_WORDS+=('')
      COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
      COMPREPLY=()
      _mien
      ((${#COMPREPLY[@]})) && printf '%s\\n' "${COMPREPLY[@]}" | sort -u
    done
    true
    """

  /// Types each line into a shell of its own behind a pseudo-terminal and presses Tab. A match is noted
  /// down on its way to the line.
  private static let askZsh = #"""
    zmodload zsh/zpty || exit 1
    script=$1 folder=$2
    shift 2
    capture=$(mktemp)
    zpty shell zsh -f -i
    tell() { zpty -w shell "$1" }
    tell 'PS1= PS2= RPS1=; unset zle_bracketed_paste; setopt no_auto_list; LISTMAX=99999'
    tell "cd ${(q)folder}; autoload -Uz compinit; compinit -u -D; source ${(q)script}"
    tell "capture=${(q)capture}; bindkey '^I' complete-word '^Xk' kill-whole-line"
    tell 'compadd() {
      local -a hits
      builtin compadd -O hits "$@"
      (( $#hits )) && print -rl -- $hits >> $capture
      builtin compadd "$@"
    }'
    # What is printed reads otherwise than what is typed, so that its echo is not taken for it.
    tell 'print -r REA""DY'
    zpty -r -m shell out '*READY*'
    integer count=0
    for line; do
      : > $capture
      # The line editor takes the keys in their order: the line, Tab, and what takes it away. Not by
      # Ctrl-U, which the terminal itself obeys while no line is being edited.
      zpty -w -n shell "$line"$'\t\x18k'"print -r DO''NE-$((++count))-"$'\n'
      zpty -r -m shell out "*DONE-$count-*"
      print -r -- "== $line"
      LC_ALL=C sort -u $capture
    done
    zpty -d shell
    rm $capture
    """#
}
