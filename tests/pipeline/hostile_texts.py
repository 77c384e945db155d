"""Texts that attack whoever reads them, each with the exact words of its refusal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reviews.pipeline.core.policy import Limits
from reviews.pipeline.manifests.references import ImageReference, NotAReference
from reviews.pipeline.yaml.embedded_json import JsonBroken, JsonInYaml
from reviews.pipeline.yaml.source import YamlBroken, YamlSource

LIMITS = Limits(yaml_depth=50, yaml_nodes=2_000)


@dataclass(frozen=True)
class HostileText:
    """A kind of attack: ``read`` gives the words with which it is refused."""

    name: str
    read: Callable[[bytes], str]
    data: bytes
    words: str


def yaml(data: bytes) -> str:
    """Why a YAML file is refused."""
    try:
        YamlSource.parse(data, "values.yaml", LIMITS)
    except YamlBroken as broken:
        return str(broken)
    return "taken"


def json(data: bytes) -> str:
    """Why JSON in a YAML file is refused."""
    source = YamlSource.parse(b"json: '" + data + b"'\n", "csv.yaml", Limits())
    leaf = source.leaf_at(("json",))
    if leaf is None:
        return "no text"
    try:
        JsonInYaml.parse(source, leaf)
    except JsonBroken as broken:
        return str(broken)
    return "taken"


def reference(data: bytes) -> str:
    """Why an image reference is refused."""
    try:
        ImageReference.parse(data.decode())
    except NotAReference as broken:
        return str(broken)
    return "taken"


HOSTILE_TEXTS = (
    HostileText(
        "lists nested deeper than the stack",
        yaml,
        b"a: " + b"[" * 100_000,
        "line 1, column 53: The file is nested deeper than 50 levels. Make it flatter.",
    ),
    HostileText(
        "maps nested deeper than the stack",
        yaml,
        b"{a: " * 100_000,
        "line 1, column 201: The file is nested deeper than 50 levels. Make it flatter.",
    ),
    HostileText(
        "indentation nested without end",
        yaml,
        b"".join(b" " * n + b"a:\n" for n in range(60)),
        "line 51, column 51: The file is nested deeper than 50 levels. Make it flatter.",
    ),
    HostileText(
        "dashes nested without end",
        yaml,
        b"- " * 5_000 + b"a\n",
        "line 1, column 101: The file is nested deeper than 50 levels. Make it flatter.",
    ),
    HostileText(
        "keys that ask for keys",
        yaml,
        b"? " * 5_000 + b"a\n",
        "line 1, column 101: The file is nested deeper than 50 levels. Make it flatter.",
    ),
    HostileText(
        "more values than the limit",
        yaml,
        b"- a\n" * 2_001,
        "line 2000, column 3: The file holds more than 2000 values, aliases counted as often as they are used. Split it, or use fewer aliases.",
    ),
    HostileText(
        "aliases of aliases of aliases",
        yaml,
        b"a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c]\n",
        "line 4, column 16: The file holds more than 2000 values, aliases counted as often as they are used. Split it, or use fewer aliases.",
    ),
    HostileText(
        "merge keys that double",
        yaml,
        b"a: &a {k: [" + b"x," * 500 + b"]}\n" + b"".join(b"b%d: {<<: *a}\n" % n for n in range(9)),
        "line 11, column 1: The file holds more than 2000 values, aliases counted as often as they are used. Split it, or use fewer aliases.",
    ),
    HostileText(
        "an anchor that contains itself",
        yaml,
        b"a: &a [*a]\n",
        "line 1, column 8: The anchor &a contains itself. Break the loop.",
    ),
    HostileText(
        "an anchor that merges itself",
        yaml,
        b"a: &a {<<: *a}\n",
        "line 1, column 12: The anchor &a contains itself. Break the loop.",
    ),
    HostileText(
        "an alias of nothing",
        yaml,
        b"a: *nothing\n",
        "line 1, column 4: The alias *nothing stands for an anchor that is not defined above it. Define &nothing first, or put the text in quotes.",
    ),
    HostileText(
        "an alias across documents",
        yaml,
        b"a: &a 1\n---\nb: *a\n",
        "line 3, column 4: The alias *a stands for an anchor that is not defined above it. Define &a first, or put the text in quotes.",
    ),
    HostileText(
        "a merge of a text",
        yaml,
        b"a: {<<: text}\n",
        "line 1, column 5: A merge key (<<) takes a map or a list of maps.",
    ),
    HostileText(
        "a map as a key",
        yaml,
        b"{a: b}: c\n",
        "line 1, column 1: A map or a list is used as a key here. If this is a template expression ({{ ... }}), put the whole value in quotes.",
    ),
    HostileText(
        "a list as a key",
        yaml,
        b"[a]: c\n",
        "line 1, column 1: A map or a list is used as a key here. If this is a template expression ({{ ... }}), put the whole value in quotes.",
    ),
    HostileText(
        "a template as a key",
        yaml,
        b"{{ .Values.a }}: c\n",
        "line 1, column 2: A map or a list is used as a key here. If this is a template expression ({{ ... }}), put the whole value in quotes.",
    ),
    HostileText(
        "a key of nothing",
        yaml,
        b"~: a\n",
        "line 1, column 1: A key is empty or null. Give it a name, or put it in quotes.",
    ),
    HostileText(
        "a NUL",
        yaml,
        b"a: \0\n",
        "line 1, column 4: The file holds the control character U+0000, which YAML does not allow. Remove it, or write it as an escape in double quotes.",
    ),
    HostileText(
        "an escape of a terminal",
        yaml,
        b"a: \x1b[2J\n",
        "line 1, column 4: The file holds the control character U+001B, which YAML does not allow. Remove it, or write it as an escape in double quotes.",
    ),
    HostileText(
        "a letter that deletes",
        yaml,
        b"a: \x7f\n",
        "line 1, column 4: The file holds the control character U+007F, which YAML does not allow. Remove it, or write it as an escape in double quotes.",
    ),
    HostileText(
        "bytes that are no UTF-8",
        yaml,
        b"a: \xff\n",
        "line 1, column 4: The file is not encoded in UTF-8. Save it as UTF-8.",
    ),
    HostileText(
        "half a letter of UTF-8",
        yaml,
        b"a: \xe2\x82",
        "line 1, column 4: The file is not encoded in UTF-8. Save it as UTF-8.",
    ),
    HostileText(
        "half a surrogate pair",
        yaml,
        b"a: \xed\xa0\x80\n",
        "line 1, column 4: The file is not encoded in UTF-8. Save it as UTF-8.",
    ),
    HostileText(
        "UTF-16",
        yaml,
        b"\xff\xfea\0:\0 \0b\0",
        "line 1, column 1: The file is not encoded in UTF-8. Save it as UTF-8.",
    ),
    HostileText(
        "a tag that does not fit",
        yaml,
        b"a: !!int text\n",
        "line 1, column 4: The tag !!int does not fit the text “text”. Correct one of the two.",
    ),
    HostileText(
        "a tag of bytes that are none",
        yaml,
        b"a: !!float one\n",
        "line 1, column 4: The tag !!float does not fit the text “one”. Correct one of the two.",
    ),
    HostileText(
        "a tag without its end",
        yaml,
        b"a: !<tag\n",
        "line 1, column 9: This is not YAML: did not find the expected '>'. Correct the line.",
    ),
    HostileText(
        "an anchor without a name",
        yaml,
        b"a: & b\n",
        "line 1, column 5: This is not YAML: did not find expected alphabetic or numeric character. Correct the line.",
    ),
    HostileText(
        "a directive of another version",
        yaml,
        b"%YAML 9.9\n---\na: b\n",
        "line 1, column 1: This is not YAML: found incompatible YAML document. Correct the line.",
    ),
    HostileText(
        "a tab as indentation",
        yaml,
        b"a:\n\tb: c\n",
        "line 2, column 1: There is a tab here where YAML takes only spaces. Indent with spaces.",
    ),
    HostileText(
        "a quote without its end",
        yaml,
        b'a: "' + b"x" * 1_000,
        "line 1, column 1005: A text is missing its closing quote, or a quote inside it is not escaped. Add the quote.",
    ),
    HostileText(
        "a list without its end",
        yaml,
        b"a: [" + b"x, " * 500,
        "line 1, column 1505: A value is missing here, or begins with a bracket that closes nothing. Complete it; a text that begins with { or [ needs quotes.",
    ),
    HostileText(
        "an escape that is none",
        yaml,
        b'a: "\\q"\n',
        "line 1, column 5: A backslash in double quotes begins no escape that YAML knows. Double the backslash, or use single quotes.",
    ),
    HostileText(
        "an escape of a letter that is none",
        yaml,
        b'a: "\\U00110000"\n',
        "line 1, column 7: This is not YAML: found invalid Unicode character escape code. Correct the line.",
    ),
    HostileText(
        "a reserved sign",
        yaml,
        b"a: @b\n",
        "line 1, column 4: A text may not begin with @ unless it is in quotes. Put it in quotes.",
    ),
    HostileText(
        "lists nested deeper than the stack, as JSON",
        json,
        b"[" * 100_000,
        "line 1, column 208: The JSON is nested deeper than 200 levels. Make it flatter.",
    ),
    HostileText(
        "maps nested deeper than the stack, as JSON",
        json,
        b'{"a":' * 100_000,
        "line 1, column 1008: The JSON is nested deeper than 200 levels. Make it flatter.",
    ),
    HostileText(
        "a comma too many",
        json,
        b"[1,]",
        "line 1, column 10: This is not JSON: nothing follows this comma before “]”. Remove the comma.",
    ),
    HostileText(
        "a comma too many in a map",
        json,
        b'{"a":1 , }',
        "line 1, column 15: This is not JSON: nothing follows this comma before “}”. Remove the comma.",
    ),
    HostileText(
        "only a comma",
        json,
        b"[,]",
        "line 1, column 9: This is not JSON: “,” is not expected here.",
    ),
    HostileText(
        "text behind the end",
        json,
        b"[] x",
        "line 1, column 11: Text follows the end of the JSON. Remove it.",
    ),
    HostileText(
        "two values",
        json,
        b"[] []",
        "line 1, column 11: Text follows the end of the JSON. Remove it.",
    ),
    HostileText(
        "a list without its end, as JSON",
        json,
        b"[1",
        "line 1, column 10: This is not JSON: something else is expected here. Correct it.",
    ),
    HostileText(
        "a text without its end",
        json,
        b'["a',
        "line 1, column 9: This is not JSON: something else is expected here. Correct it.",
    ),
    HostileText(
        "a key that is a number",
        json,
        b"{1:2}",
        "line 1, column 9: This is not JSON: “1” is not expected here.",
    ),
    HostileText(
        "a bracket of another kind",
        json,
        b"[}",
        "line 1, column 9: This is not JSON: “}” is not expected here.",
    ),
    HostileText(
        "a number that is none",
        json,
        b"[01]",
        "line 1, column 10: This is not JSON: “1” is not expected here.",
    ),
    HostileText(
        "no number",
        json,
        b"[NaN]",
        "line 1, column 9: This is not JSON: something else is expected here. Correct it.",
    ),
    HostileText(
        "a comment",
        json,
        b"[1 /* a */]",
        "line 1, column 11: This is not JSON: something else is expected here. Correct it.",
    ),
    HostileText(
        "an empty text",
        json,
        b"",
        "line 1, column 7: This is not JSON: something else is expected here. Correct it.",
    ),
    HostileText(
        "only blanks",
        json,
        b" " * 1_000,
        "line 1, column 1008: This is not JSON: something else is expected here. Correct it.",
    ),
    HostileText(
        "an escape that is none, as JSON",
        json,
        b'["\\x"]',
        "line 1, column 9: This is not JSON: something else is expected here. Correct it.",
    ),
    HostileText(
        "a reference with a blank",
        reference,
        b"docker.io/a/b c",
        "“docker.io/a/b c” is no valid image: the path takes lower-case letters, digits, and single dots, underscores or dashes between them.",
    ),
    HostileText(
        "a reference with a line break",
        reference,
        b"docker.io/a/b:1\nevil",
        "“docker.io/a/b:1\nevil” has no valid tag behind the colon.",
    ),
    HostileText(
        "a reference that runs a command",
        reference,
        b"docker.io/a/$(id)",
        "“docker.io/a/$(id)” is no valid image: the path takes lower-case letters, digits, and single dots, underscores or dashes between them.",
    ),
    HostileText(
        "a reference that leads upwards",
        reference,
        b"docker.io/../../etc",
        "“docker.io/../../etc” is no valid image: the path takes lower-case letters, digits, and single dots, underscores or dashes between them.",
    ),
    HostileText(
        "a reference with a login",
        reference,
        b"user:password@docker.io/a/b",
        "“user:password@docker.io/a/b” has no valid digest behind the @.",
    ),
    HostileText(
        "a reference with a scheme",
        reference,
        b"https://docker.io/a/b",
        "“https://docker.io/a/b” begins with no valid registry.",
    ),
    HostileText(
        "a reference of look-alike letters",
        reference,
        "d\u043ecker.io/a/b".encode(),
        "“dоcker.io/a/b” begins with no valid registry.",
    ),
    HostileText(
        "a reference with a letter that nobody sees",
        reference,
        "docker.io/a\u200b/b".encode(),
        "“docker.io/a\u200b/b” is no valid image: the path takes lower-case letters, digits, and single dots, underscores or dashes between them.",
    ),
    HostileText(
        "a reference of wide letters",
        reference,
        "docker.io/\uff41/b".encode(),
        "“docker.io/ａ/b” is no valid image: the path takes lower-case letters, digits, and single dots, underscores or dashes between them.",
    ),
    HostileText(
        "a tag that is too long",
        reference,
        b"a:" + b"1" * 129,
        "“a:111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111” has no valid tag behind the colon.",
    ),
    HostileText(
        "a path that is too long",
        reference,
        b"/".join([b"a" * 50] * 6),
        "“aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa” is no valid image: the path takes lower-case letters, digits, and single dots, underscores or dashes between them.",
    ),
    HostileText(
        "a digest that is cut",
        reference,
        b"a@sha256:12",
        "“a@sha256:12” has no valid digest behind the @.",
    ),
    HostileText(
        "only a digest",
        reference,
        b"0" * 64,
        "“0000000000000000000000000000000000000000000000000000000000000000” is no valid image: the path takes lower-case letters, digits, and single dots, underscores or dashes between them.",
    ),
    HostileText(
        "two digests",
        reference,
        b"a@sha256:" + b"0" * 64 + b"@sha256:" + b"0" * 64,
        "“a@sha256:0000000000000000000000000000000000000000000000000000000000000000@sha256:0000000000000000000000000000000000000000000000000000000000000000” has no valid digest behind the @.",
    ),
    HostileText(
        "no reference at all",
        reference,
        b"",
        "“” is no valid image: the path takes lower-case letters, digits, and single dots, underscores or dashes between them.",
    ),
)
