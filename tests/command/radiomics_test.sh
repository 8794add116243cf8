# `larc radiomics`: parameter files, labels, names, tables of images, maps, and what it refuses.
. "$(dirname "$0")/lib.sh"

R=$WORK/r
mkdir "$R"
"$MAKE_CASE" sphere "$R/image.nii.gz" "$R/mask.nii.gz"
"$MAKE_CASE" sphere "$R/image.nii.gz" "$R/labels.nii.gz" --two-labels
"$MAKE_CASE" sphere "$R/moved.nii.gz" "$R/moved_mask.nii.gz" --shift-mask
column() { head -1 "$1" | tr ',' '\n' | grep -nx -e "$2" | cut -d: -f1; }  # number of a column
has_column() { [ -n "$(column "$1" "$2")" ] || fail "$1 has no column $2"; }

note "a PyRadiomics parameter file, unchanged"
cat >"$R/params.yaml" <<'Y'
imageType:
  Original: {}
featureClass:
  shape: [VoxelVolume]
  firstorder:
    - Mean
    - 'Minimum'
  glcm: [Contrast]
setting:
  binWidth: 10
  resampledPixelSpacing: [3, 3, 3]
  interpolator: 'sitkBSpline'
  resegmentRange: [0, 1000]
Y
expect_exit 0 "$LARC" radiomics "$R/image.nii.gz" "$R/mask.nii.gz" --params "$R/params.yaml" --json --out "$R/out.csv"
expect_one_document
expect_json features/# 4
expect_json_key features/original_glcm_Contrast
for key in Image-original_Hash Mask-original_BoundingBox Image-interpolated_Spacing Mask-resegmented_VoxelNum \
  Configuration_EnabledImageTypes; do
  expect_json_key "diagnostics/diagnostics_$key"
  has_column "$R/out.csv" "diagnostics_$key"
done
[ "$(head -1 "$R/out.csv" | cut -d, -f1,2)" = Image,Mask ] || fail "the table does not begin with Image, Mask"
[ "$(head -1 "$R/out.csv" | rev | cut -d, -f1-4 | rev)" = \
  original_shape_VoxelVolume,original_firstorder_Mean,original_firstorder_Minimum,original_glcm_Contrast ] ||
  fail "features do not stand in PyRadiomics' order"
[ "$(wc -l <"$R/out.csv")" -eq 2 ] || fail "not one row"

note "larc's own keys, names of IBSI"
printf 'larc: {naming: ibsi, families: [firstorder], resample_spacing_mm: [2, 2, 0]}\n' >"$R/ibsi.yaml"
expect_exit 0 "$LARC" radiomics "$R/image.nii.gz" "$R/mask.nii.gz" --params "$R/ibsi.yaml" --json
expect_json_key features/stat_mean
expect_json diagnostics/vox_dim_z_interp_img 3.0
expect_exit 0 "$LARC" radiomics "$R/image.nii.gz" "$R/mask.nii.gz" --params "$R/ibsi.yaml" --naming pyradiomics --json
expect_json_key features/original_firstorder_Mean
expect_exit 0 "$LARC" radiomics "$R/image.nii.gz" "$R/mask.nii.gz" --naming ibsi
expect_stdout "morph_volume " "cm_contrast_3D_avg "

note "several labels in one pass give the values of one call each"
expect_exit 0 "$LARC" radiomics "$R/image.nii.gz" "$R/labels.nii.gz" --label all --json --out "$R/all.csv"
expect_json labels/# 2
expect_json labels/1/label 2
cp "$WORK/stdout" "$R/all.json"
for label in 1 2; do
  expect_exit 0 "$LARC" radiomics "$R/image.nii.gz" "$R/labels.nii.gz" --label $label --json
  for feature in original_shape_MeshVolume original_glcm_Contrast; do
    expect_json "labels/$((label - 1))/features/$feature" "$(json features/$feature)" "$R/all.json"
  done
