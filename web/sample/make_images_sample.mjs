// A realistic document of the schema larc.images/1: node sample/make_images_sample.mjs [OUT.json [PATIENTS]]
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { picture } from "./picture.mjs";
import { generator, normal } from "./statistics.mjs";

const text = (en, zh) => ({ en, zh });
const kRoles = [
  ["t2_1", text("T2w axial before therapy", "治疗前 T2WI 轴位"), "t2", "t2_tse_tra_obl", "before_therapy", 24, 0.6, 3.3, null],
  ["dwi_1", text("DWI before therapy, b at least 800", "治疗前 DWI，b 值不低于 800"), "dwi", "ep2d_diff_tra_b800", "before_therapy", 26, 1.7, 4.4, 800],
  ["adc_1", text("ADC map before therapy", "治疗前 ADC 图"), "adc", "ep2d_diff_tra_ADC", "before_therapy", 26, 1.7, 4.4, null],
  ["t2_2", text("T2w axial after therapy", "治疗后 T2WI 轴位"), "t2", "t2_tse_tra_obl", "after_therapy", 24, 0.6, 3.3, null],
  ["dwi_2", text("DWI after therapy, b at least 800", "治疗后 DWI，b 值不低于 800"), "dwi", "ep2d_diff_tra_b800", "after_therapy", 26, 1.7, 4.4, 800],
  ["adc_2", text("ADC map after therapy", "治疗后 ADC 图"), "adc", "ep2d_diff_tra_ADC", "after_therapy", 26, 1.7, 4.4, null],
];
// Centre and spread of what is measured (log-normal), and the limit: lower or upper.
const kMeasures = [
  ["snr", text("Signal-to-noise ratio", "信噪比"), "1", text("Median signal of the body over the noise within it.", "体内信号中位数与体内噪声之比。"), 38, 0.2, 17, null],
  ["ghost", text("Phase-encode ghost", "相位编码方向鬼影"), "%", text("Amplitude of the copy at half the field of view.", "视野一半处复影的幅度。"), 1.1, 0.35, null, 4.5],
  ["sharpness", text("Sharpness", "清晰度"), "1", text("Variation between neighbouring voxels that an average takes away.", "平均滤波所消除的相邻体素变化比例。"), 0.31, 0.09, 0.21, null],
  ["missing_slices", text("Slices without signal", "无信号层数"), "slices", text("Slices that hold next to no signal.", "几乎没有信号的层数。"), 0, 0, null, 0],
  ["central_void", text("Signal void at the rectum", "直肠区信号缺失"), "ml", text("Volume without signal in the middle of the field of view.", "视野中央无信号的体积。"), 2.2, 0.4, null, 14],
  ["snr_air", text("Signal-to-noise ratio against air", "信噪比（以空气为背景）"), "1", text("Mean signal of the body over the noise in the air around it.", "体内平均信号与周围空气噪声之比。"), 52, 0.25, 20, null],
];
// Each flaw: the measure it moves and to where, what is said of it, the verdict, and the picture.
const kFlaws = [
  ["ghost", 7.4, text("Strong ghost along phase encoding", "相位编码方向鬼影明显"), "doubtful", { ghost: 0.45 }],
  ["central_void", 31, text("Gas in the rectum takes the signal away", "直肠内气体致信号缺失"), "exclude", { gas: 2.1 }],
  ["snr", 9.5, text("Too much noise", "噪声过大"), "doubtful", { noise: 1 }],
  ["missing_slices", 2, text("2 of 24 slices are missing", "24 层中缺失 2 层"), "exclude", {}],
];

const uid = (u) => `2.25.${Array.from({ length: 30 }, () => Math.floor(10 * u())).join("").replace(/^0+/, "1")}`;
const date = (u, after) => new Date(Date.UTC(2019, 3 + 5 * after, 1 + Math.floor(700 * u()))).toISOString().slice(0, 10);
const round = (x) => Number(x.toPrecision(3));
const cut = ({ png, width, height }) => ({ png, width, height });

