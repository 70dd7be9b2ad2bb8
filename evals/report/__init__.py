"""How a run is shown: a table, Markdown, JSON, and one page of HTML."""
