#!/usr/bin/env bash
# larc crossval: a table with a signal, noise, centres, an external set, leaks, bad input.
. "$(dirname "$0")/lib.sh"

make_table() {  # FILE ROWS STRENGTH: outcome y, time and event, centre, id, a volume, noise, a text column
  awk -v n="$2" -v b="$3" 'BEGIN { srand(7); print "id,centre,y,time,event,signal,tumour_volume,x1,x2,x3,stage"
    for (i = 1; i <= n; ++i) { s = rand() + rand() + rand() - 1.5; y = (s * b + rand() - 0.5 > 0) ? 1 : 0
      printf "p%d,%s,%d,%.4f,%d,%.5f,%.3f,%.5f,%.5f,%.5f,%s\n", i, substr("ABC", i % 3 + 1, 1), y, exp(-s * b) * (0.2 - log(rand() + 1e-9)), rand() < 0.7, s, 20 + 10 * rand(), rand(), rand(), rand(), rand() < 0.5 ? "T3" : "T4" } }' >"$1"
}
make_table "$WORK/t.csv" 120 1.5

note "a signal is found, the answer is the same for any number of threads"
expect_exit 0 "$LARC" crossval "$WORK/t.csv" --outcome y --id id --drop centre,time,event --models elastic_net,rank_ridge --repeats 2 --predictions --json --quiet --threads 1
cp "$WORK/stdout" "$WORK/one.json"
expect_json models/0/name elastic_net
expect_json models/0/metric auc
expect_json models/2/name volume
expect_json models/2/baseline true
expect_json models/3/name random
[ "$(json models/0/predictions/0/id)" = p1 ] || fail "predictions have no id"
awk -v v="$(json models/0/value)" 'BEGIN { exit !(v > 0.7 && v < 1) }' || fail "AUC $(json models/0/value)"
expect_json_has notes/0 "too good"
expect_json volume_alone/models/0/baseline volume
expect_json volume_alone/models/0/verdict better
expect_json models/0/sample_size/parameters 6
expect_json models/2/sample_size/parameters 1
expect_json_key models/0/sample_size/events_per_parameter
expect_json models/0/sample_size/criteria/# 3
expect_exit 0 "$LARC" crossval "$WORK/t.csv" --outcome y --id id --drop centre,time,event --models elastic_net,rank_ridge --repeats 2 --predictions --json --quiet --threads 2
cmp -s "$WORK/one.json" "$WORK/stdout" || fail "two threads give other bytes than one"

note "survival, centres, external rows, permutations, bootstrap"
expect_exit 0 "$LARC" crossval "$WORK/t.csv" --time time --event event --id id --centre centre --drop y --models ridge --repeats 1 --permutations 5 --bootstrap 3 --json --quiet
expect_json models/0/metric c_harrell
expect_json leave_one_centre_out/models/0/centres/2/centre C
expect_json leave_one_centre_out/models/1/name ridge+combat
expect_json_has leave_one_centre_out/models/1/notes/0 "unseen in training"
expect_json_key leave_one_centre_out/volume_alone/models/0/statement
expect_json_key permutation/p
expect_json_key bootstrap/corrected
expect_exit 0 "$LARC" crossval "$WORK/t.csv" --outcome y --id id --drop time,event --external centre=C --models ridge --repeats 1 --json --quiet
expect_json n 80
expect_json external/models/0/name ridge
# As --where: 1 and 1.0 are one number.
awk -F, -v OFS=, 'NR == 1 {print $0, "part"; next} {print $0, NR % 4 == 0}' "$WORK/t.csv" >"$WORK/parts.csv"
expect_exit 0 "$LARC" crossval "$WORK/parts.csv" --outcome y --id id --drop time,event --external part=1.0 --models ridge --repeats 1 --json --quiet
expect_json external/models/0/name ridge

