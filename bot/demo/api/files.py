"""Files that went through the chats. In: an upload. Out: the Document that stands for it.

Bodies stay in memory; the ids are names within this server only.
"""

from __future__ import annotations

from typing import Any

from bot.demo.api.errors import bad_request
from bot.demo.api.params import Upload


def keep(store: dict[str, bytes], number: str, upload: Upload) -> dict[str, Any]:
    """Store a file; its Document, without a thumbnail. Raises 400 for an empty one."""
    if not upload.body:
        raise bad_request("file must be non-empty")
    file_id = f"BQAC{number}"
    store[file_id] = upload.body
    return {
        "file_id": file_id,
        "file_unique_id": f"u{file_id}",
        "file_name": upload.name,
        "mime_type": upload.mime,
        "file_size": len(upload.body),
    }
