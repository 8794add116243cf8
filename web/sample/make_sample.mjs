// A realistic study document of the schema larc.study/1, drawn from a seeded generator: node sample/make_sample.mjs [OUT.json] [SEED]
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { picture } from "./picture.mjs";
import { calibration, concordance, generator, histogram, kaplan_meier, logistic, mean, normal, quantile, roc, sum } from "./statistics.mjs";

const text = (en, zh) => ({ en, zh });
const kKinds = ["clinical", "radiomics", "deep", "combined"];

function numeric(rows, key) {
  const values = rows.map((r) => r[key]).filter((x) => x !== null);
  return { n: values.length, missing: rows.length - values.length, median: quantile(values, 0.5), q1: quantile(values, 0.25), q3: quantile(values, 0.75) };
}

function categorical(rows, key, levels) {
  const values = rows.map((r) => r[key]).filter((x) => x !== null);
  return { n: values.length, missing: rows.length - values.length, levels: levels.map((level) => ({ level, n: values.filter((v) => v === level).length })) };
}

const kFeatures = [
  ["original_shape_MeshVolume", "Tumour volume", "肿瘤体积", "shape"],
  ["original_glcm_Idn", "Texture uniformity (inverse difference, normalised)", "纹理均匀性（归一化逆差）", "glcm"],
  ["original_firstorder_90Percentile", "Bright end of the intensities (90th percentile)", "信号强度高端（第 90 百分位）", "firstorder"],
  ["wavelet-LLH_glszm_SmallAreaEmphasis", "Fine zones in the sagittal detail", "矢状细节中的小区域", "glszm"],
  ["original_shape_Sphericity", "Roundness", "球形度", "shape"],
  ["log-sigma-3-0-mm-3D_firstorder_Skewness", "Asymmetry of edges at 3 mm", "3 mm 尺度边缘的不对称性", "firstorder"],
  ["original_ngtdm_Coarseness", "Coarseness", "粗糙度", "ngtdm"],
  ["original_firstorder_Entropy", "Disorder of intensities (entropy)", "信号强度熵", "firstorder"],
];

function stability(u) {
  return kFeatures.map(([feature, en, zh, group], i) => ({
    feature, label: text(en, zh), group, selected_fraction: Math.max(0.08, 0.97 - 0.11 * i - 0.05 * u()), mean_coefficient: (u() - 0.4) * 0.8,
  }));
}

function permutation(u, value) {
  return { p: value > 0.62 ? 0.0049751 : 0.05 + 0.4 * u(), n: 200, kind: "fixed_predictions" };
}

function comparisons(models, spread) {
  const value = (kind) => models.find((m) => m.kind === kind)?.internal.value;
  return [["radiomics", "clinical"], ["deep", "clinical"], ["combined", "clinical"], ["combined", "radiomics"]].flatMap(([a, b]) => {
    const difference = value(a) - value(b);
    if (!Number.isFinite(difference)) return [];
    return [{ a, b, difference, lower: difference - 1.96 * spread, upper: difference + 1.96 * spread, p: Math.min(1, Math.exp(-0.717 * Math.abs(difference / spread) - 0.416 * (difference / spread) ** 2)) }];
  });
}

const around = (value, half) => ({ value, lower: value - half, upper: value + half });

/** What stands beside the models: baselines, harmonisation, left-out centres. */
function beside(models, metric, volume) {
  const value = (kind) => models.find((m) => m.kind === kind).internal.value;
  const compare = (kind, baseline, at, shift) => {
    const difference = value(kind) - shift - at;
    const verdict = difference <= 0 ? "as_good" : difference > 0.09 ? "better" : "not_shown";
    return { model: kind, baseline, model_value: value(kind) - shift, baseline_value: at, difference, lower: difference - 0.09, upper: difference + 0.09, p: 0.21, verdict, statement: "" };
  };
  const against = (shift) => ["radiomics", "combined"].flatMap((kind) => [compare(kind, "volume", volume, shift), compare(kind, "random", 0.49, shift)]);
  const left_out = (kind, harmonised, at) => ({
    metric, ...around(at, 0.1), kind, baseline: kind === "volume" || kind === "random", harmonised, refused: null,
    centres: ["A", "B", "C"].map((centre, i) => (centre === "C" && kind === "volume"
      ? { centre, value: null, lower: null, upper: null, note: "no fold holds a pair of patients that can be compared" }
      : { centre, ...around(at + 0.03 * (1 - i), 0.14), note: null })),
    notes: harmonised ? ["25 rows of a centre unseen in training (C) left as measured (1 of 3 fits)"] : [],
  });
  return {
    baselines: [
      { kind: "volume", refused: null, columns: ["t2_1_original_shape_MeshVolume"], internal: { metric, ...around(volume, 0.08) } },
      { kind: "random", refused: null, columns: [], internal: { metric, ...around(0.49, 0.08) } },
    ],
    against_baselines: against(0),
    harmonisation: { method: "combat", internal: ["radiomics", "combined"].map((kind) => ({
      kind, refused: null, without: around(value(kind), 0.07), with: around(value(kind) - 0.01, 0.07), difference: -0.01, lower: -0.03, upper: 0.01, p: 0.33, notes: [],
    })) },
    leave_one_centre_out: {
      centres: [{ id: "A", n: 80, events: 19 }, { id: "B", n: 55, events: 14 }, { id: "C", n: 32, events: 9 }], without_centre: 2,
      models: [
        left_out("clinical", false, 0.6), left_out("radiomics", false, value("radiomics") - 0.05), left_out("radiomics", true, value("radiomics") - 0.02),
        left_out("combined", false, value("combined") - 0.04), left_out("combined", true, value("combined") - 0.03), left_out("volume", false, volume), left_out("random", false, 0.5),
      ],
      against_baselines: against(0.05),
      harmonisation: ["radiomics", "combined"].map((kind) => ({ kind, difference: 0.02, lower: -0.02, upper: 0.06, p: 0.3 })),
    },
    robustness: { measured: 130, dropped: kFeatures.slice(3).map(([feature, en, zh], i) => ({
      feature, label: text(en, zh), dropped_fraction: 1 - 0.17 * i, icc: 0.41 + 0.08 * i, minimum_icc: 0.75,
    })) },
  };
}