done
has_column "$R/all.csv" Label
expect_exit 0 "$LARC" radiomics "$R/image.nii.gz" "$R/labels.nii.gz" --label 1,2 --out "$R/listed.csv"
expect_exit 0 "$LARC" radiomics "$R/image.nii.gz" "$R/labels.nii.gz" --label 1 --label 2 --out "$R/repeated.csv"
cmp "$R/all.csv" "$R/listed.csv" || fail "--label all and --label 1,2 differ"
cmp "$R/all.csv" "$R/repeated.csv" || fail "--label all and --label 1 --label 2 differ"
expect_exit 0 "$LARC" radiomics "$R/image.nii.gz" "$R/labels.nii.gz" --label 2,7 --json
expect_json_has labels/1/error "label 7 is not in the mask; it holds 1, 2"
expect_exit 3 "$LARC" radiomics "$R/image.nii.gz" "$R/labels.nii.gz" --label 7
expect_stderr "labels.nii.gz" "label 7" "1, 2"
expect_exit 2 "$LARC" radiomics "$R/image.nii.gz" "$R/labels.nii.gz" --label tumour

note "a table of images"
mkdir "$R/cohort"
for p in 1 2 3 4 5; do "$MAKE_CASE" sphere "$R/cohort/i$p.nii.gz" "$R/cohort/m$p.nii.gz" --seed $p; done
echo "a letter" >"$R/cohort/i4.nii.gz"
{
  echo 'ID,Image,Mask,Site'
  for p in 1 2 3 4 5; do echo "p$p,i$p.nii.gz,m$p.nii.gz,\"site, $p\""; done
} >"$R/cohort/batch.csv"
expect_exit 0 "$LARC" radiomics "$R/cohort/batch.csv" --out "$R/batch.csv" --params "$R/params.yaml" --json --threads 1
expect_one_document
expect_json rows/# 4
expect_json failed/# 1
expect_json failed/0/ID p4
expect_json_has failed/0/reason "i4.nii.gz is not a NIfTI image"
expect_json_key rows/3/features/original_glcm_Contrast
expect_stderr "failed row 4: "
[ "$(wc -l <"$R/batch.csv")" -eq 6 ] || fail "not five rows"
for name in ID Site diagnostics_Image-original_Mean original_glcm_Contrast Error; do has_column "$R/batch.csv" $name; done
grep -q '^p4,i4.nii.gz,m4.nii.gz,"site, 4",.*not a NIfTI image' "$R/batch.csv" || fail "the failed row lacks its reason"
cp "$WORK/stdout" "$R/one.json"
expect_exit 0 "$LARC" radiomics "$R/cohort/batch.csv" --out "$R/batch2.csv" --params "$R/params.yaml" --json --threads 3
cmp "$R/batch.csv" "$R/batch2.csv" || fail "the table depends on the number of threads"
sed 's/batch2.csv/batch.csv/' "$WORK/stdout" | cmp - "$R/one.json" || fail "the answer depends on the number of threads"
expect_exit 2 "$LARC" radiomics "$R/cohort/batch.csv"
expect_stderr "--out"
printf 'Image,Mask\nabsent.nii,m1.nii.gz\n' >"$R/cohort/bad.csv"
expect_exit 3 "$LARC" radiomics "$R/cohort/bad.csv" --out "$R/bad.csv"
expect_stderr "bad.csv: no row gave features" "absent.nii does not exist"
expect_no_file "$R/bad.csv"
printf 'Picture,Mask\na,b\n' >"$R/cohort/bad.csv"
expect_exit 3 "$LARC" radiomics "$R/cohort/bad.csv" --out "$R/bad.csv"
expect_stderr "no column 'Image'"

