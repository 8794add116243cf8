#!/bin/bash
# larc stats: binary outcomes, agreement, harmonisation, multiple testing, sample size.
. "$(dirname "$0")/lib.sh"

# close PATH VALUE TOLERANCE: the number at PATH.
close() {
  local value
  value=$(json "$1") || fail "the answer has no $1"
  awk -v a="$value" -v b="$2" -v t="$3" 'BEGIN {d = a - b; if (d < 0) d = -d; exit !(d <= t)}' ||
    fail "$1 is $value, not $2"
}
stats() { expect_exit 0 "$LARC" stats "$@" --json; expect_one_document; }

# The forty patients of tests/stats/calibration_table.h and the scores of tests/stats/test_roc.cpp.
P=(0.3 0.3 0.3 0.3 0.3 0.3 0.48 0.78 0.14 0.81 0.24 0.16 0.24 0.53 0.5 0.35 0.19 0.26 0.8 0.51 0.28 0.19 0.39 0.09 0.3 0.24 0.79 0.75 0.43 0.16 0.73 0.71 0.68 0.68 0.34 0.67 0.82 0.46 0.19 0.7)
Q=(0.41 0.58 0.6 0.34 0.69 0.47 0.48 0.81 0.18 0.76 0.37 0.36 0.51 0.6 0.58 0.55 0.49 0.44 0.63 0.54 0.62 0.3 0.57 0.35 0.52 0.38 0.75 0.6 0.56 0.22 0.59 0.56 0.58 0.77 0.4 0.64 0.7 0.59 0.45 0.64)
Y=(1 1 1 0 0 0 1 1 0 0 0 0 0 0 0 0 0 0 1 0 1 1 0 0 1 0 1 1 1 0 1 1 1 1 1 0 0 0 0 1)
{
  echo id,y,p,q,set,arm
  for i in "${!P[@]}"; do
    echo "$i,${Y[i]},${P[i]},${Q[i]},$([ $((i % 2)) = 0 ] && echo train || echo test),$([ $((i % 3)) = 0 ] && echo A || echo B)"
  done
  echo "99,1,,0.5,test,A"
} >"$WORK/t.csv"

note "roc"
stats roc "$WORK/t.csv" --outcome y --score p --partial 0.5,1
expect_json n 40; expect_json dropped 1
close auc 0.71969696969696972 1e-14
expect_json_key lower; expect_json_key upper; expect_json_key se
expect_json curve/0/threshold null
expect_json_has notes "no finite threshold"
expect_json_key partial/standardised
expect_json_key average_precision
stats roc "$WORK/t.csv" --outcome y --score p,q
for key in difference se z p scores/0/auc scores/1/auc; do expect_json_key $key; done
stats roc "$WORK/t.csv" --outcome y --score p --group arm
for key in difference t df p; do expect_json_key $key; done
stats roc "$WORK/t.csv" --outcome y --score p --operating sensitivity --target 0.8 --train set=train
expect_json operating_point/training/n 20; expect_json operating_point/applied/n 20
expect_json_key operating_point/applied/ppv/exact_lower
stats roc "$WORK/t.csv" --outcome y --score p --operating youden
expect_json_has notes "optimistic"

note "calibration"
stats calibration "$WORK/t.csv" --outcome y --probability p
close slope 0.8117408638514942 1e-9; close intercept 0.02643681522010778 1e-9
close in_the_large 0.0780741372763479 1e-9; close brier 0.2132075 1e-14
close hosmer_lemeshow/chi2 10.94769347552388 1e-10; close emax 0.16953480994888770 1e-12
expect_json_key o_e_lower; expect_json bins/0/n 4

note "dca"
stats dca "$WORK/t.csv" --outcome y --probability p,q --thresholds 0.1,0.3,0.5 --cuts 0.3,0.6
close curve/0/net_benefit/p 0.3916666666666667 1e-14; close curve/1/treat_all 0.2142857142857143 1e-14
close curve/2/treat_none 0 0
close comparison/idi/difference -0.0854040404040404 1e-13
close comparison/nri_categorical/non_events/difference -0.4545454545454545 1e-13

