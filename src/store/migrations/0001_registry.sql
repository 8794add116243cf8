-- The registry keeps rows and never changes them: a correction is a new row, the newest row counts. Every row of the
-- tables patient to prediction carries a digest of itself; the rows that one change added are covered by its entry of the
-- audit trail. larc gives the ids. In PostgreSQL INTEGER becomes BIGINT.
CREATE TABLE audit (
  id INTEGER PRIMARY KEY,
  recorded_at TEXT NOT NULL,
  recorded_by TEXT NOT NULL,
  action TEXT NOT NULL,
  detail TEXT NOT NULL,
  added TEXT NOT NULL,
  previous TEXT NOT NULL,
  hash TEXT NOT NULL
);
CREATE TABLE patient (
  id INTEGER PRIMARY KEY,
  patient TEXT NOT NULL UNIQUE,
  recorded_at TEXT NOT NULL,
  digest TEXT NOT NULL
);
-- One file, or other origin of values, on one occasion.
CREATE TABLE source (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  recorded_by TEXT NOT NULL,
  digest TEXT NOT NULL
);
-- What one row of a source said of one patient and was not known before. content is a JSON list of parts: the values that
-- were true on one date (valid_at), by one reader, of one instance of a repeated measurement; values is an object of
-- variable -> text, empty withdraws. source_row counts from 1, 0: none.
CREATE TABLE record (
  id INTEGER PRIMARY KEY,
  patient TEXT NOT NULL,
  source INTEGER NOT NULL,
  source_row INTEGER NOT NULL,
  content TEXT NOT NULL,
  digest TEXT NOT NULL
);
CREATE INDEX record_by_patient ON record (patient, id);
CREATE TABLE image (
  id INTEGER PRIMARY KEY,
  patient TEXT NOT NULL,
  role TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  source TEXT NOT NULL,
  details TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  recorded_by TEXT NOT NULL,
  digest TEXT NOT NULL
);
CREATE INDEX image_by_patient ON image (patient, role, id);
CREATE TABLE waiver (
  id INTEGER PRIMARY KEY,
  patient TEXT NOT NULL,
  criterion TEXT NOT NULL,
  reason TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  recorded_by TEXT NOT NULL,
  digest TEXT NOT NULL
);
-- Predictions are evidence: written once.
CREATE TABLE prediction (
  id INTEGER PRIMARY KEY,
  patient TEXT NOT NULL,
  model_id TEXT NOT NULL,
  input_hash TEXT NOT NULL,
  document TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  recorded_by TEXT NOT NULL,
  digest TEXT NOT NULL
);
-- Cells of each source that could not be understood when it was last read.
CREATE TABLE fault (
  source TEXT NOT NULL,
  position INTEGER NOT NULL,
  document TEXT NOT NULL,
  PRIMARY KEY (source, position)
);
-- One row per case and stage: what was done last, on what input, with what end.
CREATE TABLE job (
  stage TEXT NOT NULL,
  case_id TEXT NOT NULL,
  input_hash TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  result TEXT NOT NULL,
  seconds DOUBLE PRECISION NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (stage, case_id)
);
