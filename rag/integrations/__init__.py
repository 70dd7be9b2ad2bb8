"""Other frameworks: what they bring along used as ours, and what is ours offered as theirs."""
