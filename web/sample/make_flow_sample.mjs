// A realistic screening document of the schema larc.flow/1: node sample/make_flow_sample.mjs [OUT.json]
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const text = (en, zh) => ({ en, zh });
const kCriteria = [
  ["I1", true, "Rectal adenocarcinoma proven before operation", "术前确诊直肠腺癌", [1, 1, 0], [0, 0, 0]],
  ["I2", true, "MRI stage cT4", "MRI 分期 cT4", [4, 2, 1], [0, 1, 0]],
  ["I3", true, "Neoadjuvant therapy", "接受新辅助治疗", [1, 1, 0], [0, 0, 0]],
  ["I4", true, "Lower margin at most 12 cm from the anal verge", "肿瘤下缘距肛缘不超过 12 cm", [2, 3, 1], [2, 1, 3]],
  ["I5", true, "Radical resection", "根治性切除", [3, 1, 2], [1, 0, 0]],
  ["E1", false, "No clinical TNM stage", "缺少临床 TNM 分期", [1, 0, 2], [0, 0, 0]],
  ["E2", false, "Poor image quality or artifacts", "图像质量差或伪影", [2, 1, 4], [0, 0, 2]],
];
const kCentres = ["A", "B", "C"], kEligible = [84, 58, 44];
const sum = (list) => list.reduce((a, b) => a + b, 0);
const of = (centre, part) => sum(kCriteria.map((c) => c[part][centre]));

function endpoint(id, label, type, known, unknown, contradictory, not_at_risk, positive, more = {}) {
  return {
    id, label, type, at: "P0", primary: id === "os", modelled: ["os", "pcr", "crm_positive", "time_to_local_recurrence"].includes(id), eligible: 186, known, unknown, contradictory, not_at_risk,
    positive, competing: null, levels: [], median_follow_up: null, missing: [], refused: null, centres: [], ...more,
  };
}