function measures(u, centre, flaw) {
  return kMeasures.map(([id, , , , typical, spread, lower, upper]) => {
    const doubt = { doubtful_lower: lower === null ? null : round(lower * 1.15), doubtful_upper: upper === null ? null : round(upper * 0.85) };
    if (id === "snr_air" && centre === "B") return { id, value: null, reason: text("the scanner masked the background", "设备已将背景置零"), lower, upper, ...doubt };
    const value = typical === 0 ? 0 : round(typical * Math.exp(spread * normal(u)));
    const kept = lower !== null ? Math.max(value, doubt.doubtful_lower) : Math.min(value, doubt.doubtful_upper);
    return { id, value: flaw?.[0] === id ? flaw[1] : kept, reason: "", lower, upper, ...doubt };
  });
}

function candidate(u, series, more) {
  return { description: "t2_tse_tra_obl", sequence: "t2", orientation: "axial", date: "2020-03-01", slices: 24, in_plane_mm: 0.6, slice_mm: 3.3, b_value: null, series,
    picture: cut(picture(u, 128, { outline: false })), ...more };
}

function open_choices(u, ids) {
  const choice = (patient, role, state, why, candidates) => ({
    patient, centre: patient[0], role, label: kRoles.find(([id]) => id === role)[1], state, why, candidates,
    command: `larc decide STUDY --patient ${patient} --image ${role} --series '...' --by NAME --reason TEXT`,
    command_none: `larc decide STUDY --patient ${patient} --image ${role} --series none --by NAME --reason TEXT`,
  });
  const fit = (n) => text(`${n} series fit`, `${n} 个序列符合`);
  return [
    choice(ids[3], "t2_1", "ambiguous", fit(2), [
      candidate(u, uid(u), {}), candidate(u, uid(u), { description: "t2_tse_tra_obl_repeat", picture: cut(picture(u, 128, { outline: false, noise: 0.5 })) }),
    ]),
    choice(ids[4], "dwi_2", "ambiguous", fit(3), [800, 1000, 1500].map((b, i) => candidate(u, `${uid(u)}, b ${b}`, {
      description: "ep2d_diff_tra", sequence: "dwi", slices: 26, in_plane_mm: 1.7, slice_mm: 4.4, b_value: b, date: "2020-08-11", picture: cut(picture(u, 128, { outline: false, noise: 0.3 * i })) }))),
    choice(ids[11], "t2_2", "time_unknown", text("the dates of therapy are not recorded", "未记录治疗日期"), [candidate(u, uid(u), { date: "2021-02-17", description: "T2 HR ax" })]),
    choice(ids[15], "adc_1", "ambiguous", fit(2), [
      candidate(u, uid(u), { description: "ADC", sequence: "adc", slices: 26, in_plane_mm: 1.7, slice_mm: 4.4 }),
      candidate(u, uid(u), { description: "ADC", sequence: "adc", slices: 26, in_plane_mm: 1.7, slice_mm: 4.4, picture: null }),
    ]),
  ];
}

