"""Other systems on the same papers, questions and embedding model; each script runs in an environment of its own.

A script reads one JSON object from stdin (``papers`` with ``id`` and ``text``, ``questions``, ``model`` a folder for
sentence-transformers, ``llm`` the address of a stub of a model server) and writes one to stdout: ``ingest_s`` and
``query_ms``. It imports what it measures when it runs, so that this package can be looked through without it.
"""
