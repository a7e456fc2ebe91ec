/// The completion script for bash 3.2 and later, made from what the commands declare.
///
/// The script asks nothing of `mien` while one types, so that a key is answered at once. It completes
/// commands, options (those that may not come again only once), words where they can be listed, and
/// files and folders where a path is expected, also behind `--option=`.
enum BashCompletion {
  /// The script.
  static func script(
    _ commands: [CommandDeclaration], program: [ArgumentSynopsis], version: String
  ) -> String {
    """
    # Completion of mien in bash, written by `mien completion bash` (mien \(version)).

    # What an argument takes: `takes` is empty for a flag, `words` are what it may be, `paths` is
    # empty, "folders", or the ending of the files, "." for all.
    _mien_argument() {
      takes= words= paths=
      case $1 in
    \(commands.flatMap(CompletionEntry.entries).map(argument).joined(separator: "\n"))
      esac
    }

    # The options of a command; those behind "|" may come again.
    _mien_names() {
      case $1 in
    \(commands.map(names).joined(separator: "\n"))
      esac
    }

    _mien_words() {
      local start=$1 word
      shift
      for word; do
        # A key that is typed out, "=" and all, is left as it is.
        [[ $word == "$start"* && ! ($word == "$start" && $word == *=) ]] && COMPREPLY+=("$word")
      done
      if [[ ${COMPREPLY[0]} == *= ]]; then compopt -o nospace 2>/dev/null; fi
    }

    _mien_paths() {
      local start=${2#[\\"\\']} path
      start=${start//\\\\/}
      compopt -o filenames 2>/dev/null
      while IFS= read -r path; do
        COMPREPLY+=("$path")
      done < <(
        case $1 in
          folders) compgen -d -- "$start" ;;
          .) compgen -f -- "$start" ;;
          *) compgen -d -- "$start"; compgen -f -X "!*$1" -- "$start" ;;
        esac
      )
    }

    # What may stand for the argument $1, begun as $2.
    _mien_value() {
      local takes words paths
      _mien_argument "$1"
      [[ $words ]] && _mien_words "$2" $words
      [[ $paths ]] && _mien_paths "$paths" "$2"
    }

    _mien() {
      COMPREPLY=()
      local line=() word i
      # Bash breaks words at "=": --out=x comes as three.
      for ((i = 1; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if ((i > 1)) && [[ $word == = || ${COMP_WORDS[i - 1]} == = ]]; then
          line[${#line[@]} - 1]+=$word
        else
          line+=("$word")
        fi
      done

      local last=$((${#line[@]} - 1)) command= option= place=1 only= used=' '
      local takes words paths repeats
      for ((i = 0; i < last; i++)); do
        word=${line[i]}
        if [[ ! $command ]]; then command=$word
        elif [[ $option ]]; then option=
        elif [[ $only ]]; then ((place += 1))
        elif [[ $word == -- ]]; then only=1
        elif [[ $word == --*=* ]]; then used+="${word%%=*} "
        elif [[ $word == -?* ]]; then
          used+="$word "
          _mien_argument "$command $word"
          [[ $takes ]] && option=$word
        else ((place += 1)); fi
      done

      local start=${line[last]} before=
      if [[ ! $command ]]; then
        case $start in
          -*) _mien_words "$start" \(program.map(\.name).joined(separator: " ")) ;;
          *) _mien_words "$start" \(commands.map(\.name).joined(separator: " ")) ;;
        esac
      elif [[ $option ]]; then
        _mien_value "$command $option" "$start"
      elif [[ ! $only && $start == --*=* ]]; then
        before=${start%%=*}=
        start=${start#*=}
        _mien_value "$command ${before%=}" "$start"
      else
        if [[ $only || $start != -* ]]; then _mien_value "$command $place" "$start"; fi
        if [[ ! $only && ${#COMPREPLY[@]} -eq 0 && ($start == -* || ! $start) ]]; then
          words=$(_mien_names "$command")
          repeats=${words#*|}
          for word in ${words%|*}; do
            if [[ $used != *" $word "* ]]; then _mien_words "$start" "$word"; fi
          done
          _mien_words "$start" $repeats
        fi
      fi

      # Readline replaces what is behind the last "=" where that breaks words, else all.
      if [[ $COMP_WORDBREAKS == *=* ]]; then
        [[ $start == *=* ]] && COMPREPLY=("${COMPREPLY[@]#"${start%=*}="}")
      elif [[ $before ]]; then
        COMPREPLY=("${COMPREPLY[@]/#/$before}")
      fi
    }

    complete -F _mien mien
    """
  }

  private static func argument(_ entry: CompletionEntry) -> String {
    let suggestions = entry.synopsis.suggestions
    let words = suggestions.words().joined(separator: " ")
    var parts = ["takes=1"]
    if !words.isEmpty { parts.append("words=\(words.shellQuoted)") }
    switch suggestions.paths {
    case .none: break
    case .folders: parts.append("paths=folders")
    case .files(let suffix): parts.append("paths=\(suffix.isEmpty ? "." : suffix.shellQuoted)")
    }
    // A positional that repeats takes every place that is left.
    let pattern =
      entry.key.hasSuffix(" +")
      ? "\(String(entry.key.dropLast()).shellQuoted)[1-9]*" : entry.key.shellQuoted
    return "    \(pattern)) \(parts.joined(separator: " ")) ;;"
  }

  private static func names(_ command: CommandDeclaration) -> String {
    let named = command.allArguments.map(\.synopsis).filter { $0.role != .positional }
    func names(_ isRepeated: Bool) -> String {
      named.filter { ($0.arity == .repeated) == isRepeated }.map(\.name).joined(separator: " ")
    }
    return "    \(command.name)) echo \("\(names(false))|\(names(true))".shellQuoted) ;;"
  }
}