function sample_size(parameters, events, n) {
  return { parameters, n, events, events_per_parameter: events / parameters, assumed_nagelkerke_r2: 0.15, criteria: [], minimum_n: 88 * parameters, enough: n >= 88 * parameters, note: null };
}

function binary_model(u, kind, y, risk, noise) {
  const p = risk.map((r) => logistic(-1.1 + 0.9 * r + noise * normal(u)));
  const { curve, auc, lower, upper } = roc(y, p);
  return {
    id: `pcr-P0-${kind}`, kind, n: y.length, events: sum(y), refused: null,
    internal: { metric: "auc", value: auc + 0.008, lower: lower + 0.008, upper: Math.min(1, upper + 0.008) }, pooled: { value: auc, lower, upper }, c_uno: null,
    brier: mean(y.map((v, i) => (v - p[i]) ** 2)), calibration_slope: 0.7 + 0.3 * u(), calibration_intercept: 0.1 * (u() - 0.5),
    calibration_in_the_large: 0.2 * (u() - 0.5), permutation: permutation(u, auc), roc: curve, calibration: calibration(y, p),
    predicted_histogram: histogram(p), risk_groups: [], logrank_p: null,
    stability: kind === "radiomics" ? stability(u) : [], notes: [], sample_size: kind === "deep" ? null : sample_size(kind === "clinical" ? 1 : 130, sum(y), y.length),
  };
}

function binary_endpoint(u, patients, risk) {
  const y = patients.map((_, i) => Number(u() < logistic(-1.45 + 1.15 * risk[i])));
  const models = [["clinical", 1.9], ["radiomics", 1.0], ["deep", 1.3], ["combined", 0.75]].map(([kind, noise]) => binary_model(u, kind, y, risk, noise));
  const best = 0.83;
  return {
    id: "pcr", label: text("Pathological complete response", "病理完全缓解"), type: "binary", at: "P0", n: y.length, events: sum(y), unknown: 9,
    prevalence: mean(y), refused: null, primary: false, overall_km: null, models, comparisons: comparisons(models, 0.038), ...beside(models, "auc", 0.71),
    suspects: [
      { column: "ecog", label: text("ECOG performance status", "ECOG 体力状态"), kind: "constant", reason: "one value only", gives_outcome_away: false },
      { column: "mr_tumour_deposits_1", label: text("Tumour deposits on MRI", "MRI 癌结节数"), kind: "outcome", reason: "alone it has an AUC of 0.981", gives_outcome_away: true },
      { column: "planned_regimen", label: text("Planned regimen", "计划治疗方案"), kind: "later", later: "actual_regimen", accepted: true, reason: text("resembles Actual regimen (available from P1): the same value in 180 of 186 patients; accepted by the protocol", "与实际治疗方案（自 P1 起可用）相似：186 例患者中 180 例取值相同；研究方案已接受"), gives_outcome_away: false },
    ],
    best_possible: { metric: "auc", value: best, reached: models.map((m) => ({ kind: m.kind, fraction: (m.internal.value - 0.5) / (best - 0.5) })) },
  };
}

