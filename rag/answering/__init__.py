"""Writing answers: from sentences of the papers, or by a language model under citation rules."""
