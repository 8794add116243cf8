# Results depend on the seed, never on the number of threads.
. "$(dirname "$0")/lib.sh"

cohort "$WORK/delivery" 24
for name in one two seed; do
  new_study $name
  expect_exit 0 "$LARC" import "$WORK/$name" "$WORK/delivery" --threads 2
done
expect_exit 0 "$LARC" run "$WORK/one" --threads 1
expect_exit 0 "$LARC" run "$WORK/two" --threads 2
same_results "$WORK/one" "$WORK/two"

expect_exit 0 "$LARC" run "$WORK/seed" --threads 2 --seed 2
cmp -s "$WORK/one/features/t2_tumour.csv" "$WORK/seed/features/t2_tumour.csv" || fail "features depend on the seed"
cmp -s "$WORK/one/reports/study.json" "$WORK/seed/reports/study.json" && fail "another seed gives the same report"
[ "$(json provenance/seed "$WORK/seed/reports/study.json")" = 2 ] || fail "the report does not name its seed"
# Of 24 patients one figure may be the same by chance; of two endpoints and two kinds of model not all.
figures() { for e in 0 1; do for m in 0 1; do json endpoints/$e/models/$m/internal/value "$1/reports/study.json"; done; done; }
a=$(figures "$WORK/one")
b=$(figures "$WORK/seed")
[ -n "$a" ] && [ "$a" != "$b" ] || fail "the figures are $a with one seed and $b with the other: folds do not depend on the seed"
