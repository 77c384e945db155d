"""The words of Chinese rule pages, from the glossary in CONTRIBUTING.md."""

from __future__ import annotations

from collections.abc import Mapping

TERMS: Mapping[str, str] = {
    "service package": "服务包",
    "deploy package": "部署包",
    "charts?|chart's": "Chart",
    "sub-charts?": "子 Chart",
    "templates?": "模板文件|Pod 定义",
    "values?": "配置值|取值|值",
    "operators?": "Operator",
    "custom resources?": "自定义资源",
    "OSC-format package|OSC format": "OSC 格式包",
    "partners?|partner's": "生态伙伴",
    "reviewers?": "审核员",
    "administrators?": "管理员",
    "warnings?": "警告",
    "images?": "镜像|图片",
    "image archives?": "镜像包",
    "layers?": "镜像层",
    "rendered manifests?|every manifest": "资源清单",
    "registry|registries": "镜像仓库",
    "organisation": "组织",
    "tags?": "镜像标签",
    "digests?": "摘要",
    "labels?": "标签",
    "annotations?": "注解",
    "selectors?": "选择器",
    "target registry|targets?": "目标",
    "(?<!for )instances?": "服务实例|实例",
    "instance version definition": "实例版本定义",
    "upgrade path": "升级路径",
    "release before": "上一个发布包",
    "render(?:s|ed|ing)?": "渲染",
    "proven": "证实",
    "unverified": "未证实",
    "hard-codes?|hard-coded": "硬编码",
    "change set": "关联修改",
    "proposes? (?:the|this|an|one) edit|proposed edit": "修改建议",
    "dismiss(?:es)?": "判为不适用",
    "confirms it": "确认问题",
    "packaging guide": "打包指南",
    "cluster versions?": "集群版本",
    "secrets?": "密钥|Secret",
    "customers?": "客户",
    "catalogue": "服务目录",
}
"""What the English page says, as a regular expression, and what the Chinese page says for it."""

UNWANTED: Mapping[str, str] = {
    "注释": "注解",
    "合作伙伴|(?<!生态)伙伴": "生态伙伴",
    "评审|审查": "审核",
    "仓库(?<!镜像仓库)": "镜像仓库",
    "模板(?!文件|包)": "模板文件，或 Helm 模板包",
    "(?<!资源|镜像)清单": "资源清单，或镜像清单",
    "操作员|运营商|算子": "Operator",
    "子图表|子图|图表": "子 Chart",
    "散列|哈希": "摘要",
    "自验证": "证实",
    "组织机构": "组织",
}
"""Words that a page has not, as regular expressions, and what it says instead."""

NAMES = (
    "AI/Machine Learning",
    "Application Runtime",
    "Operator Lifecycle Manager",
    "Streaming & Messaging",
    "Integration & Delivery",
    "Logging & Tracing",
    "no matches for kind",
    "exec format error",
)
"""Names and messages of programs, which nobody translates."""
