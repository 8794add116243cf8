# Shared by kill_test.sh and kill_slow_test.sh: a run that is killed again and again ends with the bytes of an undisturbed one.
#   kill_often KILLS SEED
# Each kill is SIGKILL at a moment drawn in the length of the undisturbed run. The next run goes on in the same folder. When a
# run ends before its moment, its results are compared and a fresh study begins, so that every stage meets kills.

jobs_done() {
  expect_exit 0 "$LARC" status "$1" --json
  local total=0 stage
  for stage in import extract train validate; do total=$((total + $(json stages/stage=$stage/done))); done
  echo $total
}

fresh_study() {
  rm -rf "$WORK/killed"
  new_study killed
  ln -s "$WORK/delivery" "$WORK/killed/incoming"
}

check_end() {
  expect_exit 0 "$LARC" status "$WORK/killed" --verify
  expect_no_partial "$WORK/killed"
  same_results "$WORK/reference" "$WORK/killed"
  if command -v sqlite3 >/dev/null; then
    local answer
    answer=$(sqlite3 "$WORK/killed/registry.db" "PRAGMA integrity_check") || fail "the registry cannot be read"
    [ "$answer" = ok ] || fail "the registry is damaged: $answer"
  fi
}

milliseconds() { echo $(($(date +%s%N) / 1000000)); }

kill_often() {
  local kills=$1 killed=0 ended=0 dead_runs=0 before=0 after start length moment pid code budget
  RANDOM=$2
  cohort "$WORK/delivery" 24
  new_study reference
  ln -s "$WORK/delivery" "$WORK/reference/incoming"
  start=$(milliseconds)
  expect_exit 0 "$LARC" run "$WORK/reference" --quiet --threads 2
  length=$(($(milliseconds) - start))
  echo "undisturbed run: $length ms"
  # A run that goes on makes up for what the kill took; without that the kills would never let a study end.
  budget=$((120000 + kills * 8 * length))
  begin=$(milliseconds)
  fresh_study
  while [ $killed -lt "$kills" ]; do
    [ $(($(milliseconds) - begin)) -lt $budget ] || fail "$killed kills took longer than $budget ms"
    moment=$((RANDOM * 32768 + RANDOM))
    moment=$((moment % length))
    "$LARC" run "$WORK/killed" --quiet --threads 2 >"$WORK/stdout" 2>"$WORK/stderr" </dev/null &
    pid=$!
    sleep "$((moment / 1000)).$(printf %03d $((moment % 1000)))"
    if kill -KILL $pid 2>/dev/null; then
      code=0
      wait $pid 2>/dev/null || code=$?
    else
      wait $pid
      code=$?
    fi
    if [ $code -eq 137 ]; then
      killed=$((killed + 1))
      after=$(jobs_done "$WORK/killed") || exit 1
      echo "kill $killed at $moment ms: $before jobs done before, $after after"
      [ "$after" -ge "$before" ] || fail "finished work was lost: $before jobs before the kill, $after after"
      before=$after
    else
      [ $code -eq 0 ] || { LAST_COMMAND="larc run"; fail "a run after a kill ended with exit code $code"; }
      check_end
      ended=$((ended + 1))
      before=0
      fresh_study
    fi
  done
  note "the last run, undisturbed"
  expect_exit 0 "$LARC" run "$WORK/killed" --quiet --threads 2
  check_end
  echo "$killed kills, $((ended + 1)) studies finished, all equal to the undisturbed one; $(($(milliseconds) - begin)) ms"
}
