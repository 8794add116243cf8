# larc stats km, cox, cif, finegray: answers on a table small enough to check, and bad input.
. "$(dirname "$0")/lib.sh"

# Ties, a text column, a missing value, late entry, weights and causes.
cat >"$WORK/t.csv" <<'CSV'
time,event,cause,arm,age,stage,entry,weight,site
1,1,1,a,50,I,0,1,x
2,1,2,a,61,II,0,2,x
2,0,0,b,47,III,1,1,y
3,1,1,b,66,II,0,1.5,y
4,1,1,a,72,III,2,1,x
5,0,0,b,58,I,0,1,y
6,1,2,b,69,III,3,1,x
6,1,1,a,55,II,0,2,y
8,0,0,b,49,I,0,1,x
9,1,1,b,63,II,1,1,y
10,0,0,a,52,I,0,1,x
7,1,1,a,,I,0,1,x
CSV

note "km: worked by hand"
expect_exit 0 "$LARC" stats km "$WORK/t.csv" --time time --event event --at 0.5,4,100 --json
expect_one_document
expect_json n 12
expect_json dropped 0
expect_json groups/0/name all
expect_json groups/0/events 8
expect_json groups/0/curve/1/time 2.0
expect_json groups/0/curve/1/at_risk 11
expect_json groups/0/curve/1/events 1
expect_json groups/0/at/0/survival 1.0
expect_json groups/0/at/2/survival null
expect_json_has notes "nobody is followed to time 100"
expect_json groups/0/median 6.0
note "km: groups and tests"
expect_exit 0 "$LARC" stats km "$WORK/t.csv" --time time --event event --group arm --test peto --pairwise --strata site \
  --rmean 6 --conf plain --json
expect_json groups/0/name a
expect_json groups/1/name b
expect_json groups/1/rmean/tau 6.0
expect_json logrank/df 1
expect_json test/name peto
expect_json_key pairwise/0/p_holm
expect_exit 0 "$LARC" stats km "$WORK/t.csv" --time time --event event --entry entry --weights weight --json
expect_json groups/0/curve/0/at_risk 10.5
expect_exit 0 "$LARC" stats km "$WORK/t.csv" --time time --event event --group arm
expect_stdout "a: 6 rows" "logrank test: p"

note "cox"
expect_exit 0 "$LARC" stats cox "$WORK/t.csv" --time time --event event --covariates age,stage --json
expect_one_document
expect_json n 11
expect_json dropped 1
expect_json events 7
expect_json coef/1/name stageII
expect_json coef/2/name stageIII
expect_json_key coef/0/hr
expect_json_key loglik/1
expect_json_key concordance
expect_json ph_test/1/name stage
expect_json ph_test/1/df 2
expect_json ph_test/2/name GLOBAL
expect_exit 0 "$LARC" stats cox "$WORK/t.csv" --time time --event event --covariates age --strata arm --entry entry \
  --weights weight --ties breslow --baseline --json
expect_json robust true
expect_json_has notes "robust"
expect_json baseline/0/stratum a
expect_exit 0 "$LARC" stats cox "$WORK/t.csv" --time time --event event --covariates age --where arm=a --json
expect_json n 5

note "Firth's penalty"
printf 'time,event,x,flat,twice,out\n1,1,1,1,2,0\n2,1,1,1,2,0\n3,1,0,1,0,0\n' >"$WORK/monotone.csv"
expect_exit 0 "$LARC" stats cox "$WORK/monotone.csv" --time time --event event --covariates x --json
expect_json converged false
expect_exit 0 "$LARC" stats cox "$WORK/monotone.csv" --time time --event event --covariates x,flat,twice --firth --ties breslow --json
expect_json method Firth
expect_json converged true
expect_json_has coef/0/coef 1.3291038606
expect_json_has coef/0/p 0.33874993
expect_json coef/1/coef null
expect_json_has notes "column flat, column twice"
expect_json ph_test "[]"
expect_exit 0 "$LARC" stats cox "$WORK/t.csv" --time time --event event --covariates age,stage --strata arm --entry entry \
  --firth --baseline --json
expect_json converged true
expect_json baseline/1/stratum b
expect_exit 0 "$LARC" stats cox "$WORK/t.csv" --time time --event event --covariates age --firth
expect_stdout "age: HR" "penalised"
for option in --robust "--weights weight" "--cluster site"; do
  expect_exit 2 "$LARC" stats cox "$WORK/t.csv" --time time --event event --covariates age --firth $option
done
expect_stderr "--firth does not go with"
note "columns set aside are named"
expect_exit 0 "$LARC" stats cox "$WORK/monotone.csv" --time time --event event --covariates flat,x,twice --json
expect_json_has notes "column flat, column twice"
expect_exit 0 "$LARC" stats finegray "$WORK/monotone.csv" --time time --event event --cause 1 --covariates flat --json
expect_json_has notes "column flat"