note "dca of follow-up"
printf 'time,event,cause,a,b\n1,1,1,0.8,0.9\n2,1,2,0.3,0.2\n3,1,1,0.6,0.4\n4,0,0,0.1,0.3\n' >"$WORK/follow.csv"
stats dca "$WORK/follow.csv" --time time --event event --at 2.5 --probability a --thresholds 0.5,0.85
close curve/0/net_benefit/a 0 1e-15; close curve/0/treat_all 0 1e-15; expect_json curve/0/treated/a 2
close curve/1/net_benefit/a 0 0; expect_json_has notes "a at threshold 0.85: nobody is treated"
expect_json_has notes "Kaplan-Meier"
# Of those treated at 0.25 one of three has the cause by 2.5: 3/4 (1/3 - 2/3 1/3).
stats dca "$WORK/follow.csv" --time time --event cause --cause 1 --at 2.5 --probability a,b --thresholds 0.25 --cuts 0.5
close curve/0/net_benefit/a 0.08333333333333333 1e-15
expect_json cause 1
# The one event gains 0.1; the others, known by 2.5, change by -0.1, -0.2 and 0.2.
close comparison/idi/difference 0.13333333333333333 1e-14
close comparison/nri_categorical/total/difference 0.33333333333333333 1e-14
expect_json_key comparison/brier/p
stats dca "$WORK/follow.csv" --time time --event event --at 9 --probability a --thresholds 0.5
expect_json curve/0/net_benefit/a null; expect_json_has notes "nobody is followed to the horizon"

note "logistic"
stats logistic "$WORK/t.csv" --outcome y --covariates p,arm
expect_json coef/1/name armB
for key in coef/0/coef coef/0/se coef/0/or coef/0/lower coef/0/upper coef/0/z coef/0/p loglik/0 loglik/1 score wald concordance deviance events; do
  expect_json_key $key
done
stats logistic "$WORK/t.csv" --outcome y --covariates p --firth
expect_json method Firth
printf 'y,x\n0,1\n0,2\n1,3\n1,4\n' >"$WORK/separated.csv"
stats logistic "$WORK/separated.csv" --outcome y --covariates x
expect_json converged false; expect_json_has notes separate
stats logistic "$WORK/separated.csv" --outcome y --covariates x --firth
expect_json converged true
for key in coef/0/lower coef/0/or coef/0/chi2 intercept/or; do expect_json_key $key; done

note "icc and kappa"
{
  echo patient,reader,value
  i=0
  for row in "9 2 5 8" "6 1 3 2" "8 4 6 8" "7 1 2 6" "10 5 6 9" "6 2 4 7"; do
    i=$((i + 1)); r=0
    for v in $row; do r=$((r + 1)); echo "$i,r$r,$v"; done
  done
} >"$WORK/icc.csv"
stats icc "$WORK/icc.csv" --rater reader --subject patient --value value --type 2,1
close icc 0.289763779527559 1e-13; close F 11.0272479564033 1e-11; close lower 0.018786513374712 1e-10
stats icc "$WORK/icc.csv" --rater reader --subject patient --value value --type 3,1
close icc 0.714840714840715 1e-13
close forms/1,k/icc 0.442797133679268 1e-13
expect_exit 0 bash -c "grep -E 'reader|r1|r2' '$WORK/icc.csv' >'$WORK/two.csv'"
stats icc "$WORK/two.csv" --rater reader --subject patient --value value
expect_json_key bland_altman/bias; expect_json_key ccc/value
printf 'a,b\nx,x\nx,y\ny,y\ny,y\nz,z\nz,y\n' >"$WORK/kappa.csv"
stats kappa "$WORK/kappa.csv" --first a --second b --weights linear
expect_json_key kappa; expect_json categories/2 z

note "fdr"
printf 'name,p\na,.01\nb,.04\nc,NA\nd,.03\ne,.2\n' >"$WORK/p.csv"
stats fdr "$WORK/p.csv" --p p
close adjusted/0 0.04 1e-15; close adjusted/1 0.05333333333333333 1e-15; expect_json adjusted/2 null
expect_json dropped 1; expect_json_has notes "1 rows have no p value"
stats fdr "$WORK/p.csv" --p p --method holm
close adjusted/1 0.09 1e-15

note "samplesize"
stats samplesize --kind binary --prevalence 0.174 --cox-snell-r2 0.288 --parameters 24
expect_json n 662; expect_json criteria/0/n 623; expect_json criteria/2/n 221
stats samplesize --kind survival --rate 0.065 --timepoint 2 --meanfup 2.07 --cox-snell-r2 0.051 --parameters 30
expect_json n 5143; expect_json_key events_per_parameter
stats samplesize --kind binary --prevalence 0.2 --auc 0.8 --parameters 10
expect_json_key cox_snell_r2

