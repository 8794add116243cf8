// Every text of the pages, in English and Simplified Chinese. `{name}` is replaced by the value of that name.
import { kFlowMessages } from "./i18n_flow.ts";
import { kImageMessages } from "./i18n_images.ts";
import type { Kind, Metric, Text } from "./study.ts";

export type Language = "en" | "zh";

export const kMessages = {
  ...kFlowMessages,
  ...kImageMessages,
  research_use: { en: "Research use only", zh: "仅供研究使用" },
  synthetic: {
    en: "Synthetic data: these numbers show that the software works, nothing about patients",
    zh: "合成数据：这些数字只说明软件能够运行，不代表任何真实患者",
  },
  report_kind: { en: "Study report", zh: "研究报告" },
  language_switch: { en: "Language", zh: "语言" },
  print: { en: "Print", zh: "打印" },
  contents: { en: "Contents", zh: "目录" },
  study_id: { en: "Study", zh: "研究编号" },
  centres_n: { en: "{n} centres", zh: "{n} 家中心" },
  centres_1: { en: "1 centre", zh: "1 家中心" },
  patients_n: { en: "{n} patients", zh: "{n} 例患者" },
  page_failed: { en: "The report cannot be shown", zh: "无法显示报告" },
  chart_failed: { en: "This chart could not be drawn: {reason}", zh: "无法绘制此图：{reason}" },
  undefined_value: { en: "not defined", zh: "无定义" },
  // Punctuation differs between the languages.
  sentence: { en: "{text}.", zh: "{text}。" },
  labelled: { en: "{label}: {text}", zh: "{label}：{text}" },
  to: { en: "to", zh: "至" },

  // summary
  summary: { en: "Summary", zh: "摘要" },
  summary_lead: {
    en: "{patients} patients from {centres} were imported; {imaged} have images and {extracted} were measured.",
    zh: "共导入来自 {centres}的 {patients} 例患者；其中 {imaged} 例有影像，{extracted} 例完成特征提取。",
  },
  summary_failed: { en: "{n} cases failed; each has a stated reason.", zh: "{n} 例处理失败，均列出原因。" },
  summary_how: {
    en: "Each card shows what the highest model reached on patients it had not seen. The line is the 95% limits; the dashed line is chance.",
    zh: "每张卡片显示表现最高的模型在未见过的患者中的结果。横线为 95% 置信限，虚线为随机水平。",
  },
  primary: { en: "Primary endpoint", zh: "主要终点" },
  secondary: { en: "Secondary", zh: "次要终点" },
  highest_model: { en: "highest of {n} models", zh: "{n} 个模型中最高" },
  chance_better: { en: "Better than chance: the limits lie above 0.5.", zh: "优于随机：置信限高于 0.5。" },
  chance_unclear: { en: "Not shown to be better than chance: the limits include 0.5.", zh: "未显示优于随机：置信限包含 0.5。" },
  chance_worse: { en: "Below chance: look for an error in data or labels.", zh: "低于随机水平：请检查数据或标签。" },
  clinical_better: { en: "Better than the clinical baseline: {d}, {p}.", zh: "优于临床基线：差值 {d}，{p}。" },
  clinical_unclear: { en: "No clear gain over the clinical baseline: {d}, {p}.", zh: "与临床基线相比无明确提升：差值 {d}，{p}。" },
  clinical_worse: { en: "Worse than the clinical baseline: {d}, {p}.", zh: "差于临床基线：差值 {d}，{p}。" },
  clinical_highest: { en: "No other model reached more than the clinical baseline.", zh: "没有其他模型超过临床基线。" },
  clinical_alone: { en: "Only the clinical baseline could be validated.", zh: "仅临床基线得到验证。" },
  model_refused: { en: "{kind} refused: {reason}", zh: "{kind}被拒绝：{reason}" },
  clinical_none: { en: "Not compared with a clinical baseline.", zh: "未与临床基线比较。" },
  volume_better: { en: "{kind} is better than volume alone ({v}): {d}, {p}.", zh: "{kind}优于仅用体积（{v}）：差值 {d}，{p}。" },
  volume_not_shown: {
    en: "{kind} is not shown to be better than volume alone ({v}): {d}, {p}.",
    zh: "未显示{kind}优于仅用体积（{v}）：差值 {d}，{p}。",
  },
  volume_as_good: {
    en: "Volume alone does as well as {kind}, or better: {v} against {m}.",
    zh: "仅用体积即可达到或超过{kind}：{v} 对 {m}。",
  },
  random_as_good: {
    en: "Random numbers do as well as {kind}, or better: {v} against {m}.",
    zh: "随机数即可达到或超过{kind}：{v} 对 {m}。",
  },
  across_centres: { en: "In centres it had not seen: {metric} {e}.", zh: "在未参与训练的中心：{metric} {e}。" },
  suspects_line: {
    en: "Predictors that all but give the outcome away: {names}. Settle this before believing any figure.",
    zh: "几乎直接泄露结局的预测变量：{names}。查清之前请勿采信任何数字。",
  },
  few_events: {
    en: "Only {n} patients in the smaller outcome group: read the limits, not the single number.",
    zh: "较少的结局组仅 {n} 例：请看置信限，而非单一数值。",
  },
  few_survival_events: { en: "Only {n} events: read the limits, not the single number.", zh: "仅 {n} 例事件：请看置信限，而非单一数值。" },
  too_good: {
    en: "Unusually high for this field: look for a leak before believing it.",
    zh: "在本领域异常偏高：采信之前请先排查信息泄漏。",
  },
  not_modelled: { en: "Not modelled", zh: "未建模" },
  no_models: { en: "No model has been validated for this endpoint.", zh: "此终点尚无经验证的模型。" },
  refused: { en: "Refused", zh: "已拒绝" },

  // cohort
  cohort: { en: "Patients", zh: "患者" },
  flow: { en: "Flow of patients", zh: "患者流程" },
  flow_imported: { en: "Imported", zh: "已导入" },
  flow_imaged: { en: "With images", zh: "有影像" },
  flow_eligible: { en: "Eligible", zh: "符合入组" },
  flow_extracted: { en: "Measured", zh: "完成特征提取" },
  flow_lost: { en: "{n} not carried on", zh: "{n} 例未进入下一步" },
  flow_analysed: { en: "Analysed for each endpoint", zh: "各终点的分析人数" },
  flow_unknown: { en: "{n} with unknown outcome", zh: "{n} 例结局未知" },
  events_n: { en: "{n} events", zh: "{n} 例事件" },
  baseline_table: { en: "Characteristics", zh: "基线特征" },
  baseline_how: {
    en: "Numbers are median (first–third quartile) or count (share of those with a value).",
    zh: "数值为中位数（四分位数范围）或例数（占有值者的比例）。",
  },
  variable: { en: "Variable", zh: "变量" },
  overall: { en: "Overall", zh: "总体" },
  missing: { en: "Missing", zh: "缺失" },
  missing_n: { en: "{n} missing", zh: "缺失 {n}" },

  // cases
  cases: { en: "Cases", zh: "病例处理" },
  cases_done: { en: "done", zh: "完成" },
  cases_failed: { en: "failed", zh: "失败" },
  cases_all_done: { en: "No case failed.", zh: "没有失败的病例。" },
  cases_how: { en: "No case is skipped silently: each one below says what to correct.", zh: "没有病例被静默跳过：下表逐一说明需要更正的内容。" },
  case: { en: "Case", zh: "病例" },
  stage: { en: "Stage", zh: "阶段" },
  reason: { en: "Reason", zh: "原因" },
  show_all: { en: "Show all {n}", zh: "显示全部 {n}" },
  show_fewer: { en: "Show fewer", zh: "收起" },

  // endpoints
  endpoints: { en: "Endpoints", zh: "终点" },
  type_binary: { en: "Yes/no outcome", zh: "二分类结局" },
  type_survival: { en: "Time to event", zh: "生存结局" },
  at_P0: { en: "predicted after the first MRI, before treatment", zh: "首次 MRI 之后、治疗之前预测" },
  at_P1: { en: "predicted after the restaging MRI, before surgery", zh: "再分期 MRI 之后、手术之前预测" },
  at_P2: { en: "predicted after surgical pathology", zh: "手术病理之后预测" },
  fact_patients: { en: "Patients", zh: "患者" },
  fact_events: { en: "Events", zh: "事件" },
  fact_prevalence: { en: "Prevalence", zh: "发生率" },
  fact_unknown: { en: "Outcome unknown", zh: "结局未知" },
  fact_median: { en: "Median (months)", zh: "中位时间（月）" },
  not_reached: { en: "not reached", zh: "未达到" },
  refused_title: { en: "No model was trained for this endpoint", zh: "此终点未训练模型" },
  models: { en: "Models", zh: "模型" },
  models_how: {
    en: "Every number comes from patients the model had not seen. Limits are 95%.",
    zh: "所有数值均来自模型未见过的患者。区间为 95% 置信限。",
  },
  model: { en: "Model", zh: "模型" },
  patients: { en: "Patients", zh: "患者" },
  events: { en: "Events", zh: "事件" },
  brier: { en: "Brier", zh: "Brier 评分" },
  slope: { en: "Calibration slope", zh: "校准斜率" },
  in_the_large: { en: "In the large", zh: "总体校准" },
  permutation_p: { en: "Permutation p", zh: "置换检验 p" },
  permutation_full: { en: "whole pipeline repeated on {n} shuffled outcomes", zh: "在 {n} 次打乱结局后重复完整流程" },
  permutation_fixed: { en: "outcome shuffled {n} times against fixed predictions", zh: "固定预测值，结局打乱 {n} 次" },
  ideal: { en: "ideal {x}", zh: "理想值 {x}" },
  forest: { en: "Models side by side", zh: "模型对比" },
  forest_how: {
    en: "Mark: estimate. Line: 95% limits. A line that crosses {chance} is compatible with chance.",
    zh: "标记为估计值，横线为 95% 置信限。横线跨过 {chance} 表示与随机无异。",
  },
  chance: { en: "chance", zh: "随机" },
  best: { en: "best possible", zh: "理论最佳" },
  roc: { en: "ROC curves", zh: "ROC 曲线" },
  roc_how: {
    en: "The closer to the upper left corner, the better positives and negatives are told apart. A curve pools the predictions of all folds, so its area can differ a little from the AUC within folds that heads the tables.",
    zh: "曲线越接近左上角，区分阳性与阴性的能力越好。曲线汇总了各折的预测，因此其面积可能与表格中按折内比较得到的 AUC 略有差异。",
  },
  roc_x: { en: "1 − specificity", zh: "1 − 特异度" },
  roc_y: { en: "Sensitivity", zh: "灵敏度" },
  calibration: { en: "Calibration", zh: "校准" },
  calibration_how: {
    en: "On the diagonal, predicted risk equals what happened; below it, risk was overestimated. Bars: number of patients at each prediction.",
    zh: "点在对角线上表示预测风险与实际一致；在其下方表示高估风险。下方柱形为各预测值的患者数。",
  },
  calibration_x: { en: "Predicted risk", zh: "预测风险" },
  calibration_y: { en: "Observed", zh: "实际发生" },
  km_overall: { en: "All patients", zh: "全部患者" },
  km_groups: { en: "By predicted risk", zh: "按预测风险分组" },
  km_how: {
    en: "Share still free of the event. Shaded: 95% limits. Curves that stay apart: the model separates patients.",
    zh: "未发生事件的比例。阴影为 95% 置信限。曲线分离表示模型能区分患者。",
  },
  km_overall_how: { en: "Share still free of the event. Shaded: 95% limits.", zh: "未发生事件的比例。阴影为 95% 置信限。" },
  km_x: { en: "Months", zh: "月" },
  km_y: { en: "Free of event", zh: "未发生事件" },
  at_risk: { en: "Numbers at risk", zh: "风险人数" },
  logrank: { en: "log-rank {p}", zh: "log-rank {p}" },
  short_low: { en: "Low", zh: "低" },
  short_medium: { en: "Medium", zh: "中" },
  short_high: { en: "High", zh: "高" },
  median_survival: { en: "median {m}", zh: "中位 {m} 月" },
  risk_low: { en: "Low risk", zh: "低风险" },
  risk_medium: { en: "Medium risk", zh: "中风险" },
  risk_high: { en: "High risk", zh: "高风险" },
  comparisons: { en: "Paired comparisons", zh: "配对比较" },
  comparisons_how: {
    en: "Both models on the same patients. Limits that include 0: no difference has been shown.",
    zh: "两个模型在相同患者中比较。置信限包含 0 表示未显示差异。",
  },
  comparison: { en: "Comparison", zh: "比较" },
  difference: { en: "Difference (95% limits)", zh: "差值（95% 置信限）" },
  p: { en: "p", zh: "p" },
  reading: { en: "Reading", zh: "解读" },
  reading_higher: { en: "{kind} higher", zh: "{kind}更高" },
  reading_unclear: { en: "no clear difference", zh: "无明确差异" },
  baseline_volume: { en: "the volume of the outlined region, nothing else: what a model from images must beat", zh: "仅勾画区域的体积：影像模型必须超过它才有意义" },
  baseline_random: { en: "as many random numbers as features, drawn anew in every fold: what chance alone reaches", zh: "与特征同数量的随机数，每折重新生成：仅凭偶然所能达到的水平" },
  baseline_tables: { en: "the combined model without what the network says: what the network must add to", zh: "不含神经网络得分的联合模型：神经网络须在其基础上有所增益" },
  network_adds: { en: "The network adds to clinical values and radiomics ({v}): {d}, {p}.", zh: "神经网络在临床与影像组学（{v}）之上有增益：差值 {d}，{p}。" },
  network_not_shown: {
    en: "The network is not shown to add to clinical values and radiomics ({v}): {d}, {p}.",
    zh: "未显示神经网络在临床与影像组学（{v}）之上有增益：差值 {d}，{p}。",
  },
  network_as_good: {
    en: "Clinical values and radiomics do as well without the network, or better: {v} against {m}.",
    zh: "不用神经网络，仅临床与影像组学即可达到或超过：{v} 对 {m}。",
  },
  missing_images: { en: "When a sequence or an examination is missing", zh: "缺少某一序列或检查时" },
  missing_images_how: {
    en: "The same networks on the same held-out patients, with these images hidden. Below 0: what it costs to predict without them.",
    zh: "相同网络、相同的未参与训练的患者，仅隐藏这些影像。差值小于 0 表示缺少该影像造成的损失。",
  },
  without_image: { en: "Without", zh: "缺少" },
  against_all_images: { en: "Against all images (95% limits)", zh: "与全部影像相比（95% 置信限）" },
  suspects: { en: "Look at these predictors first", zh: "请先检查以下预测变量" },
  suspects_how: {
    en: "Found by a scan of the clinical predictors before any model was judged. The study keeps them because its protocol names them.",
    zh: "在评估任何模型之前扫描临床预测变量所得。因研究方案指定了这些变量，故仍予保留。",
  },
  suspect_leak: { en: "all but gives the outcome away; find out when it is recorded", zh: "几乎直接泄露结局，请查明其记录时间" },
  sample_size: { en: "Enough patients?", zh: "患者数是否足够？" },
  sample_size_how: {
    en: "Riley's criteria: the patients a model with so many candidate parameters needs if it is to explain {r2} of what can be explained (Nagelkerke R²). With fewer, its figures depend on penalisation and chance.",
    zh: "Riley 标准：候选参数为此数目的模型若要解释 {r2} 的可解释变异（Nagelkerke R²），至少需要的患者数。患者不足时，结果取决于惩罚与偶然性。",
  },
  parameters: { en: "Candidate parameters", zh: "候选参数" },
  events_per_parameter: { en: "Events per parameter", zh: "每参数事件数" },
  minimum_n: { en: "Patients needed", zh: "所需患者数" },
  patients_here: { en: "Patients here", zh: "本研究患者数" },
  enough_yes: { en: "enough", zh: "足够" },
  enough_no: { en: "too few", zh: "不足" },
  centres_out: { en: "Each centre predicted by models of the other centres", zh: "各中心由其他中心训练的模型预测" },
  centres_out_how: {
    en: "One centre at a time is left out of training and then predicted: the nearest this study comes to use in another hospital. A model far below its figure above has learnt something about the centres.",
    zh: "每次将一家中心排除在训练之外并对其进行预测：这是本研究最接近在其他医院使用的检验。若明显低于上方数值，说明模型学到了中心之间的差异。",
  },
  by_centre: { en: "{kind}, centre by centre", zh: "{kind}：逐中心" },
  all_centres: { en: "Within centres, all", zh: "各中心内合计" },
  centre_size: { en: "{n} patients, {e} events", zh: "{n} 例，{e} 例事件" },
  without_centre: { en: "{n} patients without a centre are in no part of this comparison.", zh: "{n} 例患者未注明中心，未纳入此比较。" },
  harmonised: { en: "{kind}, harmonised", zh: "{kind}（已协调）" },
  harmonised_short: { en: "{label}, harmonised", zh: "{label}（已协调）" },
  harmonisation: { en: "With and without harmonisation", zh: "特征协调前后对比" },
  harmonisation_how: {
    en: "ComBat moves the features of each centre to a common scale. It is learnt from training patients only and never sees the outcome. Of a centre it has not seen it knows no scale, so the features of a centre that is left out stay as measured.",
    zh: "ComBat 将各中心的特征调整到共同尺度。仅从训练患者学习，从不使用结局。对未见过的中心没有可用尺度，因此被排除中心的特征保持原始测量值。",
  },
  judged_in: { en: "Judged in", zh: "评估方式" },
  in_folds: { en: "cross-validation", zh: "交叉验证" },
  in_centres: { en: "left-out centres", zh: "排除的中心" },
  without: { en: "Without", zh: "未协调" },
  with: { en: "With", zh: "已协调" },
  harmonisation_better: { en: "harmonisation helps", zh: "协调有帮助" },
  harmonisation_worse: { en: "harmonisation harms", zh: "协调有害" },
  robustness: { en: "Features dropped because they do not bear perturbation", zh: "因不耐受扰动而剔除的特征" },
  robustness_how: {
    en: "Image and outline were perturbed and every feature measured again. {dropped} of {measured} features did not agree with themselves (intraclass correlation below the study's minimum) in at least one training fold and were left out of the models there.",
    zh: "对图像与轮廓施加扰动并重新测量每个特征。{measured} 个特征中有 {dropped} 个在至少一个训练折中自身一致性不足（组内相关系数低于研究设定的下限），在该折中被剔除。",
  },
  feature: { en: "Feature", zh: "特征" },
  icc: { en: "Intraclass correlation", zh: "组内相关系数" },
  minimum: { en: "minimum {x}", zh: "下限 {x}" },
  dropped_in: { en: "Dropped in", zh: "剔除比例" },
  stability: { en: "Most stable features", zh: "最稳定的特征" },
  stability_how: {
    en: "How often a feature was chosen when the model was refitted on other patients. Sign: higher values go with a higher (+) or lower (−) prediction.",
    zh: "在不同患者子集上重新拟合时特征被选中的比例。符号：特征值越高，预测值越高（+）或越低（−）。",
  },
  stability_x: { en: "Chosen in", zh: "被选中比例" },
  best_possible: { en: "Distance from the best possible", zh: "与理论最佳的距离" },
  best_possible_how: {
    en: "The synthetic outcome is known, so the best any model could reach is known: {metric} {value}. Bars: share of the way from chance to it.",
    zh: "合成结局的规律已知，因此任何模型可达到的最佳值已知：{metric} {value}。柱形为从随机到最佳所达到的比例。",
  },
  notes: { en: "Notes", zh: "说明" },

  // images
  images: { en: "Images", zh: "影像" },
  images_how: {
    en: "One slice of each measured region, with the outline that was used. Look for outlines that miss the tumour.",
    zh: "每个测量区域的一个层面及所用轮廓。请留意轮廓未覆盖肿瘤的情况。",
  },
  centre: { en: "Centre", zh: "中心" },
  close: { en: "Close", zh: "关闭" },
  enlarge: { en: "Enlarge {patient}", zh: "放大 {patient}" },

  // glossary and provenance
  glossary: { en: "Glossary", zh: "术语" },
  provenance: { en: "Provenance", zh: "溯源" },
  provenance_how: { en: "With the same data, settings, seed and version the same numbers come out again.", zh: "相同的数据、设置、随机种子和版本将得到相同的数字。" },
  version: { en: "larc version", zh: "larc 版本" },
  commit: { en: "Commit", zh: "提交" },
  libraries: { en: "Libraries", zh: "程序库" },
  seed: { en: "Seed", zh: "随机种子" },
  protocol_hash: { en: "Protocol hash", zh: "方案哈希" },
  data_hash: { en: "Data hash", zh: "数据哈希" },
  schema: { en: "Document schema", zh: "文档格式" },
  settings: { en: "Settings", zh: "设置" },
} as const satisfies Record<string, Text>;