note "folds that somebody else drew"
awk -F, 'NR == 1 { print $0 ",f1,f2"; next } { print $0 "," NR % 4 "," (NR < 60 ? "first" : "second") }' "$WORK/t.csv" >"$WORK/folds.csv"
expect_exit 0 "$LARC" crossval "$WORK/folds.csv" --outcome y --id id --drop centre,time,event --models rank_ridge --fold-columns f1,f2 --predictions --json --quiet
expect_json protocol/repeats 2
expect_json protocol/folds/1 f2
expect_exit 0 "$LARC" crossval "$WORK/folds.csv" --outcome y --id id --drop centre,time,event,f2 --models rank_ridge --fold-columns f1 --json --quiet
cp "$WORK/stdout" "$WORK/alone.json"
expect_exit 0 "$LARC" crossval "$WORK/folds.csv" --outcome y --id id --drop centre,time,event,f2 --models rank_ridge --fold-columns f1 --repeats 3 --folds 7 --json --quiet
cmp -s "$WORK/alone.json" "$WORK/stdout" || fail "--repeats changes given folds"
expect_exit 3 "$LARC" crossval "$WORK/folds.csv" --outcome y --id id --models rank_ridge --fold-columns f3
expect_stderr "f3"
expect_exit 5 "$LARC" crossval "$WORK/folds.csv" --outcome y --id id --where f2=first --models rank_ridge --fold-columns f2
expect_stderr "two"

note "permuted outcomes: the limits hold 0.5"
expect_exit 0 "$LARC" crossval "$WORK/t.csv" --outcome y --id id --drop centre,time,event --models elastic_net --repeats 2 --permute --json --quiet
awk -v l="$(json models/0/lower)" -v u="$(json models/0/upper)" 'BEGIN { exit !(l < 0.5 && u > 0.5) }' || fail "limits $(json models/0/lower) $(json models/0/upper)"

note "a column that gives the outcome away is named and left out"
awk -F, 'NR == 1 { print $0 ",visits"; next } { print $0 "," int($4 * 100) }' "$WORK/t.csv" >"$WORK/leak.csv"
expect_exit 0 "$LARC" crossval "$WORK/leak.csv" --time time --event event --id id --drop y,centre --models ridge --repeats 1 --json
expect_stderr "suspect column visits" "follow-up time"
expect_json warnings/0/column visits
expect_json warnings/0/removed true

note "where volume alone does as well, the answer and the log say so"
awk -F, -v OFS=, 'NR > 1 { $7 = $6 } { $6 = ""; print }' "$WORK/t.csv" | sed 's/,,/,/' >"$WORK/volume.csv"
expect_exit 0 "$LARC" crossval "$WORK/volume.csv" --outcome y --id id --centre centre --drop time,event --models elastic_net --repeats 2 --json
expect_json models/# 4
[ "$(json volume_alone/models/0/verdict)" != better ] || fail "radiomics beyond the volume that made it"
expect_json_has notes "olume alone"
expect_stderr "olume alone" "leave one centre out: "

note "rows without a centre are dropped and counted"
awk -F, -v OFS=, 'NR == 5 { $2 = "" } { print }' "$WORK/t.csv" >"$WORK/nowhere.csv"
expect_exit 0 "$LARC" crossval "$WORK/nowhere.csv" --outcome y --id id --centre centre --drop time,event --models ridge --repeats 1 --json --quiet
expect_json n 119
expect_json dropped 1

note "bad input"
expect_exit 2 "$LARC" crossval "$WORK/t.csv"
expect_stderr "--outcome"
expect_exit 3 "$LARC" crossval "$WORK/absent.csv" --outcome y
expect_exit 3 "$LARC" crossval "$WORK/t.csv" --outcome nothing
expect_stderr "nothing"
expect_exit 3 "$LARC" crossval "$WORK/t.csv" --outcome signal
expect_stderr "column signal" "whole number"
expect_exit 2 "$LARC" crossval "$WORK/t.csv" --outcome y --models oracle
expect_stderr "'oracle' is not a model"
head -4 "$WORK/t.csv" >"$WORK/few.csv"
expect_exit 5 "$LARC" crossval "$WORK/few.csv" --outcome y --models ridge
expect_stderr "folds"
echo passed
