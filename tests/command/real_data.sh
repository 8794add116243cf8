# Shared by real_data_test.sh and real_study_test.sh.

STS_NIFTI=$LARC_TEST_DATA/sts_mr
STS_DICOM=$LARC_TEST_DATA/sts_mr_dicom

needs_real_data() {
  local folder
  for folder in "$STS_NIFTI" "$STS_DICOM"; do
    if [ ! -d "$folder" ]; then
      echo "SKIPPED: real data absent: $folder (set LARC_TEST_DATA to the folder that holds it)"
      exit 77
    fi
  done
}

# same_features A.csv B.csv TOLERANCE: the same patients and features, and every number within the relative tolerance.
# The tolerance is that of NIfTI headers, which hold spacing and origin as float32 (6e-8 relative).
same_features() {
  awk -F, -v tolerance="$3" '
    FNR == 1 { if (NR == 1) header = $0; else if ($0 != header) { print "other columns"; bad = 1 } columns = split($0, name, ","); next }
    NR == FNR { for (c = 3; c <= NF; ++c) first[$1, c] = $c; rows += 1; next }
    {
      other_rows += 1
      for (c = 3; c <= columns; ++c) {
        a = first[$1, c]; b = $c
        if ((a == "") != (b == "")) { print $1, name[c], "is undefined in one"; bad = 1; continue }
        size = a < 0 ? -a : a + 0; difference = a - b; if (difference < 0) difference = -difference
        relative = size > 1e-12 ? difference / size : difference
        if (relative > worst) { worst = relative; worst_name = name[c] }
        if (relative > tolerance) { print $1, name[c], a, b; bad = 1 }
      }
    }
    END { print rows " patients, " columns - 2 " features, largest relative difference " worst " (" worst_name ")"
          exit bad || rows == 0 || rows != other_rows }' "$1" "$2" || fail "features of $1 and $2 differ"
}
