// Terms a clinician may ask about.
import type { Text } from "./study.ts";

export const kGlossary: { term: Text; text: Text }[] = [
  {
    term: { en: "AUC (area under the ROC curve)", zh: "AUC（ROC 曲线下面积）" },
    text: {
      en: "The chance that a patient with the outcome gets a higher predicted risk than a patient without it. 0.5 is a coin toss, 1 is perfect order. It says nothing about whether a stated risk of 30% is right: that is calibration.",
      zh: "发生结局的患者所得预测风险高于未发生者的概率。0.5 相当于抛硬币，1 为完全正确排序。AUC 不能说明“30% 的风险”是否准确——那是校准。",
    },
  },
  {
    term: { en: "C-index (Harrell, Uno)", zh: "C 指数（Harrell、Uno）" },
    text: {
      en: "The AUC's counterpart for survival: among pairs of patients that can be ordered, the share in which the one with the earlier event had the higher predicted risk. Uno's version depends less on how long patients were followed.",
      zh: "生存结局中与 AUC 对应的指标：在可比较的患者对中，较早发生事件者预测风险较高的比例。Uno 版本受随访时长的影响较小。",
    },
  },
  {
    term: { en: "95% limits", zh: "95% 置信限" },
    text: {
      en: "The range of values compatible with the data. With few events it is wide, and the single number in the middle deserves little trust.",
      zh: "与数据相容的取值范围。事件少时范围很宽，中间的单一数值不足为信。",
    },
  },
  {
    term: { en: "Calibration slope", zh: "校准斜率" },
    text: {
      en: "1 is ideal. Below 1, predictions are too extreme (high risks too high, low risks too low), the usual sign of overfitting; above 1, too timid.",
      zh: "理想值为 1。小于 1 表示预测过于极端（高者过高、低者过低），是过拟合的常见表现；大于 1 表示预测过于保守。",
    },
  },
  {
    term: { en: "Calibration in the large", zh: "总体校准" },
    text: {
      en: "0 is ideal. Above 0, the model predicts too little risk on the whole; below 0, too much.",
      zh: "理想值为 0。大于 0 表示总体上低估风险；小于 0 表示高估。",
    },
  },
  {
    term: { en: "Brier score", zh: "Brier 评分" },
    text: {
      en: "Mean squared distance between the predicted risk and what happened (0 or 1). Lower is better; always answering the prevalence q scores q(1 − q), which is 0.25 at a prevalence of 50% and 0.09 at 10%.",
      zh: "预测风险与实际结果（0 或 1）之差的平方均值，越低越好。若总是给出发生率 q，得分为 q(1 − q)：发生率 50% 时为 0.25，10% 时为 0.09。",
    },
  },
  {
    term: { en: "Permutation p", zh: "置换检验 p" },
    text: {
      en: "How often a result this high appears when the outcome is shuffled, so that nothing can be learned. Repeating the whole pipeline on each shuffle also reveals leaks inside it; shuffling against fixed predictions does not.",
      zh: "将结局打乱（无规律可学）后仍得到如此高结果的频率。每次打乱都重复完整流程还可揭示流程内部的泄漏；仅对固定预测值打乱则不能。",
    },
  },
  {
    term: { en: "Patients the model had not seen", zh: "模型未见过的患者" },
    text: {
      en: "Each patient is predicted by a model fitted without that patient. Filling of gaps, scaling, choice of features and tuning are repeated inside every fit, because doing them once on everybody makes results look better than they are.",
      zh: "每位患者均由未使用其数据拟合的模型预测。缺失填补、标准化、特征选择与调参在每次拟合内部重新进行；若在全体患者上一次完成，结果会虚高。",
    },
  },
  {
    term: { en: "Clinical baseline", zh: "临床基线" },
    text: {
      en: "A model from clinical values and the radiologist's reading alone. An image model is useful only if it adds to this one.",
      zh: "仅使用临床数据与影像医师判读的模型。影像模型只有在此基础上有所提升才有意义。",
    },
  },
  {
    term: { en: "Kaplan-Meier curve, numbers at risk", zh: "Kaplan-Meier 曲线与风险人数" },
    text: {
      en: "The share of patients still free of the event over time, allowing for different lengths of follow-up. The numbers below say how many patients each part of the curve rests on; where they are small, the curve means little.",
      zh: "在考虑随访时长不同的情况下，随时间仍未发生事件的患者比例。下方数字表示各时间点仍在随访的人数；人数很少时曲线意义有限。",
    },
  },
  {
    term: { en: "How many events are enough?", zh: "多少事件才足够？" },
    text: {
      en: "A sound validation needs about 100 patients with and 100 without the outcome (Collins, Ogundimu and Altman 2016). With fewer, results are exploratory.",
      zh: "可靠的验证约需 100 例发生结局和 100 例未发生结局的患者（Collins, Ogundimu, Altman 2016）。少于此数时结果仅为探索性。",
    },
  },
  {
    term: { en: "Radiomics", zh: "影像组学" },
    text: {
      en: "Numbers that describe size, shape, brightness and texture of an outlined region in an image.",
      zh: "描述影像中勾画区域大小、形状、信号强度与纹理的数值。",
    },
  },
];
