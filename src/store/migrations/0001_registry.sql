-- The registry keeps rows and never changes them: a correction is a new row, the newest row counts.
CREATE TABLE patient (
  id TEXT PRIMARY KEY,
  recorded_at TEXT NOT NULL
);
CREATE TABLE observation (
  id INTEGER PRIMARY KEY,
  patient TEXT NOT NULL REFERENCES patient(id),
  variable TEXT NOT NULL,
  value TEXT,
  recorded_at TEXT NOT NULL,
  source TEXT NOT NULL,
  source_hash TEXT NOT NULL
);
CREATE INDEX observation_by_patient ON observation (patient, variable, id);
CREATE TABLE image (
  id INTEGER PRIMARY KEY,
  patient TEXT NOT NULL REFERENCES patient(id),
  role TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  source TEXT NOT NULL,
  details TEXT NOT NULL,
  recorded_at TEXT NOT NULL
);
CREATE INDEX image_by_patient ON image (patient, role, id);
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
-- Predictions are evidence: written once.
CREATE TABLE prediction (
  id INTEGER PRIMARY KEY,
  patient TEXT NOT NULL,
  model_id TEXT NOT NULL,
  input_hash TEXT NOT NULL,
  document TEXT NOT NULL,
  recorded_at TEXT NOT NULL
);