export function make_images_sample(patients = 60, seed = 20) {
  const u = generator(seed);
  const ids = Array.from({ length: Math.max(patients, 16) }, (_, i) => `${"ABC"[i % 3]}-${String(i + 1).padStart(4, "0")}`);
  const open = open_choices(u, ids), is_open = new Set(open.map((c) => `${c.patient} ${c.role}`));
  const quality = [], series = [], absent = [], missing = new Map();
  for (const patient of ids) {
    const centre = patient[0];
    for (const [role, label, sequence, description, time, slices, in_plane_mm, slice_mm, b_value] of kRoles) {
      const day = date(u, time === "after_therapy");
      const offered = { patient, centre, series: uid(u), description, sequence, orientation: "axial", date: day, time, slices, in_plane_mm, slice_mm, b_value, role };
      if (is_open.has(`${patient} ${role}`)) continue;
      if (u() < 0.03) {
        missing.set(role, (missing.get(role) ?? 0) + 1);
        absent.push({ patient, centre, role, why: text("no series fits", "没有符合的序列") });
        continue;
      }
      series.push(offered);
      const flaw = u() < 0.055 ? kFlaws[Math.floor(kFlaws.length * u())] : null, verdict = flaw?.[3] ?? "ok";
      const decide = (what) => `larc decide STUDY --patient ${patient} --image ${role} --quality ${what} --by NAME --reason TEXT`;
      const decided = verdict === "doubtful" && u() < 0.25;
      quality.push({
        patient, centre, role, label, verdict, used: verdict !== "exclude", reasons: flaw ? [{ id: flaw[0], text: flaw[2] }] : [],
        picture: flaw ? cut(picture(u, 112, { outline: false, ...flaw[4] })) : patients <= 60 ? cut(picture(u, 56, { outline: false })) : null, measures: measures(u, centre, flaw),
        decision: decided ? { value: "keep", by: "Dr Chen", reason: "ghost lies outside the mesorectum", recorded_at: "2024-05-02T09:10:00Z" } : null,
        commands: { keep: decide("keep"), exclude: decide("exclude") },
      });
    }
    const sagittal = { patient, centre, series: uid(u), description: "t2_tse_sag", sequence: "t2", orientation: "sagittal", date: date(u, false), time: "before_therapy" };
    series.push({ ...sagittal, slices: 22, in_plane_mm: 0.7, slice_mm: 4, b_value: null, role: "" });
    if (u() < 0.3) series.push({ ...sagittal, series: uid(u), description: "localizer", sequence: "localiser", orientation: "coronal", slices: 5, in_plane_mm: 1.6, slice_mm: 12, b_value: null, role: "" });
  }
  const count = (role, verdict) => quality.filter((q) => q.role === role && q.verdict === verdict && !q.decision).length;
  const same = cut(picture(generator(5), 128, { outline: false })), near = cut(picture(generator(5), 128, { outline: false, noise: 0.15 }));
  return {
    schema: "larc.images/1", study: "demo-signal", title: text("Demonstration: cT4 rectal cancer", "演示研究：cT4 期直肠癌"), synthetic: true, larc: { version: "0.1.0" },
    patients: ids.length,
    roles: kRoles.map(([id, label]) => ({
      id, label, present: quality.filter((q) => q.role === id).length, open: open.filter((c) => c.role === id).length, doubtful: count(id, "doubtful"),
      excluded: count(id, "exclude"), missing: missing.get(id) ?? 0,
    })),
    open, quality, measures: kMeasures.map(([id, label, unit, what]) => ({ id, label, unit, what })),
    limits: { learned_on: text("centres A and B", "A、B 中心"), n: 238 },
    duplicates: [
      { kind: "near", similarity: 0.994, first: { patient: ids[5], centre: ids[5][0], role: "t2_1" }, second: { patient: ids[5], centre: ids[5][0], role: "t2_2" }, same_patient: true, pictures: [same, near] },
      { kind: "exact", similarity: 1, first: { patient: ids[1], centre: ids[1][0], role: "t2_1" }, second: { patient: ids[8], centre: ids[8][0], role: "t2_1" }, same_patient: false, pictures: [same, same] },
    ],
    absent,
    alike: [{ kind: "alike", similarity: 0.843, first: { patient: ids[2], centre: ids[2][0], role: "t2_1" }, second: { patient: ids[13], centre: ids[13][0], role: "t2_1" }, same_patient: false, pictures: [same, near] }],
    warnings: [{ patient: ids[6], role: "t2_2", series: uid(u), text: text("The description says 'staging', the dates say after therapy.", "序列描述为“staging”，但日期显示为治疗后。") }],
    series,
  };
}

const [, , out, patients] = process.argv;
if (out && resolve(process.argv[1] ?? "") === fileURLToPath(import.meta.url)) {
  mkdirSync(dirname(resolve(out)), { recursive: true });
  writeFileSync(out, JSON.stringify(make_images_sample(patients ? Number(patients) : undefined)));
}
