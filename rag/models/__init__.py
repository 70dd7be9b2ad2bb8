"""Language models behind one door, whatever server they run on.

A model is had by its name from :func:`rag.models.offered.model_for`; it streams text, and
:func:`rag.models.structured.structured` asks it for one checked value. Retries, cancellation, counting and budgets are
the same for all of them, and whoever has a task for a model brings a prompt and a shape, and nothing else.
"""
