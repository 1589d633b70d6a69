"""Live captions for a meeting room, offline."""

import os

# Nothing leaves the room. These libraries report or look things up by themselves unless they are
# told otherwise before their first import: onnxruntime writes a device id and calls home from 1.29
# on, huggingface_hub asks its hub. `captioner models pull` alone lifts the last one, because the
# user asked for a download.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
os.environ.setdefault("HF_HUB_DISABLE_XET", "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

# NumPy's threads gain nothing on matrices as small as a few seconds of speech, and spin after each:
# they doubled the CPU time of every encode (55 ms against 25 ms for 5 s, at the same speed).
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"
