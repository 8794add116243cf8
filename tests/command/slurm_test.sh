# Networks are trained by the processes of a Slurm step: nothing is set but by srun.
. "$(dirname "$0")/lib.sh"

TRAIN=$(dirname "$LARC")/nn_train_phantoms
SLURM=$(mktemp -d /tmp/larc-slurm-XXXXXX)  # not in WORK, which nobody else may enter
unset LARC_RANK LARC_PROCESSES LARC_MEETING LARC_ADDRESS
if ! SLURM_CONF=$("$LARC_SOURCE_DIR/tools/slurm_for_tests" up "$SLURM" 2>"$WORK/why"); then
  "$LARC_SOURCE_DIR/tools/slurm_for_tests" down "$SLURM"
  echo "skipped: no Slurm: $(tail -1 "$WORK/why")"
  exit 77
fi
export SLURM_CONF
trap '"$LARC_SOURCE_DIR/tools/slurm_for_tests" down "$SLURM"; rm -rf "$WORK"' EXIT

# step STATE NAME [OPTION...]: two processes train; the options are for the second. Answers are NAME0 and NAME1.
step() {
  local state=$1 name=$2
  shift 2
  timeout 120 srun --overcommit --ntasks=2 --kill-on-bad-exit=0 bash -c '
    train=$1 state=$2 answer=$3$SLURM_PROCID
    shift 3
    [ "$SLURM_PROCID" = 1 ] || set --
    exec "$train" "$state" "$answer" "$@"' step "$TRAIN" "$state" "$WORK/$name" "$@"
}

note "two processes"
expect_exit 0 step - whole
cmp -s "$WORK/whole0" "$WORK/whole1" || fail "the two processes of a step do not agree"

note "two trainings at the same time meet at ports of their own"
step - first >"$WORK/log" 2>&1 &
expect_exit 0 step - second
wait $! || fail "the first of two steps failed: $(cat "$WORK/log")"
for answer in first0 first1 second0 second1; do
  cmp -s "$WORK/whole0" "$WORK/$answer" || fail "$answer differs"
done

note "a process that is killed ends its step, and the next one goes on from there"
LAST_COMMAND=
step "$WORK/state" killed kill=52 >"$WORK/stdout" 2>"$WORK/stderr" && fail "a step ended well although a process was killed"
expect_stderr "process 0 of 2 had no answer from the others"
[ -f "$WORK/state/member0.safetensors" ] && [ ! -f "$WORK/killed0" ] || fail "the killed step left no state, or an answer"
expect_exit 0 step "$WORK/state" resumed
cmp -s "$WORK/whole0" "$WORK/resumed0" || fail "a step that goes on gives another answer"

note "what a batch script starts without srun is one process"
expect_exit 0 "$TRAIN" - "$WORK/alone"
printf '#!/bin/bash\nexec "%s" - "%s"\n' "$TRAIN" "$WORK/batch" >"$WORK/job"
expect_exit 0 timeout 120 sbatch --wait --ntasks=2 --overcommit --output="$WORK/job.log" "$WORK/job"
cmp -s "$WORK/alone" "$WORK/batch" || fail "the batch script answers something else: $(cat "$WORK/job.log")"
