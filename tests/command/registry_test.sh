# The registry as a user meets it: a row edited behind larc's back is named, a full disk leaves it intact, two imports at
# once do not meet; on a PostgreSQL server (LARC_TEST_POSTGRES) a study gives what it gives on SQLite.
. "$(dirname "$0")/lib.sh"

D=$WORK/delivery
cohort "$D" 12
good=$D/clinical.csv
new_study study
S=$WORK/study
export LARC_USER="Dr Wang"

note "an import, a correction, and the same again"
expect_exit 0 "$LARC" import "$S" "$good"
sed '4s/^p03,south,[^,]*/p03,south,61/' "$good" >"$WORK/corrected.csv"
expect_exit 0 "$LARC" import "$S" "$WORK/corrected.csv"
expect_exit 0 "$LARC" status "$S" --verify --json
expect_one_document
expect_json audit/unbroken true
expect_json audit/entries 2
expect_exit 0 "$LARC" import "$S" "$WORK/corrected.csv"
expect_exit 0 "$LARC" status "$S" --verify --json
expect_json audit/entries 2
expect_exit 0 "$LARC" status "$S" --verify
expect_stdout "audit trail: unbroken, 2 entries"
registry() { sqlite3 "$S/registry.db" "$1" || fail "sqlite3 cannot do: $1"; }
[ "$(registry "SELECT recorded_by FROM audit WHERE id = 1")" = "Dr Wang" ] || fail "the trail does not say who"
[ "$(registry "SELECT json_extract(content, '\$[0].values.age') FROM record ORDER BY id DESC LIMIT 1")" = 61 ] ||
  fail "the corrected age is not the newest row"

note "what was known on a day"
expect_exit 2 "$LARC" show "$S" p03 --on yesterday
expect_stderr "YYYY-MM-DD"
expect_exit 0 "$LARC" show "$S" p03 --on 2000-01-01 --json
expect_json values []
expect_exit 0 "$LARC" show "$S" p03
expect_stdout "age = 61"

note "a database in the environment is a server"
(cd "$WORK" && LARC_DATABASE="larc:secret@host/studies" "$LARC" status "$S" >/dev/null 2>"$WORK/stderr") && fail "taken"
grep -q "LARC_DATABASE is no address" "$WORK/stderr" || fail "$(cat "$WORK/stderr")"
! grep -q secret "$WORK/stderr" || fail "the password was shown"

note "a row edited by hand"
registry "UPDATE record SET content = replace(content, ':\"61\"', ':\"62\"') WHERE id = 13"
expect_exit 3 "$LARC" status "$S" --verify --json
expect_one_document
expect_json audit/unbroken false
expect_json audit/faults/0/table record
expect_json audit/faults/0/id 13
expect_json audit/faults/0/patient p03
expect_json audit/faults/0/source corrected.csv
expect_stderr "not as larc wrote it" "record 13, patient p03, from corrected.csv" "restore the registry from a copy"
registry "UPDATE record SET content = replace(content, ':\"62\"', ':\"61\"') WHERE id = 13"
expect_exit 0 "$LARC" status "$S" --verify

note "a byte of the trail"
registry "UPDATE audit SET recorded_by = 'Dr Wanh' WHERE id = 1"
expect_exit 3 "$LARC" status "$S" --verify
expect_stderr "audit 1: this entry of the audit trail was changed"
registry "UPDATE audit SET recorded_by = 'Dr Wang' WHERE id = 1"

note "two imports at once: one works, the other is refused or waits"
for try in 1 2 3 4; do "$LARC" import "$S" "$D" --quiet >/dev/null 2>"$WORK/err.$try" & done
wait
expect_exit 0 "$LARC" import "$S" "$D" --quiet
for try in 1 2 3 4; do
  [ ! -s "$WORK/err.$try" ] || grep -q "another larc is working" "$WORK/err.$try" || fail "$(cat "$WORK/err.$try")"
done
expect_exit 0 "$LARC" status "$S" --verify --json
expect_json audit/unbroken true
[ "$(registry "SELECT COUNT(*) FROM image")" = 24 ] || fail "images are missing, or are there twice"

note "a full disk"
mkdir "$WORK/small"
if [ "$(id -u)" -eq 0 ] && mount -t tmpfs -o size=1m tmpfs "$WORK/small" 2>/dev/null; then
  trap 'umount "$WORK/small"; rm -rf "$WORK"' EXIT
  new_study small/study
  { head -1 "$good"; for row in $(seq 1 6000); do echo "q$row,south,60,M,5,0,12,0,3"; done; } >"$WORK/large.csv"
  expect_exit 3 "$LARC" import "$WORK/small/study" "$WORK/large.csv"
  expect_stderr "disk is full" "Free space"
  mount -o remount,size=20m "$WORK/small"
  expect_exit 0 "$LARC" status "$WORK/small/study" --verify --json
  expect_json patients 0
  expect_json audit/unbroken true
  expect_exit 0 "$LARC" import "$WORK/small/study" "$WORK/large.csv"
  expect_exit 0 "$LARC" status "$WORK/small/study" --verify --json
  expect_json patients 6000
else
  echo "a full disk was not tried: only root can mount a small one"
fi

note "a server that does not answer"
server_study() {  # NAME ADDRESS: study WORK/NAME with its registry on a server
  new_study "$1"
  { echo "database: $2"; sed "s/^id: small/id: $1/" "$WORK/$1/study.yaml"; } >"$WORK/with_server.yaml"
  mv "$WORK/with_server.yaml" "$WORK/$1/study.yaml"
}
server_study away "postgresql://larc:secret@127.0.0.1:1/studies"
expect_exit 4 "$LARC" import "$WORK/away" "$good"
expect_stderr "postgresql://larc@127.0.0.1:1/studies" "cannot be reached" "start its server"
! grep -q secret "$WORK/stderr" || fail "the password was shown"

if [ -z "${LARC_TEST_POSTGRES:-}" ]; then
  echo "PostgreSQL was not tried: LARC_TEST_POSTGRES is not set (tools/postgres_for_tests starts a server)"
  exit 0
fi
note "the same study on a server"
name=command_$$
server_study "$name" "$LARC_TEST_POSTGRES"
P=$WORK/$name
trap 'psql "$LARC_TEST_POSTGRES" -qc "DROP SCHEMA IF EXISTS $name CASCADE" 2>/dev/null; umount "$WORK/small" 2>/dev/null; rm -rf "$WORK"' EXIT
expect_exit 0 "$LARC" import "$P" "$good"
expect_exit 0 "$LARC" import "$P" "$WORK/corrected.csv"
expect_exit 0 "$LARC" import "$P" "$D" --quiet
expect_no_file "$P/registry.db"
for study in "$S" "$P"; do
  expect_exit 0 "$LARC" run "$study" --until extract --quiet
  expect_exit 0 "$LARC" screen "$study"
done
diff <(cd "$S" && find features -type f | sort | xargs sha256sum) <(cd "$P" && find features -type f | sort | xargs sha256sum) ||
  fail "the features differ between the databases"
expect_exit 0 "$LARC" status "$P" --verify --json
expect_json audit/unbroken true
psql "$LARC_TEST_POSTGRES" -qc "UPDATE $name.record SET source_row = 7 WHERE id = 2" || fail "psql"
expect_exit 3 "$LARC" status "$P" --verify
expect_stderr "record 2, patient p02, from clinical.csv"