function survival_model(u, kind, time, event, risk, noise) {
  const score = risk.map((r) => r + noise * normal(u));
  const cuts = [quantile(score, 1 / 3), quantile(score, 2 / 3)];
  const group = score.map((s) => (s < cuts[0] ? "low" : s < cuts[1] ? "medium" : "high"));
  const c = concordance(time, event, score);
  const at60 = score.map((s) => logistic(-0.4 + 0.8 * s)), dead60 = time.map((t, i) => Number(event[i] && t < 60));
  return {
    id: `os-P0-${kind}`, kind, n: time.length, events: sum(event), refused: null,
    internal: { metric: "c_harrell", ...c }, pooled: c, c_uno: { value: c.value - 0.012, lower: c.lower - 0.02, upper: c.upper },
    brier: mean(dead60.map((v, i) => (v - at60[i]) ** 2)), calibration_slope: 0.75 + 0.3 * u(), calibration_intercept: null,
    calibration_in_the_large: 0.2 * (u() - 0.5), permutation: permutation(u, c.value), roc: [],
    calibration: kind === "combined" ? calibration(dead60, at60, 5) : [], predicted_histogram: kind === "combined" ? histogram(at60) : [],
    risk_groups: kind === "combined" || kind === "clinical" ? ["low", "medium", "high"].map((name) => {
      const rows = group.flatMap((g, i) => (g === name ? [i] : []));
      return { name, n: rows.length, events: sum(rows.map((i) => event[i])), km: kaplan_meier(rows.map((i) => time[i]), rows.map((i) => event[i])) };
    }) : [],
    logrank_p: kind === "combined" ? 0.0000031 : 0.0142, stability: kind === "combined" ? stability(u).slice(0, 6) : [], notes: [], sample_size: sample_size(kind === "clinical" ? 18 : 130, sum(event), time.length),
  };
}

function survival_endpoint(u, patients, risk) {
  const death = risk.map((r) => -Math.log(1 - u()) * 95 * Math.exp(-0.75 * r)), censored = risk.map(() => 24 + 96 * u());
  const time = death.map((t, i) => Math.round(10 * Math.min(t, censored[i], 120)) / 10 + 0.1), event = death.map((t, i) => Number(t < Math.min(censored[i], 120)));
  const models = [["clinical", 1.5], ["radiomics", 1.1], ["combined", 0.6]].map(([kind, noise]) => survival_model(u, kind, time, event, risk, noise));
  models.push({
    id: "os-P0-deep", kind: "deep", n: time.length, events: sum(event), refused: null, internal: { metric: "c_harrell", value: 0.5712, lower: 0.4874, upper: 0.655 }, pooled: { value: 0.569, lower: 0.485, upper: 0.653 },
    c_uno: { value: 0.566, lower: 0.471, upper: 0.661 }, brier: null, calibration_slope: null, calibration_intercept: null, calibration_in_the_large: null,
    permutation: null, roc: [], calibration: [], predicted_histogram: [], risk_groups: [], logrank_p: null, stability: [],
    notes: ["the network gives a relative risk only; calibration is not defined without a baseline hazard"],
  });
  return {
    id: "os", label: text("Overall survival", "总生存期"), type: "survival", at: "P0", n: time.length, events: sum(event), unknown: 4, prevalence: null,
    refused: null, primary: true, overall_km: kaplan_meier(time, event), models, comparisons: comparisons(models, 0.024), ...beside(models, "c_harrell", 0.55),
    best_possible: { metric: "c_harrell", value: 0.74, reached: models.map((m) => ({ kind: m.kind, fraction: (m.internal.value - 0.5) / 0.24 })) },
  };
}

function empty_endpoint(id, label, n, events, refused) {
  return {
    id, label, type: "binary", at: "P0", n, events, unknown: 12, prevalence: events / n, refused, primary: false, overall_km: null,
    models: [], comparisons: [], best_possible: null,
  };
}

function variables(patients, centres) {
  const row = (id, label, unit, type, levels) => {
    const summary = (rows) => (type === "numeric" ? numeric(rows, id) : categorical(rows, id, levels));
    return { id, label, unit, type, overall: summary(patients), by_centre: centres.map((c) => ({ centre: c, summary: summary(patients.filter((p) => p.centre === c)) })) };
  };
  return [
    row("age_years", text("Age", "年龄"), "years", "numeric"),
    row("sex", text("Sex", "性别"), "", "categorical", ["F", "M"]),
    row("cea_ng_ml", text("CEA", "癌胚抗原 (CEA)"), "ng/mL", "numeric"),
    row("cT_1", text("cT at first MRI", "首次 MRI cT 分期"), "", "categorical", ["T4a", "T4b"]),
    row("mrf_distance_mm_1", text("Distance to the mesorectal fascia", "距直肠系膜筋膜距离"), "mm", "numeric"),
    row("tumour_volume_ml_1", text("Tumour volume", "肿瘤体积"), "mL", "numeric"),
  ];
}

