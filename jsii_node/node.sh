#!/bin/sh
# A synth's WebAssembly runs once and grows its memory a page at a time. V8 would optimise it on every core and
# collect garbage at every step.
exec "$PINNED_NODE" --liftoff-only --external-memory-accounted-in-global-limit --initial-heap-size=1024 "$@"
