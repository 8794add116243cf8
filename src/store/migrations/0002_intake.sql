-- What a person decided about an image of a patient: which series takes the role (kind series; value the key of the series,
-- empty: none) or whether it is used in spite of, or because of, its quality (kind quality; value keep or exclude).
CREATE TABLE decision (
  id INTEGER PRIMARY KEY,
  patient TEXT NOT NULL,
  role TEXT NOT NULL,
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  reason TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  recorded_by TEXT NOT NULL,
  digest TEXT NOT NULL
);
-- Every series that deliveries held, as it was last seen, and what was decided for every image role of a patient.
CREATE TABLE delivered_series (
  patient TEXT NOT NULL,
  series TEXT NOT NULL,
  document TEXT NOT NULL,
  PRIMARY KEY (patient, series)
);
CREATE TABLE role_choice (
  patient TEXT NOT NULL,
  role TEXT NOT NULL,
  document TEXT NOT NULL,
  PRIMARY KEY (patient, role)
);
