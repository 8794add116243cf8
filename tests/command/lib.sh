# What every command test starts with:  . "$(dirname "$0")/lib.sh"
# A temporary folder WORK, removed at the end, and small checks that stop the test and show what the command said.
set -u
export LC_ALL=C.UTF-8 OMP_WAIT_POLICY=passive

HERE=$(cd "$(dirname "$0")" && pwd)
LARC_SOURCE_DIR=${LARC_SOURCE_DIR:-$(cd "$HERE/../.." && pwd)}
LARC=${LARC:-$LARC_SOURCE_DIR/build/bin/larc}
LARC_TEST_DATA=${LARC_TEST_DATA:-$LARC_SOURCE_DIR/../shared/data}
MAKE_CASE=$(dirname "$LARC")/command_make_case
JSON_VALUE=$(dirname "$LARC")/command_json_value

WORK=$(mktemp -d "${TMPDIR:-/tmp}/larc-command-XXXXXX")
trap 'rm -rf "$WORK"' EXIT

fail() {
  echo "FAILED (line ${BASH_LINENO[-2]} of $0): $*" >&2
  if [ -n "${LAST_COMMAND:-}" ]; then
    echo "  command: $LAST_COMMAND" >&2
    head -c 3000 "$WORK/stdout" | sed 's/^/  stdout: /' >&2
    head -c 3000 "$WORK/stderr" | sed 's/^/  stderr: /' >&2
  fi
  exit 1
}

# note TEXT: says which part of the test begins.
note() { echo "-- $*"; }

# expect_exit CODE COMMAND...: runs the command; its output lies in WORK/stdout and WORK/stderr.
expect_exit() {
  local wanted=$1 code=0
  shift
  LAST_COMMAND="$*"
  "$@" >"$WORK/stdout" 2>"$WORK/stderr" </dev/null || code=$?
  [ "$code" -eq "$wanted" ] || fail "exit code $code, not $wanted"
}

# expect_stderr TEXT..., expect_stdout TEXT...: each text stands in what the last command said.
expect_stderr() {
  local text
  for text in "$@"; do grep -qF -e "$text" "$WORK/stderr" || fail "no '$text' on standard error"; done
}
expect_stdout() {
  local text
  for text in "$@"; do grep -qF -e "$text" "$WORK/stdout" || fail "no '$text' on standard output"; done
}

# json PATH [FILE]: the value at PATH (see json_value.cpp) of the last command's answer, or of FILE.
json() { "$JSON_VALUE" "${2:-$WORK/stdout}" "$1" 2>/dev/null; }

# expect_json PATH VALUE [FILE], expect_json_has PATH TEXT [FILE], expect_json_key PATH [FILE]
expect_json() {
  local value
  value=$(json "$1" ${3+"$3"}) || fail "the answer has no $1"
  [ "$value" = "$2" ] || fail "$1 is '$value', not '$2'"
}
expect_json_has() {
  local value
  value=$(json "$1" ${3+"$3"}) || fail "the answer has no $1"
  case $value in *"$2"*) ;; *) fail "$1 is '$value', without '$2'" ;; esac
}
expect_json_key() { json "$1" ${2+"$2"} >/dev/null || fail "the answer has no $1"; }

# expect_one_document: standard output is one JSON document and nothing else.
expect_one_document() { "$JSON_VALUE" "$WORK/stdout" >/dev/null 2>&1 || fail "standard output is not one JSON document"; }

# expect_file FILE..., expect_no_file FILE...
expect_file() {
  local file
  for file in "$@"; do [ -s "$file" ] || fail "file $file is missing or empty"; done
}
expect_no_file() {
  local file
  for file in "$@"; do [ ! -e "$file" ] || fail "file $file exists"; done
}

# expect_no_partial STUDY: nothing half-written remains.
expect_no_partial() {
  local found
  found=$(find "$1" -name '*.partial')
  [ -z "$found" ] || fail "half-written files remain: $found"
}

# digests STUDY: the digest of every byte that a study promises to repeat.
digests() { (cd "$1" && find features models reports -type f | sort | xargs sha256sum); }

# same_results A B: features, models and reports of two studies are equal, byte for byte.
same_results() {
  digests "$1" >"$WORK/digests_a"
  digests "$2" >"$WORK/digests_b"
  [ -s "$WORK/digests_a" ] || fail "$1 has no results"
  diff "$WORK/digests_a" "$WORK/digests_b" >"$WORK/difference" || fail "results of $1 and $2 differ: $(cat "$WORK/difference")"
}

# new_study NAME [PROTOCOL]: an empty study WORK/NAME.
new_study() { expect_exit 0 "$LARC" init "$WORK/$1" --protocol "${2:-$HERE/small.yaml}"; }

# cohort FOLDER PATIENTS: generated images, masks and clinical.csv.
cohort() { "$MAKE_CASE" cohort "$1" "$2" || fail "no cohort could be made in $1"; }