export type MessageKey = keyof typeof kMessages;
export type Values = Record<string, string | number>;

export function translate(language: Language, key: MessageKey, values: Values = {}): string {
  return kMessages[key][language].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

export const kKindLabels: Record<Kind, Text> = {
  clinical: { en: "Clinical", zh: "临床" },
  radiomics: { en: "Radiomics", zh: "影像组学" },
  deep: { en: "Deep learning", zh: "深度学习" },
  combined: { en: "Combined", zh: "联合" },
  volume: { en: "Volume alone", zh: "仅体积" },
  random: { en: "Random numbers", zh: "随机数" },
  "clinical+radiomics": { en: "Clinical and radiomics", zh: "临床加影像组学" },
};

export const kMetricLabels: Record<Metric, Text> = {
  auc: { en: "AUC", zh: "AUC" },
  c_harrell: { en: "C-index", zh: "C 指数" },
  c_uno: { en: "Uno's C", zh: "Uno C 指数" },
};

export const kStageLabels: Record<string, Text> = {
  import: { en: "Import", zh: "导入" },
  screen: { en: "Screening", zh: "筛查" },
  segment: { en: "Segmentation", zh: "分割" },
  preprocess: { en: "Preprocessing", zh: "预处理" },
  extract: { en: "Feature extraction", zh: "特征提取" },
  train: { en: "Training", zh: "训练" },
  validate: { en: "Validation", zh: "验证" },
  report: { en: "Report", zh: "报告" },
  predict: { en: "Prediction", zh: "预测" },
};

/** Language from, in this order: the hash, the query, the browser. */
export function choose_language(hash: string, query: string, browser: string): Language {
  for (const part of [...hash.replace(/^#/, "").split("&"), ...query.replace(/^\?/, "").split("&")]) {
    const match = /^lang=(en|zh)/.exec(part);
    if (match) return match[1] as Language;
  }
  return browser.toLowerCase().startsWith("zh") ? "zh" : "en";
}

/** The section named in a hash such as `#endpoint-pcr&lang=zh`, or "". */
export function section_of(hash: string): string {
  return hash.replace(/^#/, "").split("&").find((part) => part !== "" && !part.startsWith("lang=")) ?? "";
}

export function make_hash(section: string, language: Language): string {
  return `#${[section, `lang=${language}`].filter((part) => part !== "").join("&")}`;
}
