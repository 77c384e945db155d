"""YAML files of every style, made by hypothesis for property tests."""

from __future__ import annotations

from hypothesis import strategies as st

SCALARS = st.sampled_from(
    [
        "docker.io",
        "1.20",
        "~",
        "null",
        "yes",
        "010",
        "2024-01-01",
        "'single # no comment'",
        "'it''s'",
        '"double: \\u0064"',
        "镜像",
        '"😀"',
        "host:5000/a/b",
        "!!str 12",
        "! x",
        '""',
        "a plain text",
    ]
)
KEYS = st.sampled_from(
    ["image", "registry", "tag", "my.app", '"a b"', "'*'", "名", "0", "true", "example.com/app"]
)
COMMENTS = st.sampled_from(["", "", "", " # why", "  # 注释", " #"])


@st.composite
def flow_text(draw: st.DrawFn, depth: int) -> str:
    """A value that stands on one line or in braces over several."""
    kind = draw(st.sampled_from(["scalar", "scalar", "map", "list"])) if depth else "scalar"
    if kind == "scalar":
        return draw(SCALARS.filter(lambda text: ":" not in text or text[0] in "'\""))
    items = [draw(flow_text(depth - 1)) for _ in range(draw(st.integers(0, 3)))]
    pad = draw(st.sampled_from(["", " "]))
    if kind == "list":
        return "[" + pad + ", ".join(items) + pad + "]"
    keys = draw(st.lists(KEYS, min_size=len(items), max_size=len(items), unique=True))
    pairs = [f"{key}: {item}" for key, item in zip(keys, items, strict=True)]
    return "{" + pad + ", ".join(pairs) + pad + "}"


@st.composite
def block_lines(draw: st.DrawFn, indent: int, depth: int) -> list[str]:
    """The lines of a block map, with comments, blank lines, lists and blocks of text."""
    step = draw(st.sampled_from([2, 4]))
    lines: list[str] = []
    for key in draw(st.lists(KEYS, min_size=1, max_size=4, unique=True)):
        lines += draw(st.sampled_from([[], [], [""], [" " * indent + "# above"], ["#  far left"]]))
        head, note = " " * indent + key + ":", draw(COMMENTS)
        kind = draw(st.sampled_from(["flow", "flow", "map", "list", "text", "empty"]))
        if kind == "map" and depth:
            lines += [head + note, *draw(block_lines(indent + step, depth - 1))]
        elif kind == "list":
            items = draw(st.lists(flow_text(1), min_size=1, max_size=3))
            dash = " " * draw(st.sampled_from([indent, indent + step])) + "- "
            lines += [head + note, *(dash + item + draw(COMMENTS) for item in items)]
        elif kind == "text":
            mark = draw(st.sampled_from(["|", "|-", ">", ">-"]))
            lines += [head + " " + mark, " " * (indent + 2) + "text: {{ .x }}", ""]
        elif kind == "empty":
            lines.append(head + note)
        else:
            anchor = draw(st.sampled_from(["", "", "&one "]))
            lines.append(head + " " + anchor + draw(flow_text(2)) + note)
    return lines


@st.composite
def yaml_files(draw: st.DrawFn) -> bytes:
    """A whole file: BOM or not, LF or CRLF, with an alias, with or without a last line break."""
    lines = draw(block_lines(0, 3))
    if any("&one " in line for line in lines):
        lines.append("alias: *one")
    if draw(st.booleans()):
        lines.insert(0, "---")
    text = "\n".join(lines) + draw(st.sampled_from(["", "\n", "\n\n# the end\n"]))
    if draw(st.booleans()):
        text = text.replace("\n", "\r\n")
    return draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + text.encode()