note "competing risks"
expect_exit 0 "$LARC" stats cif "$WORK/t.csv" --time time --event cause --cause 1 --group arm --at 5 --json
expect_one_document
expect_json groups/0/name a
expect_json gray/df 1
expect_json_key groups/0/curve/0/incidence
expect_json_key groups/1/at/0/se
expect_exit 0 "$LARC" stats finegray "$WORK/t.csv" --time time --event cause --cause 1 --covariates age --json
expect_one_document
expect_json n 11
expect_json coef/0/name age
expect_json converged true
expect_json_has notes "as in cmprsk::crr"
expect_exit 0 "$LARC" stats finegray "$WORK/t.csv" --time time --event cause --cause 1 --covariates age --strata arm --baseline --json
expect_json converged true
expect_json baseline/0/stratum a
expect_json baseline/1/stratum b
expect_json_has notes "a censoring curve for each stratum"
expect_exit 0 "$LARC" stats finegray "$WORK/t.csv" --time time --event cause --cause 1 --covariates age --entry entry --json
expect_json converged true
expect_json_has notes "taken as known"
printf 'time,cause,entry,x\n1,1,0,1\n2,2,0,3\n5,1,3,2\n6,0,3,5\n7,1,3,4\n' >"$WORK/gap.csv"
expect_exit 0 "$LARC" stats finegray "$WORK/gap.csv" --time time --event cause --cause 1 --covariates x --entry entry --json
expect_json coef/0/coef null
expect_json_has notes "weights of late entry are undefined"

note "no events, all censored"
expect_exit 0 "$LARC" stats cox "$WORK/t.csv" --time time --event event --covariates age --where event=0 --json
expect_json coef/0/coef null
expect_json_has notes "no events"
expect_exit 0 "$LARC" stats km "$WORK/t.csv" --time time --event event --group arm --where event=0 --json
expect_json logrank/chi2 null
expect_json_has notes "no events"

expect_exit 0 "$LARC" stats cif "$WORK/t.csv" --time time --event cause --cause 7 --group arm --json
expect_json groups/0/curve/0/incidence 0.0
expect_json gray/chi2 null
expect_json_has notes "no event of cause 7"
expect_exit 0 "$LARC" stats finegray "$WORK/t.csv" --time time --event cause --cause 7 --covariates age --json
expect_json coef/0/coef null
expect_json concordance null
expect_json_has notes "no event of the cause"

note "every null has its note"
expect_exit 0 "$LARC" stats km "$WORK/t.csv" --time time --event event --group arm --where time=1 --pairwise --json
expect_json groups/0/quantiles/0/time 1.0
expect_exit 0 "$LARC" stats km "$WORK/t.csv" --time time --event event --group site --pairwise --where event=0 --json
expect_json groups/0/quantiles/0/time null
expect_json_has notes "x: survival does not fall to 0.75"
expect_json pairwise/0/p null
expect_json_has notes "x and y: no event at a time when both are at risk"
expect_exit 0 "$LARC" stats km "$WORK/t.csv" --time time --event event --where event=1 --json
expect_json groups/0/median_follow_up null
expect_json_has notes "the median follow-up is not reached"
note "everybody had an event: the curves stay as they are"
expect_exit 0 "$LARC" stats cif "$WORK/t.csv" --time time --event cause --cause 1 --where event=1 --at 9,100 --json
expect_json groups/0/at/1/incidence "$(json groups/0/at/0/incidence)"
expect_exit 0 "$LARC" stats cif "$WORK/t.csv" --time time --event cause --cause 1 --at 100 --json
expect_json groups/0/at/0/incidence null
expect_json_has notes "nobody is followed to this time"

note "bad input"
expect_exit 3 "$LARC" stats km "$WORK/t.csv" --time time --event cause
expect_stderr "row 2" "cause"
expect_exit 3 "$LARC" stats cox "$WORK/t.csv" --time time --event event --covariates age --entry time
expect_stderr "row 1" "not before"
note "rows are those of the file, whatever was left out before them"
printf 'time,event,entry,x,y\n5,1,,1,1\n6,0,1,2,2\n7,1,1,4,3\n3,1,4,3,5\n4,0,1,5,9\n' >"$WORK/late.csv"
expect_exit 3 "$LARC" stats coxnet "$WORK/late.csv" --time time --event event --entry entry --covariates x,y
expect_stderr "row 4, column entry" "not before"
expect_exit 3 "$LARC" stats cox "$WORK/t.csv" --time time --event event --covariates nobody
expect_stderr "nobody"
expect_exit 2 "$LARC" stats cox "$WORK/t.csv" --time time --event event --covariates age --ties exact
expect_exit 2 "$LARC" stats cox "$WORK/t.csv" --time time --event event
expect_stderr "--covariates"
expect_exit 2 "$LARC" stats km "$WORK/t.csv" --time time --event event --at 1,x
expect_stderr "--at"
expect_exit 3 "$LARC" stats finegray "$WORK/t.csv" --time time --event cause --cause 1 --covariates age --entry time
expect_stderr "row 1" "not before"
