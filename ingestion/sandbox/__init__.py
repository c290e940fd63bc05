"""A stand-in for a province's platform: real patents, simulated institutions around them, real HTTP."""