export function make_sample(seed = 1) {
  const u = generator(seed);
  const centres = ["A", "B", "C"];
  const patients = Array.from({ length: 186 }, (_, i) => {
    const centre = i < 84 ? "A" : i < 142 ? "B" : "C", maybe = (share, x) => (u() < share ? null : x);
    return {
      id: `LARC-${centre}-${String(i + 1).padStart(4, "0")}`, centre, age_years: Math.round(61 + 10 * normal(u)), sex: u() < 0.36 ? "F" : "M",
      cea_ng_ml: maybe(0.08, Math.exp(1.4 + normal(u))), cT_1: u() < 0.62 ? "T4a" : "T4b",
      mrf_distance_mm_1: maybe(centre === "C" ? 0.3 : 0.05, Math.abs(1.4 + normal(u))), tumour_volume_ml_1: maybe(0.05, Math.exp(3.1 + 0.6 * normal(u))),
    };
  });
  const analysed = patients.slice(0, 167), risk = analysed.map(() => normal(u));
  return {
    schema: "larc.study/1",
    study: {
      id: "demo-signal", synthetic: true, primary_endpoint: "os",
      title: text("Demonstration: cT4 rectal cancer, MRI before treatment", "演示研究：治疗前 MRI 的 cT4 期直肠癌"),
      description: text(
        "Three synthetic centres with different scanners. Outcomes follow a known rule, so it is known how well any model could do.",
        "三家使用不同扫描仪的合成中心。结局遵循已知规律，因此可知任何模型所能达到的上限。"),
    },
    provenance: {
      larc: { version: "0.1.0", commit: "0f3c9a7be21d" }, libraries: { itk: "5.2.1", dcmtk: "3.6.7", libtorch: "1.13.1" }, seed,
      protocol_hash: "9f2b6c1de08a44f7b5130c7a2e69d8f14c07ab55e9d3120fbb8a61720c4e9d35", data_hash: "41d7e0a9c3f28b6604be1f95d27ac8301e5f6b94dd02c7a8f3391e5b70648acd",
      settings: { validation: { outer_folds: 5, repeats: 20, by: "centre and outcome" }, extraction: { spacing_mm: [1, 1, 1], bin_width: 25 }, minimum_events: 10 },
    },
    cohort: { patients: 186, imaged: 178, extracted: 171, centres: centres.map((id) => ({ id, patients: patients.filter((p) => p.centre === id).length })), variables: variables(patients, centres) },
    cases: {
      done: 171,
      failed: [
        { case: "LARC-A-0031", stage: "import", reason: "slice 14 of series T2 is missing (gap 6.0 mm instead of 3.0); export the whole series again" },
        { case: "LARC-B-0102", stage: "extract", reason: "the mask is empty after resampling to 1 mm; check that it was drawn on this series" },
        { case: "LARC-B-0117", stage: "import", reason: "mask and image differ in geometry (origin off by 41.2 mm); draw the mask on the T2 series or register it" },
        { case: "LARC-C-0150", stage: "screen", reason: "no T2-weighted series among 3 series <localiser, DWI, ADC>" },
        { case: "LARC-C-0163", stage: "extract", reason: "the mask touches the edge of the field of view" },
      ],
    },
    endpoints: [
      binary_endpoint(u, analysed, risk),
      survival_endpoint(u, analysed, risk),
      empty_endpoint("crm_positive", text("Positive circumferential margin", "环周切缘阳性"), 164, 7, "7 patients with the outcome, the protocol asks for at least 10 of either class; report the prevalence only"),
      {
        ...empty_endpoint("deposits", text("Tumour deposits", "癌结节"), 160, 31, null),
        models: kKinds.slice(0, 2).map((kind, i) => ({
          id: `deposits-P0-${kind}`, kind, n: 160, events: 31, refused: i === 1 ? "fewer than 5 events in one outer fold" : null,
          internal: { metric: "auc", value: i === 1 ? null : 0.5421, lower: i === 1 ? null : 0.431, upper: i === 1 ? null : 0.653 }, c_uno: null, brier: i === 1 ? null : 0.159,
          calibration_slope: i === 1 ? null : 0.31, calibration_intercept: null, calibration_in_the_large: i === 1 ? null : -0.04, permutation: i === 1 ? null : { p: 0.3134, n: 200, kind: "full_pipeline" },
          roc: [], calibration: [], predicted_histogram: [], risk_groups: [], logrank_p: null, stability: [], notes: [],
        })),
      },
    ],
    thumbnails: analysed.filter((_, i) => i % 9 === 0).map((p) => ({ patient: p.id, centre: p.centre, role: "T2", ...picture(u) })),
    notes: ["Feature selection, scaling and imputation were fitted inside each training fold."],
  };
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const out = resolve(process.argv[2] ?? "dist/study.json");
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, JSON.stringify(make_sample(Number(process.argv[3] ?? 1)), null, 1));
}
