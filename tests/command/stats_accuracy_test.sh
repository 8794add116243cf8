# larc stats concordance, timeauc and brier: answers as R gives them (tests/data/accuracy), notes, and bad input.
. "$(dirname "$0")/lib.sh"

T=$LARC_SOURCE_DIR/tests/data/accuracy/ties.csv
F="--time time --event event"

# expect_near PATH VALUE: to 12 digits.
expect_near() {
  local value
  value=$(json "$1") || fail "the answer has no $1"
  awk -v a="$value" -v b="$2" 'BEGIN { d = a - b; exit !((d < 0 ? -d : d) <= 1e-12 * ((b < 0 ? -b : b) + 1e-3)) }' ||
    fail "$1 is $value, not $2"
}
truth() { json "$1" "$LARC_SOURCE_DIR/tests/data/accuracy/accuracy.json"; }

note "concordance"
expect_exit 0 "$LARC" stats concordance "$T" $F --score a --json
expect_one_document
expect_json n 140
expect_json dropped 0
expect_json notes []
expect_near c "$(truth c/harrell/c)"
expect_near se "$(truth c/harrell/se)"
expect_json pairs/concordant 3323.0
expect_exit 0 "$LARC" stats concordance "$T" $F --score a --method uno --tau 0.75 --json
expect_near c "$(truth c/uno_tau/c)"
expect_near se "$(truth c/uno_tau/se)"
expect_exit 0 "$LARC" stats concordance "$T" $F --score a --weights w --json
expect_near se "$(truth c/harrell_weights/se)"
expect_exit 0 "$LARC" stats concordance "$T" $F --score a,b --json
expect_near difference/se "$(truth c/pair/se_harrell)"
expect_near second/c "$(truth c/pair/c/1)"
expect_exit 0 "$LARC" stats concordance "$T" $F --score a,b
expect_stdout "a: C 0.62" "difference"

note "timeauc"
expect_exit 0 "$LARC" stats timeauc "$T" $F --score a,b --at 0.25,0.5,0.8,1.25 --json
expect_one_document
for k in 0 1 2 3; do
  expect_near values/$k/auc "$(truth survival/auc/$k/AUC)"
  expect_near values/$k/se "$(truth survival/auc/$k/se)"
  expect_near second/values/$k/auc "$(truth survival/auc/$((k + 4))/AUC)"
  expect_near difference/$k/se "$(truth survival/auc_difference/$k/se)"
done
expect_exit 0 "$LARC" stats timeauc "$T" --time time --event cause --cause 2 --score a --at 0.5 --json
expect_near values/0/auc "$(truth cause2/auc/1/AUC)"
expect_near values/0/upper "$(truth cause2/auc/1/upper)"
expect_json cause 2
expect_exit 0 "$LARC" stats timeauc "$T" $F --score a --at 0.5,99 --json
expect_json values/1/auc null
expect_json_has notes "nobody is followed to the horizon"
expect_exit 0 "$LARC" stats timeauc "$T" $F --score a --at 0.5,99
expect_stdout "undefined"

note "brier"
awk -F, 'NR == 1 { print $0 ",s1,s2" } NR > 1 { printf "%s,%.17g,%.17g\n", $0, 1 - $1, exp(-$1 * 0.8) }' "$T" >"$WORK/b.csv"
expect_exit 0 "$LARC" stats brier "$WORK/b.csv" $F --survival s2,s1 --at 0.8,0.5 --json
expect_one_document
expect_json values/0/column s1
expect_json values/1/time 0.8
expect_near values/0/brier "$(truth survival/brier/5/Brier)"
expect_near values/0/se "$(truth survival/brier/5/se)"
expect_near values/0/null "$(truth survival/brier/1/Brier)"
expect_near values/1/null_se "$(truth survival/brier/2/se)"
expect_near ibs "$(awk -v b="$(json values/0/brier)" 'BEGIN { printf "%.17g", b * 0.3 / 0.8 }')"
expect_json_has ibs_rule pec
expect_exit 0 "$LARC" stats brier "$T" --time time --event cause --cause 1 --risk a --at 0.5 --json
expect_near values/0/brier "$(truth cause1/brier/5/Brier)"
expect_json ibs null
expect_json_has notes "two times"
expect_exit 0 "$LARC" stats brier "$WORK/b.csv" $F --survival s1,s2 --at 0.5,99 --json
expect_json values/1/brier null
expect_json_has notes "nobody is followed to the horizon"
expect_exit 0 "$LARC" stats brier "$WORK/b.csv" $F --survival s1,s2 --at 0.5,0.8
expect_stdout "integrated 0 to 0.8"

note "missing values are dropped"
sed '5s/^[^,]*,/NA,/' "$T" >"$WORK/missing.csv"
expect_exit 0 "$LARC" stats timeauc "$WORK/missing.csv" $F --score a --at 0.5 --json
expect_json n 139
expect_json dropped 1

note "bad input"
expect_exit 3 "$LARC" stats timeauc "$T" --time time --event cause --score a --at 0.5
expect_stderr "cause"
expect_exit 3 "$LARC" stats timeauc "$T" $F --score nothing --at 0.5
expect_stderr "nothing"
expect_exit 2 "$LARC" stats timeauc "$T" $F --score a --at 0
expect_stderr "--at"
expect_exit 2 "$LARC" stats timeauc "$T" $F --score a,b,w --at 0.5
expect_exit 2 "$LARC" stats timeauc "$T" $F --score a --at 0.5 --cause 0
expect_exit 2 "$LARC" stats timeauc "$T" $F --score a
expect_exit 2 "$LARC" stats brier "$T" $F --survival a,b --at 0.5
expect_stderr "one column per time"
expect_exit 2 "$LARC" stats brier "$T" $F --survival a --risk b --at 0.5
expect_exit 2 "$LARC" stats brier "$T" $F --at 0.5
expect_exit 2 "$LARC" stats brier "$T" $F --survival a,b --at 0.5,0.5
expect_stderr "twice"
expect_exit 3 "$LARC" stats brier "$T" $F --survival w --at 0.5
expect_stderr "ties.csv row" "0..1"
expect_exit 2 "$LARC" stats concordance "$T" $F --score a --tau -1
expect_exit 2 "$LARC" stats concordance "$T" $F --score a --method other
