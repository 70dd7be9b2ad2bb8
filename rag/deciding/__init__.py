"""What is done with the evidence: answer, answer in part, refuse. The only place that refuses."""