note "refusals name file, key and remedy"
refused() { # YAML TEXT...
  printf '%b' "$1" >"$R/bad.yaml"
  shift
  expect_exit 3 "$LARC" radiomics "$R/image.nii.gz" "$R/mask.nii.gz" --params "$R/bad.yaml" --out "$R/bad.csv" --json
  expect_stderr "bad.yaml" "$@"
  expect_no_file "$R/bad.csv"
  [ ! -s "$WORK/stdout" ] || fail "a refused file wrote on standard output"
}
refused 'setting: {binwidth: 5}\n' "'binwidth'" "'binWidth'"
refused 'settings: {binWidth: 5}\n' "'settings'" "'setting'"
refused 'imageType: {Wavelets: {}}\n' "'Wavelets'" "'Wavelet'"
refused 'featureClass: {glcm: [Contrasts]}\n' "'Contrasts'" "'Contrast'"
refused 'larc: {bin_with: 5}\n' "'bin_with'" "'bin_width'"
refused 'setting: {interpolator: sitkGaussian}\n' "setting.interpolator" "sitkBSpline"
refused 'setting: [1\n' "YAML"
expect_exit 3 "$LARC" radiomics "$R/image.nii.gz" "$R/mask.nii.gz" --params "$R/absent.yaml"
expect_stderr "absent.yaml"
printf 'featureClass: {glcm: }\nsetting: {binWidth: 0.001}\n' >"$R/fine.yaml"
expect_exit 3 "$LARC" radiomics "$R/image.nii.gz" "$R/mask.nii.gz" --params "$R/fine.yaml"
expect_stderr "image.nii.gz" "10000" "'bin_width' near"
expect_exit 3 "$LARC" radiomics "$R/moved.nii.gz" "$R/moved_mask.nii.gz"
expect_stderr "moved_mask.nii.gz" "moved.nii.gz" "origin differs by 30" "correctMask"
printf 'setting: {minimumROISize: 100000}\n' >"$R/large.yaml"
expect_exit 3 "$LARC" radiomics "$R/image.nii.gz" "$R/mask.nii.gz" --params "$R/large.yaml"
expect_stderr "mask.nii.gz" "minimumROISize"
expect_exit 2 "$LARC" radiomics "$R/image.nii.gz"
expect_stderr "MASK"

note "response maps"
printf 'larc: {families: [firstorder], response_map: true, filters: [{type: mean, size: 5, boundary: mirror}]}\n' >"$R/map.yaml"
expect_exit 0 "$LARC" radiomics "$R/image.nii.gz" "$R/mask.nii.gz" --params "$R/map.yaml" --maps "$R/maps" --json
[ "$(ls "$R/maps" | wc -l)" -eq 1 ] || fail "not one map"
map=$R/maps/$(ls "$R/maps")
expect_exit 0 "$LARC" radiomics "$map" "$R/mask.nii.gz" --json
[ "$(json diagnostics/diagnostics_Image-original_Size)" = "[16,16,8]" ] || fail "the map is not on the grid of the image"

note "feature maps"
printf 'featureClass: {glcm: [Contrast], firstorder: [Mean]}\nvoxelSetting: {kernelRadius: 1, initValue: -5}\n' >"$R/voxel.yaml"
expect_exit 0 "$LARC" radiomics "$R/image.nii.gz" "$R/mask.nii.gz" --params "$R/voxel.yaml" --maps "$R/voxels" --json
for name in original_glcm_Contrast original_firstorder_Mean; do
  [ -s "$R/voxels/$name.nii.gz" ] || fail "no map of $name"
done
[ "$(ls "$R/voxels" | wc -l)" -eq 2 ] || fail "not two maps"

note "perturbed regions"
printf 'ID,Image,Mask\na,image.nii.gz,mask.nii.gz\nb,image.nii.gz,mask.nii.gz\n' >"$R/twice.csv"
printf 'featureClass: {firstorder: [Mean], shape: [VoxelVolume]}\n' >"$R/few.yaml"
perturbed() {  # threads, name
  expect_exit 0 "$LARC" radiomics "$R/twice.csv" --params "$R/few.yaml" --perturb NRTV --perturbations 3 \
    --icc "$R/icc$2.csv" --out "$R/perturbed$2.csv" --threads "$1" --json
}
perturbed 1 a
[ "$(wc -l <"$R/perturbeda.csv")" -eq 7 ] || fail "not two regions by three perturbations"
[ "$(wc -l <"$R/icca.csv")" -eq 3 ] || fail "not one line a feature"
perturbed 2 b
cmp "$R/perturbeda.csv" "$R/perturbedb.csv" || fail "threads change the features"
cmp "$R/icca.csv" "$R/iccb.csv" || fail "threads change the correlation"
expect_exit 3 "$LARC" radiomics "$R/twice.csv" --perturb X --json
expect_exit 2 "$LARC" radiomics "$R/image.nii.gz" "$R/mask.nii.gz" --icc "$R/none.csv"
expect_stderr "--perturb"