export function make_flow_sample() {
  const follow_up = { value: 61.3, lower: 57.2, upper: 66.9 };
  const query = (kind, patient, centre, item, en, zh, fix, fix_zh, source, row) => ({ kind, patient, centre, item, text: text(en, zh), remedy: text(fix, fix_zh), source, row });
  return {
    schema: "larc.flow/1", study: "demo-signal", title: text("Demonstration: cT4 rectal cancer, MRI before treatment", "演示研究：治疗前 MRI 的 cT4 期直肠癌"), synthetic: true,
    larc: { version: "0.1.0", commit: "0000000" }, criteria_version: "3f9c1b7a20de", data_cut: "2024-06-30",
    patients: 186 + sum([0, 1, 2].map((c) => of(c, 4) + of(c, 5))), eligible: 186, excluded: sum([0, 1, 2].map((c) => of(c, 4))), unknown: sum([0, 1, 2].map((c) => of(c, 5))), waived: 2,
    criteria: kCriteria.map(([id, include, en, zh, out, open]) => ({ id, text: text(en, zh), include, rule: "", excluded: sum(out), unknown: sum(open), waived: id === "I4" ? 2 : 0 })),
    centres: kCentres.map((id, c) => ({
      id, patients: kEligible[c] + of(c, 4) + of(c, 5), eligible: kEligible[c], excluded: of(c, 4), unknown: of(c, 5), waived: c === 0 ? 2 : 0,
      criteria: kCriteria.map((k) => ({ id: k[0], excluded: k[4][c], unknown: k[5][c] })),
    })),
    not_eligible: [],
    unknown_patients: [
      { patient: "A-0017", centre: "A", criteria: [{ id: "I4", missing: ["anal_verge_distance_cm_1"], reason: "" }] },
      { patient: "C-0003", centre: "C", criteria: [{ id: "I4", missing: ["anal_verge_distance_cm_1"], reason: "" }, { id: "E2", missing: ["mri_quality_1"], reason: "" }] },
    ],
    missing_fields: [
      { variable: "anal_verge_distance_cm_1", label: text("Distance from anal verge", "距肛缘距离"), patients: 6, criteria: ["I4"] },
      { variable: "mri_quality_1", label: text("Quality of first MRI", "首次 MRI 图像质量"), patients: 3, criteria: ["E2"] },
    ],
    waivers: [
      { patient: "A-0004", centre: "A", criterion: "I4", reason: "12.4 cm, sigmoid take-off below", by: "Dr Chen", recorded_at: "2024-03-02T08:00:00Z", used: true },
      { patient: "A-0031", centre: "A", criterion: "I4", reason: "measured again at 11.8 cm", by: "Dr Chen", recorded_at: "2024-03-09T08:00:00Z", used: true },
    ],
    endpoints: [
      endpoint("os", text("Overall survival from surgery", "术后总生存"), "survival", 181, 2, 3, 0, 58, { median_follow_up: follow_up }),
      endpoint("pcr", text("Pathological complete response", "病理完全缓解"), "binary", 169, 12, 5, 0, 24, {
        missing: [{ variable: "tumour_deposit_count", label: text("Tumour deposits in pathology", "病理癌结节数"), patients: 9 }, { variable: "ypN", label: text("ypN", "ypN 分期"), patients: 4 }] }),
      endpoint("crm_positive", text("Circumferential margin involved", "环周切缘阳性"), "binary", 175, 11, 0, 0, 8, {
        refused: text("8 patients with and 167 without the outcome; at least 10 of each are needed", "发生结局 8 例，未发生 167 例；各需至少 10 例") }),
      endpoint("time_to_local_recurrence", text("Time to local recurrence", "局部复发时间"), "competing", 176, 2, 4, 4, 21, { competing: 46, median_follow_up: follow_up }),
      endpoint("nar_class", text("Neoadjuvant rectal score", "新辅助直肠癌评分"), "ordinal", 170, 11, 5, 0, null, { levels: [{ level: "low", n: 61 }, { level: "intermediate", n: 70 }, { level: "high", n: 39 }] }),
    ],
    readers: [
      { variable: "cT_1", label: text("cT on MRI", "MRI cT 分期"), measure: "weighted_kappa", value: 0.78, lower: 0.69, upper: 0.87, n: 212, equal: 189, without_consensus: 2, reason: null },
      { variable: "mrf_distance_mm_1", label: text("Distance to mesorectal fascia", "距直肠系膜筋膜距离"), measure: "icc_2_1", value: 0.88, lower: 0.84, upper: 0.91, n: 209, equal: 71, without_consensus: 0, reason: null },
      { variable: "emvi_score_1", label: text("EMVI score", "壁外血管侵犯评分"), measure: "icc_2_1", value: null, lower: null, upper: null, n: 1, equal: 1, without_consensus: 0, reason: "fewer than two subjects" },
    ],
    queries: [
      query("check", "B-0102", "B", "C14", "Death before last contact", "死亡早于末次随访", "Correct one of the dates", "更正日期", "clinical_B.csv", 44),
      query("check", "A-0011", "A", "C01", "ypN1c without a tumour deposit, or with positive nodes", "ypN1c 却无癌结节或有阳性淋巴结", "Compare with the pathology report: ypN1c means deposits and no positive node", "核对病理报告：ypN1c 表示有癌结节且无阳性淋巴结", "clinical_A.csv", 11),
      query("fault", "C-0009", "C", "cea_ng_ml", "'<0,5' is not a number", "“<0,5” 不是数字", "Write it with a decimal point", "请使用小数点", "clinical_C.csv", 9),
      query("readers", "A-0040", "A", "cT_1", "Readers differ (T4a, T3d) and no consensus is recorded", "两名读片者结果不同（T4a、T3d）且无共识", "Record a consensus", "补录共识读数", "clinical_A.csv", 40),
      query("unknown", "C-0003", "C", "mri_quality_1", "Quality of first MRI is not recorded; needed by E2", "未记录首次 MRI 图像质量；用于 E2", "Record it", "补录该值", "", null),
      query("persistent_disease", "B-0077", "B", "dfs", "Not at risk", "不在风险集", "Nothing, if resection R2 is right", "如 R2 切除无误则无需处理", "clinical_B.csv", 19),
    ],
  };
}

const out = process.argv[2];
if (out && resolve(process.argv[1] ?? "") === fileURLToPath(import.meta.url)) {
  mkdirSync(dirname(resolve(out)), { recursive: true });
  writeFileSync(out, JSON.stringify(make_flow_sample()));
}
