"""How do results reach the disk so that no crash can tear them? One way to write a file, a cache, an output folder.

Names of cached files are digests of their content; an index entry written last makes them valid. An output folder is
built beside its place and switched in one step. All file-system calls go through a `FileLayer`, which tests replace by
one that fails.
"""

from rackwright.base.store.cache import ResultCache
from rackwright.base.store.codec import result_digest
from rackwright.base.store.files import write_bytes
from rackwright.base.store.layer import FileLayer
from rackwright.base.store.lock import Lock, locked
from rackwright.base.store.manifest import MANIFEST_NAME, Manifest, ManifestEntry, read_manifest, verify
from rackwright.base.store.publish import check_ours, publish, recover
from rackwright.base.store.recipe import Content, Recipe, content_bytes

__all__ = [
    "MANIFEST_NAME",
    "Content",
    "FileLayer",
    "Lock",
    "Manifest",
    "ManifestEntry",
    "Recipe",
    "ResultCache",
    "check_ours",
    "content_bytes",
    "locked",
    "publish",
    "read_manifest",
    "recover",
    "result_digest",
    "verify",
    "write_bytes",
]
