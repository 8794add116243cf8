# A run killed at any moment can be started again and ends with the same bytes (8 kills; kill_slow_test.sh has 50).
. "$(dirname "$0")/lib.sh"
. "$HERE/kill.sh"
kill_often 8 20240501

note "the next run cleans up after a writer that died half-way"
mkdir -p "$WORK/killed/store/ab"
for place in models features reports store/ab; do echo half >"$WORK/killed/$place/file.4711.partial"; done
echo mine >"$WORK/killed/notes.partial.txt"
expect_exit 0 "$LARC" run "$WORK/killed"
expect_no_partial "$WORK/killed"
expect_file "$WORK/killed/notes.partial.txt"
