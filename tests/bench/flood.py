"""A chart with hundreds of findings in long files, as the largest that were seen."""

from __future__ import annotations

import io
import tarfile

LINES = 5840
IMAGES = 64
LITERALS = 160
_FILES = 8


def flooded_chart() -> bytes:
    """A chart whose values.yaml has 5,840 lines and 64 images; 160 more are hard-coded."""
    files = {
        "flood/Chart.yaml": "apiVersion: v2\nname: flood\nversion: 1.0.0\n",
        "flood/values.yaml": values(),
        "flood/templates/parts.yaml": parts(),
    }
    files |= {f"flood/templates/fixed-{each}.yaml": fixed(each) for each in range(_FILES)}
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return data.getvalue()


def values() -> str:
    """Images, each in some settings that nothing is found in."""
    every = (LINES - 4 * IMAGES) // IMAGES
    text = ""
    for each in range(IMAGES):
        text += (
            f"part{each}:\n  registry: docker.io\n  repository: shop/part{each}\n  tag: 1.{each}\n"
        )
        text += "".join(
            f"  # Setting {line} of this part.\n" if line % 3 else f"  setting{line}: {line}\n"
            for line in range(every)
        )
    return text + "# No setting.\n" * (LINES - text.count("\n"))


def parts() -> str:
    """A pod for each image of the values."""
    return "".join(
        f"""---
apiVersion: v1
kind: Pod
metadata:
  name: part{each}
spec:
  containers:
    - name: part
      image: "{{{{ .Values.part{each}.registry }}}}/{{{{ .Values.part{each}.repository }}}}:{{{{ .Values.part{each}.tag }}}}"
"""
        for each in range(IMAGES)
    )


def fixed(file: int) -> str:
    """Pods whose images no value decides."""
    return "".join(
        f"""---
apiVersion: v1
kind: Pod
metadata:
  name: fixed-{file}-{each}
spec:
  containers:
    - name: fixed
      image: docker.io/shop/fixed-{file}-{each}:1.0
"""
        for each in range(LITERALS // _FILES)
    )
