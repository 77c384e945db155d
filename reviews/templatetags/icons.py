"""The portal's icons: outlines on a grid of 16 by 16, drawn in the colour of the text."""

from __future__ import annotations

ICONS = {
    "brand": '<path d="M8 1.2 14 4.6v6.8L8 14.8 2 11.4V4.6z"/><path d="M2 4.6 8 8l6-3.4M8 8v6.8"/>',
    "error": '<circle cx="8" cy="8" r="6.2"/><path d="m5.8 5.8 4.4 4.4m0-4.4-4.4 4.4"/>',
    "warning": '<path d="M8 2 14.4 13.4H1.6z"/><path d="M8 6.4v3.2m0 1.8v.2"/>',
    "info": '<circle cx="8" cy="8" r="6.2"/><path d="M8 7.4v3.8m0-6.2v.2"/>',
    "success": '<circle cx="8" cy="8" r="6.2"/><path d="m5.2 8.2 2 2 3.8-4.2"/>',
    "paperclip": '<path d="m13 7-5.2 5.2a3 3 0 0 1-4.2-4.2l5.6-5.6a2 2 0 0 1 2.8 2.8L6.6 10.6"/>',
    "plus": '<path d="M8 3v10M3 8h10"/>',
    "check": '<path d="m3 8.6 3.2 3.2L13 4.6"/>',
    "cross": '<path d="m4 4 8 8m0-8-8 8"/>',
    "clock": '<circle cx="8" cy="8" r="6.2"/><path d="M8 4.4V8l2.6 1.6"/>',
    "dot": '<circle cx="8" cy="8" r="3.4" fill="currentColor"/>',
    "circle": '<circle cx="8" cy="8" r="3.6"/>',
    "eye": '<path d="M1.4 8S3.8 3.6 8 3.6 14.6 8 14.6 8 12.2 12.4 8 12.4 1.4 8 1.4 8z"/>'
    '<circle cx="8" cy="8" r="2"/>',
    "person": '<circle cx="8" cy="5.2" r="2.8"/>'
    '<path d="M2.6 14c.6-3 2.6-4.4 5.4-4.4s4.8 1.4 5.4 4.4"/>',
    "people": '<circle cx="6" cy="5.4" r="2.4"/>'
    '<path d="M1.4 13.4c.5-2.6 2.2-3.8 4.6-3.8s4.1 1.2 4.6 3.8"/>'
    '<path d="M10.4 3.2a2.4 2.4 0 0 1 0 4.4m1.8 2.3c1.3.6 2.1 1.8 2.4 3.5"/>',
    "half": '<circle cx="8" cy="8" r="6.2"/>'
    '<path d="M8 1.8a6.2 6.2 0 0 1 0 12.4z" fill="currentColor"/>',
    "upload": '<path d="M8 10.6V2.4M4.6 5.6 8 2.2l3.4 3.4M2.4 10.8v2.8h11.2v-2.8"/>',
    "download": '<path d="M8 2.2v8.2M4.6 7.2 8 10.6l3.4-3.4M2.4 10.8v2.8h11.2v-2.8"/>',
    "package": '<path d="M2 5 8 2l6 3v6l-6 3-6-3zM2 5l6 3 6-3M8 8v6M5 3.5l6 3"/>',
    "comment": '<path d="M2 3h12v8H8.4L5 14v-3H2z"/>',
    "rewrite": '<path d="M2 5.2h10.4M9.6 2.4l2.8 2.8-2.8 2.8M14 10.8H3.6m2.8-2.8-2.8 2.8 2.8'
    ' 2.8"/>',
    "wrench": '<path d="M13.8 4.6a3.6 3.6 0 0 1-4.7 4.5l-4.6 4.6-2.2-2.2 4.6-4.6a3.6 3.6 0 0 1'
    " 4.5-4.7L9.2 4.4l.5 1.9"
    ' 1.9.5z"/>',
    "file": '<path d="M3.4 1.8h6l3.2 3.2v9.2H3.4zM9.2 1.8V5h3.4"/>',
    "folder": '<path d="M1.8 3.4h4.4l1.4 1.6h6.6v8H1.8z"/>',
    "image": '<path d="M2 3.4h12v9.2H2zM2 6.4h12M4 5h.2m1.6 0H6"/>',
    "lock": '<path d="M3.4 7.2h9.2v6.6H3.4zM5.2 7.2V5a2.8 2.8 0 0 1 5.6 0v2.2"/>',
    "flag": '<path d="M3.6 14.4V2.2h8.8l-2 3 2 3H3.6"/>',
    "undo": '<path d="M5.4 2.6 2.4 5.6l3 3M2.6 5.6h6.8a4 4 0 0 1 0 8H5.2"/>',
    "external": '<path d="M9.2 2.4h4.4v4.4M13.4 2.6 7.4 8.6M11.6 9.4v4.2H2.4V4.4h4.2"/>',
    "search": '<circle cx="7" cy="7" r="4.6"/><path d="m10.4 10.4 3.8 3.8"/>',
    "copy": '<path d="M5.6 5.6h8v8h-8zM10.4 5.4V2.4h-8v8h3"/>',
    "pause": '<circle cx="8" cy="8" r="6.2"/><path d="M6.4 5.4v5.2m3.2-5.2v5.2"/>',
    "play": '<path d="M4.6 2.8v10.4L13 8z"/>',
}
