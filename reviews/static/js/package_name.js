// Reads service and version from the chosen file, before it is sent. What is typed is compared with it, never replaced.
// Nothing leaves the browser; the portal reads the file once more when it has arrived.
"use strict";

(() => {
  const form = document.querySelector("form[data-upload]");
  if (!form || !window.DecompressionStream) {
    return;
  }
  const MOST = 64 * 1024 * 1024; // bytes that are unpacked to find a name
  const MOST_OF_NAMES = 8 * 1024 * 1024; // bytes of a zip's table of contents
  const ARCHIVE = /\.(zip|tgz|tar\.gz)$/i;
  const text = new TextDecoder();

  // A zip: the table of contents is at its end.
  const tableOf = async (file) => {
    const start = Math.max(file.size - 65557, 0);
    const end = new DataView(await file.slice(start).arrayBuffer());
    let at = end.byteLength - 22;
    while (at >= 0 && end.getUint32(at, true) !== 0x06054b50) {
      at -= 1;
    }
    if (at < 0) {
      throw new Error("no zip");
    }
    let size = end.getUint32(at + 12, true);
    let offset = end.getUint32(at + 16, true);
    if (offset === 0xffffffff && at >= 20 && end.getUint32(at - 20, true) === 0x07064b50) {
      const large = Number(end.getBigUint64(at - 12, true));
      const record = new DataView(await file.slice(large, large + 56).arrayBuffer());
      size = Number(record.getBigUint64(40, true));
      offset = Number(record.getBigUint64(48, true));
    }
    if (size > MOST_OF_NAMES) {
      throw new Error("too many names");
    }
    return new DataView(await file.slice(offset, offset + size).arrayBuffer());
  };

  const entriesOf = async (file) => {
    const table = await tableOf(file);
    const entries = [];
    for (let at = 0; at + 46 <= table.byteLength && table.getUint32(at, true) === 0x02014b50; ) {
      const length = table.getUint16(at + 28, true);
      entries.push({
        name: text.decode(new Uint8Array(table.buffer, at + 46, length)),
        method: table.getUint16(at + 10, true),
        size: table.getUint32(at + 20, true),
        offset: table.getUint32(at + 42, true),
      });
      at += 46 + length + table.getUint16(at + 30, true) + table.getUint16(at + 32, true);
    }
    return entries;
  };

  const content = async (file, entry) => {
    const head = new DataView(await file.slice(entry.offset, entry.offset + 30).arrayBuffer());
    const start = entry.offset + 30 + head.getUint16(26, true) + head.getUint16(28, true);
    const packed = file.slice(start, start + entry.size);
    return entry.method === 8 ? unpacked(packed, "deflate-raw") : packed;
  };

  const unpacked = async (blob, format) => {
    const reader = blob.stream().pipeThrough(new DecompressionStream(format)).getReader();
    const pieces = [];
    let size = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return new Blob(pieces);
      }
      size += value.length;
      if (size > MOST) {
        reader.cancel();
        throw new Error("too large");
      }
      pieces.push(value);
    }
  };

  // A tar: a header of 512 bytes before each file.
  const filesOfTar = async (blob) => {
    const data = new Uint8Array(await blob.arrayBuffer());
    const field = (at, length) => text.decode(data.subarray(at, at + length)).split("\0")[0];
    const files = [];
    for (let at = 0; at + 512 <= data.length && data[at] !== 0; ) {
      const prefix = field(at + 345, 155);
      const size = parseInt(field(at + 124, 12).trim(), 8) || 0;
      const begin = at + 512;
      files.push({
        name: (prefix ? `${prefix}/` : "") + field(at, 100),
        read: async () => text.decode(data.subarray(begin, begin + size)),
      });
      at += 512 + Math.ceil(size / 512) * 512;
    }
    return files;
  };

  const filesOf = async (file) => {
    const head = new Uint8Array(await file.slice(0, 2).arrayBuffer());
    if (head[0] === 0x1f && head[1] === 0x8b) {
      return filesOfTar(await unpacked(file, "gzip"));
    }
    const entries = await entriesOf(file);
    const depth = (entry) => entry.name.split("/").length;
    const inner = entries.find((entry) => /(^|\/)package\/[^/]+$/.test(entry.name) && ARCHIVE.test(entry.name))
      ?? entries.find((entry) => depth(entry) <= 2 && /\.(tgz|tar\.gz)$/i.test(entry.name) && !/(^|\/)(charts|images)\//.test(entry.name));
    if (inner) {
      return filesOf(await content(file, inner));
    }
    return entries.map((entry) => ({
      name: entry.name,
      read: async () => text.decode(await (await content(file, entry)).arrayBuffer()),
    }));
  };

  const scalar = (yaml, key, indent = "") => {
    const found = yaml.match(new RegExp(`^${indent}${key}:[ \\t]*(?:"([^"]*)"|'([^']*)'|([^\\s"'#{}\\[\\]&*!|>][^#\\r\\n]*?))[ \\t]*(?:[ \\t]#.*)?\\r?$`, "m"));
    return found ? (found[1] ?? found[2] ?? found[3]).trim() : "";
  };
  const nearest = (files, pattern) =>
    files.filter(({ name }) => pattern.test(name))
      .sort((one, other) => one.name.split("/").length - other.name.split("/").length)[0];

  const namedIn = async (file) => {
    const files = await filesOf(file);
    const chart = nearest(files, /(^|\/)(metadata|Chart)\.yaml$/);
    const csv = nearest(files, /\.clusterserviceversion\.yaml$/);
    if (csv) {
      const list = nearest(files, /\.package\.yaml$/);
      const spec = (await csv.read()).split(/^spec:/m)[1] ?? "";
      return { service: list ? scalar(await list.read(), "packageName") : "", version: scalar(spec, "version", " +") };
    }
    const yaml = chart ? await chart.read() : "";
    return { service: scalar(yaml, "name"), version: scalar(yaml, "version") };
  };

  let named = null;
  const field = (name) => form.elements[name];
  const compare = () => {
    const notice = form.querySelector("[data-named]");
    const differs = named && ["service", "version"].some((name) => named[name] && field(name).value.trim() !== named[name]);
    notice.hidden = !differs;
    if (differs) {
      const both = [named.service, named.version].filter(Boolean).join(" ");
      notice.querySelector("[data-named-words]").textContent = notice.dataset.differs.replace("%(named)s", both);
    }
  };

  // While it is typed: a notice that came when a field is left would move the button under the pointer.
  form.addEventListener("input", (event) => {
    if (event.target.name !== "file") {
      compare();
    }
  });
  form.addEventListener("change", async (event) => {
    if (event.target.name !== "file") {
      return;
    }
    named = null;
    compare();
    const chosen = event.target.files[0];
    try {
      const found = chosen ? await namedIn(chosen) : null;
      if (!found || chosen !== field("file").files[0]) {
        return;
      }
      named = found;
    } catch {
      return; // what cannot be read here, the portal says when it has arrived
    }
    for (const name of ["service", "version"]) {
      if (!field(name).value.trim()) {
        field(name).value = named[name];
      }
    }
    compare();
  });
  form.addEventListener("click", (event) => {
    if (named && event.target.closest("[data-use-named]")) {
      for (const name of ["service", "version"]) {
        field(name).value = named[name] || field(name).value;
      }
      compare();
    }
  });
})();
