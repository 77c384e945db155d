"""How Chinese is written here: signs, blanks, and the terms of the glossary."""

from __future__ import annotations

import re
from collections.abc import Iterator

_HAN = r"\u3400-\u9fff"
_CODE = re.compile(r"`[^`]*`|“[^”]*”|<[^>]*>")
_BRACES = re.compile(r"\{.*\}")
_WORD = re.compile(
    r"%\((?:artifact|kind|found|purged|time|uploaded|verbose_name(?:_plural)?|words)\)s"
)
"""Parameters that may be Chinese words, beside which there is no blank."""
_NAME = re.compile(r"%?%\(\w+\)\w")

_FORMS = {
    "a full-width sign": rf"[{_HAN}”）][,;:?!]|[{_HAN}）][.](?![\w.])|[{_HAN}]\(|\)[{_HAN}]",
    "a blank between Chinese and other letters": rf"[{_HAN}][A-Za-z0-9]|[A-Za-z0-9%][{_HAN}]",
    "no blank beside a full-width sign": r"[，。；：！？（）、“”] | [，。；：！？（）、“”]",
    "no blank between Chinese words": rf"[{_HAN}] +[{_HAN}]",
    "您": "你",
}
"""What belongs there, and the pattern of what does not."""

_TERMS = {
    "镜像": "图像|映像",
    "镜像仓库": "(?<!镜像)仓库|注册表|注册中心",
    "镜像包": "镜像归档|镜像存档|镜像压缩包",
    "镜像层": "(?<!镜)像层|图层",
    "模板文件": "(?<!Pod )(?<!Helm )模板(?!文件|包|表达式)",
    "配置值": "(?<!配置)值文件",
    "注解": "注释|批注",
    "检查结果": "发现项|检测结果|查找结果",
    "修改建议": "建议修改|编辑建议|补丁",
    "审核员": "评审员|审阅者|审查员|审核人员",
    "生态伙伴": "(?<!生态)伙伴|合作方",
    "后台进程": "工作进程|工作线程",
    "任务队列": "作业队列",
    "证实": "验证|证明",
    "修订": "修改版|修正版",
    "硬编码": "写死在",
    "集群": "群集",
    "选择器": "选择符",
    "管理员": "管理者",
}
"""The term of the glossary, and what it is not called."""


def faults(text: str) -> Iterator[tuple[str, str]]:
    """What is not written as Chinese is here: the place, and what belongs there."""
    # A parameter is a name as a rule, so that blanks are around it as around any other.
    plain = _NAME.sub("X", _WORD.sub("·", _BRACES.sub("X", _CODE.sub("“”", text))))
    for wanted, pattern in (*_FORMS.items(), *_TERMS.items()):
        for found in re.finditer(pattern, plain):
            yield plain[max(0, found.start() - 8) : found.end() + 8], wanted
