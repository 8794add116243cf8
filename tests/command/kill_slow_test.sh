# As kill_test.sh, with 50 kills at other moments.
. "$(dirname "$0")/lib.sh"
. "$HERE/kill.sh"
kill_often 50 20240502
