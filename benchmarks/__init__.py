"""How long synth takes beside the smallest app there is and beside a comparable construct."""