note "combat"
{
  echo id,centre,age,f1,f2,f3
  awk 'BEGIN {srand(1); for (i = 1; i <= 60; ++i) {c = i <= 25 ? "A" : i <= 45 ? "B" : "C";
    s = c == "A" ? 0 : c == "B" ? 3 : -2; printf "%d,%s,%d", i, c, 50 + int(20 * rand());
    for (j = 1; j <= 3; ++j) printf ",%.4f", 10 * j + s * j + rand() * (c == "B" ? 2 : 1); print ""}}'
} >"$WORK/features.csv"
stats combat "$WORK/features.csv" --batch centre --features-from f1 --covariates age --out "$WORK/h.csv" --state "$WORK/state.json"
expect_json features 3; expect_json batches/1/n 20; expect_json file "$WORK/h.csv"
expect_file "$WORK/h.csv" "$WORK/state.json"
[ "$(head -1 "$WORK/h.csv")" = id,centre,age,f1,f2,f3 ] || fail "header of h.csv"
[ "$(wc -l <"$WORK/h.csv")" = 61 ] || fail "rows of h.csv"
for options in --mean-only --no-eb --nonparametric "--reference A"; do
  stats combat "$WORK/features.csv" --batch centre --features-from f1 $options --out "$WORK/h2.csv"
done
# With a reference its rows stay as they are.
paste -d, <(grep ',A,' "$WORK/h2.csv") <(grep ',A,' "$WORK/features.csv") |
  awk -F, '{for (c = 1; c <= 6; ++c) if (c == 2 ? $c != $(c + 6) : $c + 0 != $(c + 6) + 0) bad = 1} END {exit bad || NR != 25}' ||
  fail "reference rows changed"
sed 's/^\([0-9]*\),C/\1,new/' "$WORK/features.csv" | awk -F, 'NR == 1 {print $0 ",set"; next} {print $0 "," ($2 == "new" ? "later" : "now")}' |
  awk -F, '{print $7 "," $0}' | cut -d, -f1-7 >"$WORK/later.csv"
stats combat "$WORK/later.csv" --batch centre --features-from f1 --train set=now --out "$WORK/h3.csv"
expect_json incomplete 0; expect_json training 45; expect_json_has notes "15 rows of batches that were not in training"
sed '3s/,[^,]*$/,/; 4s/,[^,]*$/,/' "$WORK/features.csv" >"$WORK/holes.csv"
stats combat "$WORK/holes.csv" --batch centre --features-from f1 --out "$WORK/h4.csv"
expect_json incomplete 2; expect_json dropped 0; expect_json_has notes "2 rows miss a feature"
printf 'centre,f1,f2\n,1,2\nA,1,2\nA,2,inf\nB,3,1\nB,5,4\n' >"$WORK/infinite.csv"
expect_exit 3 "$LARC" stats combat "$WORK/infinite.csv" --batch centre --features-from f1 --out "$WORK/none.csv"
expect_stderr "row 3, column f2" "not a finite number"
awk -F, -v OFS=, 'NR == 1 {print "half", $0; next} {print NR % 2, $0}' "$WORK/features.csv" >"$WORK/half.csv"
stats combat "$WORK/half.csv" --batch centre --features-from f1 --train half=1.0 --out "$WORK/h5.csv"
expect_json training 30

note "bad input"
expect_exit 2 "$LARC" stats roc "$WORK/t.csv" --outcome y --score p,q,p
expect_exit 3 "$LARC" stats roc "$WORK/t.csv" --outcome p --score q
expect_stderr "row 1" "column p"
expect_exit 3 "$LARC" stats roc "$WORK/t.csv" --outcome y --score nothere
expect_exit 3 "$LARC" stats calibration "$WORK/t.csv" --outcome y --probability id
expect_stderr "0..1"
expect_exit 2 "$LARC" stats dca "$WORK/t.csv" --outcome y --probability p --thresholds 0.5,1
expect_exit 2 "$LARC" stats dca "$WORK/t.csv" --outcome y --probability p --cuts 0.5,0.3
expect_exit 2 "$LARC" stats dca "$WORK/t.csv" --probability p
expect_stderr "--outcome"
expect_exit 2 "$LARC" stats dca "$WORK/follow.csv" --time time --event event --probability a
expect_exit 2 "$LARC" stats dca "$WORK/follow.csv" --time time --event event --at 0 --probability a
expect_exit 2 "$LARC" stats dca "$WORK/follow.csv" --time time --event event --at 2 --probability a --thresholds 0,0.5
expect_exit 2 "$LARC" stats dca "$WORK/follow.csv" --outcome event --at 2 --probability a
expect_exit 3 "$LARC" stats dca "$WORK/follow.csv" --time time --event cause --at 2 --probability a
expect_stderr "row 2" "column cause"
expect_exit 3 "$LARC" stats dca "$WORK/follow.csv" --time time --event event --at 2 --probability time
expect_stderr "row 2" "column time"
expect_exit 2 "$LARC" stats samplesize --kind binary --prevalence 0.2 --parameters 5
expect_stderr "--auc"
expect_exit 2 "$LARC" stats samplesize --kind survival --auc 0.7 --parameters 5
expect_stderr "--rate"
for numbers in "--prevalence 2 --auc 0.7 --parameters 5" "--prevalence 0.2 --auc 1.7 --parameters 5" \
  "--prevalence 0.2 --cox-snell-r2 0.9 --parameters 5" "--prevalence 0.2 --auc 0.7 --parameters 0" \
  "--prevalence 0.2 --auc 0.7 --parameters 5 --shrinkage 1"; do
  expect_exit 2 "$LARC" stats samplesize --kind binary $numbers
