# Wrong and right ways to call larc: exit codes, messages, --json.
. "$(dirname "$0")/lib.sh"

note "no command, unknown ones"
expect_exit 2 "$LARC"
expect_stderr "subcommand is required" "--help"
expect_exit 2 "$LARC" fly
expect_stderr "fly"
expect_exit 2 "$LARC" status --no-such-option "$WORK"
expect_stderr "--no-such-option"
expect_exit 2 "$LARC" run
expect_stderr "STUDY is required"
expect_exit 2 "$LARC" run "$WORK/study" --threads many
expect_stderr "--threads"
expect_exit 2 "$LARC" run "$WORK/study" --threads 0
expect_stderr "--threads"
expect_exit 2 "$LARC" init "$WORK/study" --demo-patients 20
expect_stderr "--demo"
expect_exit 2 "$LARC" init "$WORK/study" --demo --demo-scenario chaos
expect_stderr "chaos"
expect_exit 2 "$LARC" init "$WORK/study" --demo --demo-disk messy
expect_exit 2 "$LARC" init "$WORK/study" --demo-disk raw
expect_stderr "--demo"
expect_exit 2 "$LARC" init "$WORK/study" --demo --demo-images --no-demo-images
expect_stderr "--no-demo-images"
expect_exit 2 "$LARC" predict
expect_stderr "STUDY" "--bundle"
expect_no_file "$WORK/study"

note "help and version"
expect_exit 0 "$LARC" --help
expect_stdout init import screen extract train validate report run show status predict models radiomics --json --threads --seed --quiet
expect_exit 0 "$LARC" run --help
expect_stdout --until STUDY
start=$(date +%s%N)
expect_exit 0 "$LARC" --version
milliseconds=$((($(date +%s%N) - start) / 1000000))
echo "larc --version took $milliseconds ms"
[ "$milliseconds" -lt 2000 ] || fail "larc --version took $milliseconds ms"
expect_stdout "larc " "libtorch " "itk " cuda

note "a folder that is no study"
for command in status run extract train validate report screen; do
  expect_exit 3 "$LARC" "$command" "$WORK/absent"
  expect_stderr "$WORK/absent is not a study" "larc init"
done
expect_exit 3 "$LARC" show "$WORK/absent" P1
expect_stderr "is not a study"
expect_exit 3 "$LARC" models "$WORK/absent" list
expect_stderr "is not a study"
expect_exit 3 "$LARC" import "$WORK/absent" "$HERE"
expect_stderr "is not a study"
expect_no_file "$WORK/absent"

note "init"
new_study study
expect_file "$WORK/study/study.yaml"
before=$(sha256sum <"$WORK/study/study.yaml")
expect_exit 3 "$LARC" init "$WORK/study"
expect_stderr "already holds a study" "choose another folder"
[ "$before" = "$(sha256sum <"$WORK/study/study.yaml")" ] || fail "init changed an existing study.yaml"
expect_exit 3 "$LARC" init "$WORK/other" --protocol "$WORK/absent.yaml"
expect_stderr "absent.yaml does not exist"
sed 's/^seed: 1/sede: 1/' "$HERE/small.yaml" >"$WORK/misspelt.yaml"
expect_exit 3 "$LARC" init "$WORK/other" --protocol "$WORK/misspelt.yaml"
expect_stderr "'sede'" "is not a key larc knows"
sed 's/response == 1/respons == 1/' "$HERE/small.yaml" >"$WORK/undeclared.yaml"
expect_exit 3 "$LARC" init "$WORK/other" --protocol "$WORK/undeclared.yaml"
expect_stderr "'respons'" "declare it or correct the name"
printf 'id: [unclosed\n' >"$WORK/broken.yaml"
expect_exit 3 "$LARC" init "$WORK/other" --protocol "$WORK/broken.yaml"
expect_stderr "line"
expect_no_file "$WORK/other"

note "steps out of order"
expect_exit 2 "$LARC" run "$WORK/study" --until dinner
expect_stderr "'dinner' is not known" "import, screen, extract, train, validate, report"
for command in run extract train validate; do
  expect_exit 4 "$LARC" "$command" "$WORK/study"
  expect_stderr "import"
done
expect_exit 3 "$LARC" import "$WORK/study" "$WORK/absent_delivery"
expect_stderr "absent_delivery does not exist"
expect_exit 4 "$LARC" predict "$WORK/study" --patient p01
expect_stderr "larc train"
expect_exit 3 "$LARC" models "$WORK/study" show none
expect_stderr "'none' is not in"
expect_exit 2 "$LARC" models "$WORK/study" paint
expect_stderr "paint"

note "a study that another larc works on can be looked at, not changed"
for command in run extract train validate report; do
  expect_exit 3 flock "$WORK/study/.lock" "$LARC" "$command" "$WORK/study"
  expect_stderr "another larc is working on" "wait for it to end"
done
expect_exit 0 flock "$WORK/study/.lock" "$LARC" status "$WORK/study"

note "--json is one document on standard output, everything else on standard error"
expect_exit 0 "$LARC" status "$WORK/study" --json
expect_one_document
expect_json patients 0
expect_json next import
expect_exit 0 "$LARC" --json init "$WORK/json"
expect_one_document
cohort "$WORK/delivery" 4
expect_exit 0 "$LARC" import "$WORK/study" "$WORK/delivery" --json
expect_one_document
expect_json patients 4
for command in screen extract status; do
  expect_exit 0 "$LARC" "$command" "$WORK/study" --json
  expect_one_document
done
expect_exit 0 "$LARC" models "$WORK/study" list --json
expect_one_document
expect_exit 0 "$LARC" radiomics "$WORK/delivery/p01/t2.nii.gz" "$WORK/delivery/p01/tumour.nii.gz" --json
expect_one_document
expect_json_key features
expect_json_key diagnostics
expect_json_key notes
expect_exit 4 "$LARC" predict "$WORK/study" --patient p01 --json
[ ! -s "$WORK/stdout" ] || fail "a failed command wrote on standard output"
expect_exit 0 "$LARC" status "$WORK/study" --json --quiet
[ ! -s "$WORK/stderr" ] || fail "--quiet was not quiet"

note "predict where no endpoint has models"
sed -e '/^endpoints:/,/^models:/{/^endpoints:/!{/^models:/!d}}' \
  -e 's/^endpoints:/&\n  grade: {type: ordinal, levels: [low, high], level: "if(cea < 5, '"'low', 'high'"')"}/' "$HERE/small.yaml" >"$WORK/ordinal.yaml"
new_study ordinal "$WORK/ordinal.yaml"
expect_exit 4 "$LARC" predict "$WORK/ordinal" --patient p01
expect_stderr "no endpoint of which models are fitted" study.yaml