done
note "option values"
for options in "--target 2 --operating sensitivity" "--partial 2,3" "--partial 0.5,0.5"; do
  expect_exit 2 "$LARC" stats roc "$WORK/t.csv" --outcome y --score p $options
done
expect_exit 2 "$LARC" stats concordance "$WORK/follow.csv" --time time --event event --score a --method uno --tau -2
for options in "--lambda-min-ratio 2" "--lambda -1" "--penalty-factor -1,1"; do
  expect_exit 2 "$LARC" stats logitnet "$WORK/t.csv" --outcome y --covariates p,q $options
done
expect_stderr "--penalty-factor"
expect_exit 2 "$LARC" crossval "$WORK/t.csv" --outcome y --models ridge,nothing
expect_stderr "--models" "nothing"
note "messages name the row of the file"
printf 'y,p,w\n0,,1\n1,0.5,1\n0,0.2,-1\n1,1.5,1\n' >"$WORK/rows.csv"
expect_exit 3 "$LARC" stats calibration "$WORK/rows.csv" --outcome y --probability p
expect_stderr "row 4, column p"
expect_exit 3 "$LARC" stats dca "$WORK/rows.csv" --outcome y --probability p
expect_stderr "row 4, column p"
expect_exit 3 "$LARC" stats fdr "$WORK/rows.csv" --p p --where y=1
expect_stderr "row 4, column p"
for analysis in "logistic --covariates p" "logitnet --covariates p,y" "dca --probability y"; do
  expect_exit 3 "$LARC" stats $analysis "$WORK/rows.csv" --outcome y --weights w
  expect_stderr "row 3, column w"
done
expect_exit 3 "$LARC" stats concordance "$WORK/rows.csv" --time p --event y --score p --weights w
expect_stderr "row 3, column w"
note "no events"
for analysis in "coxnet --time p" "logitnet"; do
  option=$([ "$analysis" = logitnet ] && echo --outcome || echo --event)
  stats $analysis "$WORK/t.csv" $option y --covariates p,q --where y=0 --cv
  expect_json path/# 0; expect_json_has notes "no patient has the outcome"
done
stats logitnet "$WORK/t.csv" --outcome y --covariates p,q --where y=1
expect_json path/# 0; expect_json_has notes "every patient has the outcome"
note "conditions compare numbers as numbers"
stats roc "$WORK/t.csv" --outcome y --score p --operating youden --train id=7.0 --where set=test
expect_json operating_point/training/n 1
printf 'p\n0.5\n1.5\n' >"$WORK/bad.csv"
expect_exit 3 "$LARC" stats fdr "$WORK/bad.csv" --p p
expect_stderr "row 2"
expect_exit 2 "$LARC" stats fdr "$WORK/p.csv" --p p --method magic
echo "6,r4,7" >>"$WORK/icc.csv"
expect_exit 3 "$LARC" stats icc "$WORK/icc.csv" --rater reader --subject patient --value value
expect_stderr "already rated"
expect_exit 3 "$LARC" stats combat "$WORK/features.csv" --batch centre --features-from f1 --reference Z --out "$WORK/none.csv"
expect_no_file "$WORK/none.csv"
stats combat "$WORK/features.csv" --batch centre --features-from age --covariates age --out "$WORK/h3.csv"
expect_json features 3
echo ok
